"""A day to look back at: fifty things in the minutes that were recorded, by the real actions."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from safetyzone.contracts.vision import FieldsSure, PlateReading
from safetyzone.ground.officers.access import SYSTEM
from safetyzone.kernel.settings import settings
from safetyzone.programs.demo_lists import list_a_stolen_plate
from safetyzone.programs.demo_plates import STOLEN
from safetyzone.response.review import actions, recordings
from safetyzone.response.review.rules import Moving
from safetyzone.senses.cameras.models import CameraFault
from safetyzone.senses.watchlists import actions as watchlists
from tests.browser.town import STATION, Town

FOUR = ("CAM-01", "CAM-02", "CAM-03", "CAM-07")
SPANS_EACH, EVERY_MS, LASTS_MS = 9, 26_000, 5_000
FAULTS = ("moved", "blurred", "dark", "masked", "no_picture")
POLES = ("LPN-P017", "LPN-P012", "LPN-P007", "LPN-P021")


def began(now: datetime) -> datetime:
    """The first recorded moment."""
    now_ms = int(now.timestamp() * 1000)
    spans = recordings.footage(settings().state / "recordings", FOUR[0], now_ms - 3_600_000, now_ms, now_ms=now_ms)
    return datetime.fromtimestamp(spans[0][0] / 1000, UTC)


def day(_town: Town, now: datetime) -> dict[str, int]:
    """36 movements and 10 faults; with ``calls`` before, 4 incidents."""
    first = int(began(now).timestamp() * 1000) + 5_000
    heard = [
        Moving(code, first + at * EVERY_MS, first + at * EVERY_MS + LASTS_MS, 2.0 + at) for code in FOUR for at in range(SPANS_EACH)
    ]
    actions.note_activity(heard=heard, by=SYSTEM, at=now)
    for number in range(10):
        at = began(now) + timedelta(seconds=20 + number * 20)
        code, kind = FOUR[number % 4], FAULTS[number % 5]
        closed = at + timedelta(seconds=12)
        CameraFault.objects.create(camera_id=code, kind=kind, opened_at=at, last_at=at, closed_at=closed)
    return {}


def calls(town: Town, now: datetime) -> dict[str, int]:
    """Four presses at four poles, a minute apart."""
    return {f"call_{n}": town.press(pole, at=began(now) + timedelta(seconds=50 + n * 40)) for n, pole in enumerate(POLES)}


def stolen_passes(_town: Town, now: datetime) -> dict[str, int]:
    """A listed plate passed CAM-01 half a minute into what was recorded, and CAM-02 in the middle of what was not."""
    list_a_stolen_plate(STOLEN, FOUR[:2], station=STATION, at=now - timedelta(minutes=20))
    moments = {"recorded": (FOUR[0], 30), "unrecorded": (FOUR[1], 180)}
    readings = [_passed(camera, began(now) + timedelta(seconds=after)) for camera, after in moments.values()]
    return dict(zip(moments, watchlists.compare(readings, by=SYSTEM, at=now), strict=True))


def _passed(camera: str, at: datetime) -> PlateReading:
    ms = int(at.timestamp() * 1000)
    return PlateReading(
        id=uuid4(), camera=camera, at_ms=ms, first_ms=ms, last_ms=ms, track="t", sure=0.97, accepted=True, frames=5, box=(1, 1, 90, 40),
        plate=STOLEN, fields=FieldsSure(series=0.98, number=0.99, province=0.95),
    )  # fmt: skip


SCENES = {"stolen_passes": stolen_passes, "day_to_review": day, "calls_to_review": calls}
