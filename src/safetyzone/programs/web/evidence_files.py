"""What leaves the house: the package itself, handed to somebody, and the film of a blurred one for a look in the browser."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.db import transaction
from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from safetyzone.ground.officers import access
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.kernel.refusals import NotFound, Refused
from safetyzone.programs.web.evidence import EXPORT, confirmed, export_of, page
from safetyzone.programs.web.evidence_owners import tell_owners
from safetyzone.trust.evidence import actions, export_actions, kept, queries
from safetyzone.trust.evidence.carried import verify
from safetyzone.trust.evidence.lifecycle import State

CHUNK = 1 << 18


@confirmed
def package(request: OfficerRequest, export_id: int) -> HttpResponseBase:
    """Hand the package to somebody: to whom and why is on record before its first byte."""
    _, found = export_of(request, export_id, EXPORT)
    said = request.POST
    try:
        with transaction.atomic():
            export_actions.share(export_id, to=said.get("to", ""), why=said.get("why", ""), by=request.who.name, at=request.now)
            tell_owners(request, found.item_id, kind="export", permission=EXPORT, words=" ".join(said.get("why", "").split()))
    except Refused as no:
        return page(request, found, no)
    file = kept.export_file(export_id)
    return FileResponse(file.open("rb"), as_attachment=True, filename=f"{found.number}-{export_id}.zip", content_type="application/zip")


@require_safe
def film(request: OfficerRequest, export_id: int, name: str) -> HttpResponseBase:
    """A blurred film of a finished package, or the part of it that a player asks for."""
    export = queries.export(export_id)
    if not access.may(request.who, EXPORT, station=export.station) or export.clear or export.state != State.DONE:
        raise NotFound
    member = next((one for one in _members(kept.export_file(export_id)) if one.name == f"blurred/{name}"), None)
    if member is None:
        raise NotFound
    with transaction.atomic():
        if actions.look(export.item_id, by=request.who.name, at=request.now, what=f"blurred/{name}"):
            tell_owners(request, export.item_id, kind="recorded", permission=EXPORT, words=export.why, only=name.removesuffix(".mp4"))
    first, last = _part(request.headers.get("Range", ""), member.size)
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{member.size}"})
    partial = "Range" in request.headers
    headers = {"Accept-Ranges": "bytes", "Content-Length": str(last - first + 1)}
    if partial:
        headers["Content-Range"] = f"bytes {first}-{last}/{member.size}"
    begin = member.offset + len(verify.local_header(member.name, member.size, member.crc))
    content = _bytes(kept.export_file(export_id), begin + first, last - first + 1)
    return StreamingHttpResponse(content, status=206 if partial else 200, content_type="video/mp4", headers=headers)


def films(export_id: int) -> list[str]:
    """Names of the films in a finished package."""
    return [one.name.removeprefix("blurred/") for one in _members(kept.export_file(export_id)) if one.name.startswith("blurred/")]


def _members(file: Path) -> list[verify.Member]:
    """Where each member of our own ZIP lies."""
    import zipfile

    with zipfile.ZipFile(file) as package:
        return [verify.Member(info.filename, info.file_size, info.CRC, info.header_offset) for info in package.infolist()]


def _part(asked: str, size: int) -> tuple[int, int]:
    """First and last byte of ``Range: bytes=…``; all of it where nothing, or nothing we know, is asked."""
    found = re.fullmatch(r"bytes=(\d{0,15})-(\d{0,15})", asked.strip())
    if found is None or not (found[1] or found[2]):
        return 0, size - 1
    if not found[1]:
        return max(size - int(found[2]), 0), size - 1
    return int(found[1]), min(int(found[2]) if found[2] else size - 1, size - 1)


def _bytes(file: Path, begin: int, count: int) -> Iterator[bytes]:
    with file.open("rb") as content:
        content.seek(begin)
        while count > 0 and (chunk := content.read(min(CHUNK, count))):
            count -= len(chunk)
            yield chunk
