"""The base map as the browser reads it: what it is, and its bytes by ranges. Any signed-in officer may see streets."""

import hashlib
import re

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from safetyzone.ground.streets.basemap import BaseMap, basemap
from safetyzone.ground.streets.network import NoExtract, extracts_of
from safetyzone.kernel.settings import settings

log = structlog.get_logger()

A_YEAR_S = 31_536_000
ONE_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")


def _ours() -> BaseMap:
    """Of the station's extracts; our own drawing where a file is broken: a room without a map would be worse."""
    state = settings().state
    try:
        return basemap(state, extracts_of(state, settings().osm_extract))
    except NoExtract as no:
        log.warning("no_basemap_extract", code=no.code, why=no.say("en"))
        return basemap(state)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Where the tiles are, who must be credited, and what they cover."""
    ours = _ours()
    answer = JsonResponse(
        {
            "tiles": f"{reverse('basemap_tiles')}?v={ours.name}",
            "credit": ours.credit,
            "schematic": ours.schematic,
            "bounds": ours.bounds,
        }
    )
    answer["Cache-Control"] = "private, no-cache"
    answer["ETag"] = f'"{ours.name}"'
    return answer


@require_safe
def tiles(request: HttpRequest) -> HttpResponse:
    """The PMTiles file, whole or one range of it (RFC 9110, section 14); what cannot be met is a 416."""
    ours = _ours()
    tag = f'"{hashlib.blake2b(ours.name.encode(), digest_size=8).hexdigest()}"'
    if request.headers.get("If-None-Match") == tag:
        return _dressed(HttpResponse(status=304), request, ours, tag)
    file = ours.file(settings().state)
    size = file.stat().st_size
    asked = ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or request.headers.get("If-Range", tag) != tag:
        return _dressed(HttpResponse(file.read_bytes()), request, ours, tag)
    first, last = int(asked[1]), min(int(asked[2] or size - 1), size - 1)
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    with file.open("rb") as opened:
        opened.seek(first)
        answer = HttpResponse(opened.read(last - first + 1), status=206)
    answer["Content-Range"] = f"bytes {first}-{last}/{size}"
    return _dressed(answer, request, ours, tag)


def _dressed(answer: HttpResponse, request: HttpRequest, ours: BaseMap, tag: str) -> HttpResponse:
    """With the address of this very content, it may be kept for a year; without, it is asked for each time."""
    lasting = request.GET.get("v") == ours.name
    answer["Content-Type"] = "application/vnd.pmtiles"
    answer["Accept-Ranges"] = "bytes"
    answer["ETag"] = tag
    answer["Cache-Control"] = f"private, max-age={A_YEAR_S}, immutable" if lasting else "private, no-cache"
    return answer
