"""Evidence of a station: what is locked, how it came about, what left the house. Who may is asked here; the room below only records."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from functools import wraps
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_POST, require_safe

from safetyzone.ground.officers import access
from safetyzone.ground.officers import queries as officers
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.kernel import clock
from safetyzone.kernel.refusals import NotFound, Refused
from safetyzone.programs.dates import end_of_day, read_date
from safetyzone.programs.web.evidence_owners import tell_owners
from safetyzone.programs.web.middleware import STATUS, wants_json
from safetyzone.programs.web.templatetags.safetyzone import BANGKOK
from safetyzone.response.command_room.words import KIND
from safetyzone.response.incidents import queries as incidents
from safetyzone.senses.cameras import queries as cameras
from safetyzone.trust.evidence import actions, export_actions, jobs, kept, queries
from safetyzone.trust.evidence.signing import fingerprint, public_key

LOCK, EXPORT, UNBLUR = "lock_evidence", "export_evidence", "unblur_evidence"
AT_ONCE_CAMERA_MINUTES = 30.0
"""So much is taken over before the answer; more of it a second later, by the worker."""

View = Callable[..., HttpResponseBase]


class NoSuchCamera(Refused):
    code = "no_such_camera"
    th = "ไม่มีกล้องนี้ในสถานี: {code}"
    en = "No such camera at this station: {code}"


class NotATime(Refused):
    code = "not_a_time"
    th = "เวลาไม่ถูกต้อง: {words} (เช่น 21:04:30)"
    en = "Not a time: {words} (write 21:04:30)."


@require_safe
def listed(request: OfficerRequest) -> HttpResponse:
    """Everything locked at a station; with ``?released=1`` also what was let go."""
    station, released = _station(request), request.GET.get("released") == "1"
    return _list(request, station, released)


@require_POST
def lock(request: OfficerRequest) -> HttpResponse:
    """Lock a span: from the wall by milliseconds, from this page by day and times. Answers a script with the item's number."""
    said, station = request.POST, _station(request, request.POST.get("station", ""))
    access.must(request.who, LOCK, station=station)
    try:
        begin, end = _span(said)
        shown = _cameras(said.getlist("camera"), station, request)
        until = end_of_day(said["until"]) if said.get("until", "").strip() else None
        with transaction.atomic():
            item = actions.lock(
                station=station, cameras=shown, from_at=begin, to_at=end, reason=said.get("why", ""), by=request.who.name,
                at=request.now, case=_case(said.get("incident", ""), request), until=until,
            )  # fmt: skip
            tell_owners(request, item, kind="export", permission=LOCK, words=queries.item(item).reason)
    except Refused as no:
        if wants_json(request):
            raise
        return _list(request, station, False, no)
    if (end - begin).total_seconds() / 60 * len(shown) <= AT_ONCE_CAMERA_MINUTES:
        actions.gather(item, kept.recordings(), by=request.who.name, at=request.now)
    else:
        jobs.gather.defer(item_id=item)
    if wants_json(request):
        return JsonResponse({"item": item, "number": queries.item(item).number, "url": reverse("evidence_item", args=[item])})
    return redirect("evidence_item", item_id=item)


@require_safe
def item(request: OfficerRequest, item_id: int) -> HttpResponse:
    """One item. Opening it is on record before anything is shown."""
    found = _item(request, item_id)
    actions.look(item_id, by=request.who.name, at=request.now)
    return page(request, found)


@require_safe
def exports(request: OfficerRequest, item_id: int) -> HttpResponse:
    """The list of packages, asked for again while one is being made."""
    return render(request, "evidence/_exports.html", _exports(request, _item(request, item_id)))


@require_POST
def release(request: OfficerRequest, item_id: int) -> HttpResponse:
    """Let it go, with a reason."""
    found = _item(request, item_id)
    access.must(request.who, LOCK, station=found.station)
    return _do(request, found, lambda: actions.release(item_id, why=request.POST.get("why", ""), by=request.who.name, at=request.now))


@require_POST
def ask(request: OfficerRequest, item_id: int) -> HttpResponse:
    """Ask for a package with faces blurred, and plates unless the case needs them: it is made at once."""
    found = _item(request, item_id)
    access.must(request.who, EXPORT, station=found.station)

    def deed() -> None:
        export_id = export_actions.ask(
            item_id, why=request.POST.get("why", ""), case=request.POST.get("case", ""),
            plates_shown=request.POST.get("plates_shown") == "1", by=request.who.name, at=request.now,
        )  # fmt: skip
        jobs.export.defer(export_id=export_id)

    return _do(request, found, deed)


def confirmed(view: View) -> View:
    """Only for whoever has shown again, within five minutes, that it is she who sits there (invariant 10)."""

    @wraps(view)
    def within(request: OfficerRequest, *given: Any, **more: Any) -> HttpResponseBase:
        if not hasattr(request, "who"):  # what she sent before she was asked, taken up again by allauth: it did not pass the edge
            request.now = clock.now()
            request.who = officers.who(request.user, at=request.now)  # type: ignore[arg-type]
        return view(request, *given, **more)

    guarded: View = require_POST(reauthentication_required(within))
    return guarded


@confirmed
def unblur(request: OfficerRequest, item_id: int) -> HttpResponse:
    """Ask for a package with the originals: a second person must approve."""
    found = _item(request, item_id)
    access.must(request.who, EXPORT, station=found.station)
    access.must(request.who, UNBLUR, station=found.station)
    said = request.POST
    return _do(request, found, lambda: export_actions.ask(
        item_id, why=said.get("why", ""), case=said.get("case", ""), clear=True, by=request.who.name, at=request.now
    ))  # fmt: skip


@confirmed
def approve(request: OfficerRequest, export_id: int) -> HttpResponse:
    """The second person lets the faces be seen."""
    export, found = export_of(request, export_id, UNBLUR)

    def deed() -> None:
        export_actions.approve(export_id, words=request.POST.get("why", ""), by=request.who.name, at=request.now)
        jobs.export.defer(export_id=export.export_id)

    return _do(request, found, deed)


@require_POST
def refuse(request: OfficerRequest, export_id: int) -> HttpResponse:
    """The faces stay blurred."""
    _, found = export_of(request, export_id, UNBLUR)
    return _do(request, found, lambda: export_actions.refuse(
        export_id, words=request.POST.get("why", ""), by=request.who.name, at=request.now
    ))  # fmt: skip


@require_POST
def stop(request: OfficerRequest, export_id: int) -> HttpResponse:
    """Stop making it."""
    _, found = export_of(request, export_id, EXPORT)
    return _do(request, found, lambda: export_actions.stop(export_id, by=request.who.name, at=request.now))


@require_POST
def resume(request: OfficerRequest, export_id: int) -> HttpResponse:
    """Go on with it."""
    _, found = export_of(request, export_id, EXPORT)

    def deed() -> None:
        export_actions.resume(export_id, by=request.who.name, at=request.now)
        jobs.export.defer(export_id=export_id)

    return _do(request, found, deed)


@require_safe
def key(request: OfficerRequest) -> HttpResponse:
    """The station's key, to be printed and given by another way than the packages."""
    _station(request)
    return render(request, "evidence/key.html", {"fingerprint": fingerprint(), "public": public_key().hex()})


def _station(request: OfficerRequest, asked: str = "") -> str:
    """The station asked for, or the first at which this person has to do with evidence."""
    may = access.stations_where(request.who, LOCK) | access.stations_where(request.who, EXPORT)
    station = asked or request.GET.get("station", "") or min(may, default="")
    if station not in may:
        raise NotFound
    return station


def _item(request: OfficerRequest, item_id: int) -> queries.ItemView:
    found = queries.item(item_id)
    if not any(access.may(request.who, permission, station=found.station) for permission in (LOCK, EXPORT, UNBLUR)):
        raise NotFound
    return found


def export_of(request: OfficerRequest, export_id: int, permission: str) -> tuple[queries.ExportView, queries.ItemView]:
    export = queries.export(export_id)
    found = _item(request, export.item_id)
    access.must(request.who, permission, station=found.station)
    return export, found


def _do(request: OfficerRequest, found: queries.ItemView, deed: Callable[[], object]) -> HttpResponse:
    """Do it and show the item; "no" stands on the page. The job is deferred in the transaction of the deed."""
    try:
        with transaction.atomic():
            deed()
    except Refused as no:
        return page(request, found, no)
    messages.success(request, "บันทึกแล้ว" if _thai() else "Done, and on record.")
    return redirect("evidence_item", item_id=found.item_id)


def page(request: OfficerRequest, found: queries.ItemView, no: Refused | None = None) -> HttpResponse:
    words = {
        "item": found, "cameras": queries.cameras(found.item_id), "custody": queries.custody(found.item_id),
        "refused": no.say(translation.get_language() or "th") if no else "",
        "locks": access.may(request.who, LOCK, station=found.station),
        **_exports(request, found),
    }  # fmt: skip
    status = next((code for kind, code in STATUS.items() if isinstance(no, kind)), 400) if no else 200
    return render(request, "evidence/item.html", words, status=status)


def _exports(request: OfficerRequest, found: queries.ItemView) -> dict[str, Any]:
    all_exports = queries.exports(found.item_id)
    return {
        "item": found, "exports": all_exports, "me": request.who.name,
        "under_way": any(one.state in ("waiting", "running") for one in all_exports),
        "may_export": access.may(request.who, EXPORT, station=found.station),
        "may_unblur": access.may(request.who, UNBLUR, station=found.station),
    }  # fmt: skip


def _list(request: OfficerRequest, station: str, released: bool, no: Refused | None = None) -> HttpResponse:
    return render(request, "evidence/listed.html", {
        "station": station, "items": queries.items(station, released=released), "released": released,
        "locks": access.may(request.who, LOCK, station=station), "said": request.POST,
        "refused": no.say(translation.get_language() or "th") if no else "",
    }, status=400 if no else 200)  # fmt: skip


def _span(said: Any) -> tuple[datetime, datetime]:
    """From and to: ``from_ms`` and ``to_ms``, or a day with two times of Bangkok; past midnight, the second is of the next day."""
    if said.get("from_ms"):
        if not (said["from_ms"].isdigit() and said.get("to_ms", "").isdigit() and len(said["from_ms"] + said["to_ms"]) <= 30):  # noqa: PLR2004
            raise NotATime(words=said["from_ms"])
        return datetime.fromtimestamp(int(said["from_ms"]) / 1000, UTC), datetime.fromtimestamp(int(said["to_ms"]) / 1000, UTC)
    day = read_date(said.get("day", ""))
    begin, end = (datetime.combine(day, _time(said.get(name, "")), BANGKOK).astimezone(UTC) for name in ("from", "to"))
    return begin, end if end > begin else datetime.fromtimestamp(end.timestamp() + 86_400, UTC)


def _time(words: str) -> time:
    try:
        return time.fromisoformat(words.strip())
    except ValueError:
        raise NotATime(words=words) from None


def _cameras(codes: list[str], station: str, request: OfficerRequest) -> list[actions.CameraShown]:
    """The cameras named, with their names as they stand in the register now."""
    known = {one.code: one for one in cameras.cameras(station, for_=request.who)}
    wanted = list(dict.fromkeys(code for words in codes for code in words.replace(",", " ").split()))
    for code in wanted:
        if code not in known:
            raise NoSuchCamera(code=code)
    return [actions.CameraShown(code, known[code].name_th, known[code].name_en) for code in wanted]


def _case(words: str, request: OfficerRequest) -> actions.CaseShown:
    """The incident as it is displayed to this person at this moment."""
    if not words.isdigit():
        return actions.CaseShown()
    found = incidents.incident(int(words[:15]), for_=request.who)
    called = KIND.get(found.kind, (found.kind, found.kind))
    kind, place = (called[0], found.place_th) if _thai() else (called[1], found.place_en)
    return actions.CaseShown(found.id, kind, place)


def _thai() -> bool:
    return (translation.get_language() or "th").startswith("th")
