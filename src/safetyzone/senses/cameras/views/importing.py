"""A list of cameras from an officer's own file: looked at first, entered when she says so, and given back with its reasons."""

import hashlib
import secrets
from typing import Any

from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from safetyzone.ground.officers import access as officers
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.kernel.refusals import NotFound, Refused
from safetyzone.senses.cameras import access, actions, queries
from safetyzone.senses.cameras.register.checking import Checked, Fate
from safetyzone.senses.cameras.register.entry import COLUMNS
from safetyzone.senses.cameras.register.reading import read
from safetyzone.senses.cameras.register.sheet import MOST_BYTES, BadFile, Format, Sheet, TooLarge
from safetyzone.senses.cameras.register.writing import of_entries, with_reasons, write
from safetyzone.senses.cameras.register_actions import RowsRefused
from safetyzone.senses.cameras.views.fields import is_thai
from safetyzone.senses.cameras.views.register import station_of

KEPT_S = 3600
"""How long a file waits for its sender's yes; then it is forgotten."""
MOST_SHOWN = 200


def upload(request: OfficerRequest) -> HttpResponseBase:
    """The first step: choose a file; nothing is entered yet."""
    station = station_of(request, request.POST.get("station", ""), permission=access.MANAGE)
    officers.must(request.who, access.MANAGE, station=station)
    if request.method != "POST":
        return _ask(request, station)
    file = request.FILES.get("file")
    try:
        if not isinstance(file, UploadedFile):
            raise BadFile("Choose a file first.", "กรุณาเลือกไฟล์ก่อน")
        if (file.size or 0) > MOST_BYTES:
            raise TooLarge
        data = file.read()
        queries.preview(read(data), station=station, for_=request.who)
    except BadFile as no:
        return _ask(request, station, refused=no)
    token = secrets.token_urlsafe(16)
    cache.set(_key(token), {"data": data, "station": station, "by": request.who.name}, timeout=KEPT_S)
    return redirect("cameras_import_look", token=token)


@require_safe
def look(request: OfficerRequest, token: str) -> HttpResponse:
    """The second step: what the list would do, with every row that cannot stand and why."""
    kept = _kept(request, token)
    sheet = read(kept["data"])
    return _show(request, token, kept, queries.preview(sheet, station=kept["station"], for_=request.who))


@require_POST
def enter(request: OfficerRequest, token: str) -> HttpResponse:
    """The third step: all of it, or the good rows if she chose them. The list is held against the register anew."""
    kept = _kept(request, token)
    data = kept["data"]
    try:
        checked = actions.import_list(
            station=kept["station"], sheet=read(data), sha256=hashlib.sha256(data).hexdigest(),
            only_good=request.POST.get("only_good") == "yes", by=request.who, at=request.now,
        )  # fmt: skip
    except RowsRefused as no:  # somebody changed the register between the look and the yes
        return _show(request, token, kept, no.checked, refused=no)
    return _show(request, token, kept, checked, entered=True)


@require_safe
def reasons(request: OfficerRequest, token: str) -> HttpResponse:
    """The same file, with only the rows that cannot stand and a column that says why."""
    kept = _kept(request, token)
    sheet = read(kept["data"])
    checked = queries.preview(sheet, station=kept["station"], for_=request.who)
    return _file(with_reasons(sheet, checked.reasons, only_bad=True), "refused-rows")


@require_safe
def template(request: OfficerRequest) -> HttpResponse:
    """An empty list with every column."""
    station_of(request, permission=access.MANAGE)
    return _file(of_entries([], Format.XLSX), "cameras-template")


def _file(sheet: Sheet, name: str) -> HttpResponse:
    answer = HttpResponse(write(sheet), content_type=sheet.format.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{sheet.format}"'
    return answer


def _key(token: str) -> str:
    return f"camera-import-{token}"


def _kept(request: OfficerRequest, token: str) -> dict[str, Any]:
    """The file that waits; only for who sent it, and only while she may."""
    kept: dict[str, Any] | None = cache.get(_key(token))
    if kept is None or kept["by"] != request.who.name or not officers.may(request.who, access.MANAGE, station=kept["station"]):
        raise NotFound("This list is no longer kept; send it again.", "ระบบไม่เก็บไฟล์นี้แล้ว กรุณาส่งใหม่")
    return kept


def _ask(request: OfficerRequest, station: str, *, refused: Refused | None = None) -> HttpResponse:
    thai = is_thai()
    return render(request, "cameras/import.html", {
        "station": station, "refused": refused.say("th" if thai else "en") if refused else "",
        "columns": [{"name": c.th if thai else c.en, "needed": c.needed} for c in COLUMNS.values()],
    }, status=400 if refused else 200)  # fmt: skip


def _show(
    request: OfficerRequest, token: str, kept: dict[str, Any], checked: Checked, *, entered: bool = False, refused: Refused | None = None
) -> HttpResponse:
    language = "th" if is_thai() else "en"
    bad, changed = checked.of(Fate.REFUSED), checked.of(Fate.CHANGED)
    good = checked.counts[Fate.NEW] + checked.counts[Fate.CHANGED]
    return render(request, "cameras/import_look.html", {
        "token": token, "station": kept["station"], "counts": checked.counts, "good": good, "entered": entered,
        "refused": refused.say(language) if refused else "", "unknown": checked.unknown_headings, "rows": len(checked.rows),
        "bad": [{"number": row.number, "code": row.code, "why": [r.say(language) for r in row.reasons]} for row in bad[:MOST_SHOWN]],
        "more_bad": max(0, len(bad) - MOST_SHOWN),
        "changed": [
            {"code": row.code, "names": [COLUMNS[n].th if language == "th" else COLUMNS[n].en for n in row.differs]}
            for row in changed[:MOST_SHOWN]
        ],
        "more_changed": max(0, len(changed) - MOST_SHOWN),
    }, status=409 if refused else 200)  # fmt: skip
