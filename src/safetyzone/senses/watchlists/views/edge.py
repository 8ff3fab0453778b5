"""What the pages of this room share: whose station, a refusal in place, and the second look at who sits there."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation

from safetyzone.ground.officers import access as officers
from safetyzone.ground.officers import queries as officer_queries
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.kernel import clock
from safetyzone.kernel.refusals import NotFound, NotYours, OutOfOrder, Refused

View = Callable[..., HttpResponseBase]
STATUS: dict[type[Refused], int] = {NotYours: 403, NotFound: 404, OutOfOrder: 409}
LASTS: dict[str, tuple[timedelta, str, str]] = {
    "1h": (timedelta(hours=1), "1 ชั่วโมง", "1 hour"),
    "12h": (timedelta(hours=12), "12 ชั่วโมง", "12 hours"),
    "1d": (timedelta(days=1), "1 วัน", "1 day"),
    "3d": (timedelta(days=3), "3 วัน", "3 days"),
    "7d": (timedelta(days=7), "7 วัน", "7 days"),
    "30d": (timedelta(days=30), "30 วัน", "30 days"),
    "90d": (timedelta(days=90), "90 วัน", "90 days"),
    "365d": (timedelta(days=365), "1 ปี", "1 year"),
}
"""How long something is to last, as a form offers it: nobody mistypes a year."""


def thai() -> bool:
    """Whether the reader reads Thai."""
    return (translation.get_language() or "th").startswith("th")


def station_of(request: OfficerRequest, *permissions: str, asked: str = "") -> str:
    """The station asked for, or the first at which this person has one of the permissions.

    Raises:
        NotFound: she has none, or not at that station.
    """
    may: frozenset[str] = frozenset().union(*(officers.stations_where(request.who, one) for one in permissions))
    station = asked or request.GET.get("station", "") or request.POST.get("station", "") or min(may, default="")
    if station not in may:
        raise NotFound
    return station


def lasts(words: str, *, start: datetime, longest: timedelta) -> datetime:
    """The end that a form asks for; what it did not ask for is as long as is allowed."""
    chosen = LASTS.get(words)
    return start + (chosen[0] if chosen else longest)


def lawful(days: int, longest: timedelta) -> timedelta:
    """The shorter of what a law and what a rule allows."""
    return min(timedelta(days=days), longest)


def choices(longest: timedelta) -> list[tuple[str, str, str]]:
    """What a form may offer: (code, Thai, English), the longest last."""
    return [(code, th, en) for code, (how_long, th, en) in LASTS.items() if how_long <= longest]


def confirmed(view: View) -> View:
    """Only for whoever has shown again, within five minutes, that it is she who sits there (invariant 10)."""

    @wraps(view)
    def within(request: OfficerRequest, *given: Any, **more: Any) -> HttpResponseBase:
        if not hasattr(request, "who"):  # what she sent before she was asked, taken up again by allauth: it did not pass the edge
            request.now = clock.now()
            request.who = officer_queries.who(request.user, at=request.now)  # type: ignore[arg-type]
        return view(request, *given, **more)

    guarded: View = reauthentication_required(within)
    return guarded


def do(
    request: OfficerRequest, deed: Callable[[], object], *, then: str, again: Callable[[Refused], HttpResponse], **where: Any
) -> HttpResponse:
    """Do it and go on to another page; "no" is shown by ``again``, on the page where it was asked."""
    try:
        with transaction.atomic():
            deed()
    except Refused as no:
        return again(no)
    messages.success(request, "บันทึกแล้ว" if thai() else "Done, and on record.")
    shown: HttpResponse = redirect(then, **where)
    return shown


def status_of(no: Refused | None) -> int:
    """The status of the page that shows a refusal."""
    return next((code for kind, code in STATUS.items() if isinstance(no, kind)), 400) if no else 200


def words_of(no: Refused | None) -> str:
    """The refusal in the reader's language."""
    return no.say(translation.get_language() or "th") if no else ""
