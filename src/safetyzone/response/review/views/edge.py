"""What the pages of looking back share: which station, the numbers of an address, JSON in and out."""

import re
from typing import Any

import orjson
from django.http import HttpResponse
from django.utils.translation import get_language

from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.refusals import NotFound, NotYours, Refused
from safetyzone.kernel.settings import settings
from safetyzone.response.review import access
from safetyzone.senses.cameras.queries import CameraView

MOST_CAMERAS = 16
MOST_SPAN_MS = 4 * 86_400_000
LONGEST_BODY = 200_000
_MS = re.compile(r"[0-9]{1,14}")


class NotReadable(Refused):
    """What a script sent is not what was agreed."""

    code = "not_readable"
    th = "อ่านคำขอไม่ได้"
    en = "The request cannot be read."


def station_of(request: OfficerRequest) -> str:
    """The station whose recordings are seen: the one asked for, else this installation's own, else the first.

    Raises:
        NotYours: this person may see no recordings at all. NotFound: not those of the station asked for.
    """
    stations = access.stations_of(request.who)
    if not stations:
        raise NotYours
    asked = request.GET.get("station", "")
    if asked and asked not in stations:
        raise NotFound
    home = settings().station
    return asked or (home if home in stations else stations[0])


def reader_language() -> str:
    """th or en."""
    return "en" if (get_language() or "th").startswith("en") else "th"


def moment(said: str, otherwise: int) -> int:
    """Milliseconds of UTC out of an address."""
    return int(said) if _MS.fullmatch(said) else otherwise


def codes_of(said: str, known: dict[str, CameraView]) -> list[str]:
    """The cameras named in an address that this station has, each once."""
    return list(dict.fromkeys(code for code in said.split(",") if code in known))[:MOST_CAMERAS]


def span_of(request: OfficerRequest) -> tuple[int, int]:
    """The span of an address.

    Raises:
        NotReadable: none, or one that is no span.
    """
    from_ms, to_ms = (moment(request.GET.get(name, ""), 0) for name in ("from_ms", "to_ms"))
    if not 0 < from_ms < to_ms <= from_ms + MOST_SPAN_MS:
        raise NotReadable
    return from_ms, to_ms


def body_of(request: OfficerRequest) -> dict[str, Any]:
    """The JSON object of a request.

    Raises:
        NotReadable: it is none.
    """
    try:
        said = orjson.loads(request.body[:LONGEST_BODY])
    except orjson.JSONDecodeError as wrong:
        raise NotReadable from wrong
    if not isinstance(said, dict):
        raise NotReadable
    return said


def answer(said: object) -> HttpResponse:
    """JSON."""
    return HttpResponse(orjson.dumps(said), content_type="application/json")


def place(camera: CameraView) -> Point:
    """Where it hangs."""
    return Point(camera.lon, camera.lat)
