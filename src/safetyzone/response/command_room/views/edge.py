"""What every view of the room needs: which room, a fragment with its ETag, and a deed's answer."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string

from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.kernel.refusals import NotFound, NotYours, Refused
from safetyzone.kernel.settings import settings
from safetyzone.response.command_room import access
from safetyzone.response.command_room.rules import Seat

UNDO_FOR_S = 10
LONGEST_FIELD = 2000
LONGEST_REASON = 200
LARGEST_ID = 2**63 - 1


def station_of(request: OfficerRequest) -> str:
    """The station whose room this page shows: the one asked for, else this installation's own, else the first.

    Raises:
        NotYours: the person may see no room at all.
        NotFound: a station was asked for that is not his: whether it exists he does not learn.
    """
    rooms = access.rooms_of(request.who)
    if not rooms:
        raise NotYours
    asked = request.GET.get("station", "")
    if asked and asked not in rooms:
        raise NotFound
    home = settings().station
    return asked or (home if home in rooms else rooms[0])


def seat_of(request: OfficerRequest, station: str) -> Seat:
    """When this console rings: as chosen at sign-on, else who answers sits at the first desk, who commands is the duty officer."""
    chosen = request.session.get("seat", "")
    if chosen in list(Seat):
        return Seat(chosen)
    return Seat.FIRST if access.may_answer(request.who, station=station) else Seat.DUTY


def fragment(request: OfficerRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """A piece of the screen. Nothing in it may differ from one fetch to the next unless what it shows has changed."""
    body = render_to_string(template, dict(context), request=request).encode()
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    same = request.headers.get("If-None-Match") == tag
    response = HttpResponse(status=304) if same else HttpResponse(body)
    response["ETag"] = tag
    return timed(request, response)


def timed(request: OfficerRequest, response: HttpResponse) -> HttpResponse:
    """Tell the browser our time, so that its timers count by the server's clock and not by its own."""
    response["X-Now"] = request.now.isoformat()
    return response


def done(
    request: OfficerRequest, th: str, en: str, /, *, undo: str = "", select: int | None = None, **facts: object
) -> HttpResponse:
    """A deed is done: one line that says so, with its undo for ten seconds."""
    context = {"th": th.format(**facts), "en": en.format(**facts), "undo": undo, "undo_for_s": UNDO_FOR_S, "select": select}
    return timed(request, HttpResponse(render_to_string("command_room/_done.html", context, request=request)))


class TooLong(Refused):
    """A field is longer than anything a person writes there."""

    code = "too_long"
    th = "ข้อความยาวเกินไป"
    en = "The text is too long."


def text(request: OfficerRequest, name: str) -> str:
    """A field of the form, without NUL, which PostgreSQL cannot keep."""
    said = request.POST.get(name, "")
    if len(said) > LONGEST_FIELD:
        raise TooLong
    return said.replace("\x00", "").strip()


def reason(request: OfficerRequest) -> str:
    """The field ``why``: it goes into the audit log, which keeps one line of it."""
    said = text(request, "why")
    if len(said) > LONGEST_REASON:
        raise TooLong
    return said


def number(said: str) -> int:
    """An incident's number.

    Raises:
        NotFound: not a number, or one that no incident can have.
    """
    if said.isascii() and said.isdigit() and len(said) <= len(str(LARGEST_ID)) and int(said) <= LARGEST_ID:
        return int(said)
    raise NotFound
