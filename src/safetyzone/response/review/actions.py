"""The only writers of activity and of review marks."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from safetyzone.ground.officers.access import Who
from safetyzone.kernel.refusals import NotFound, NotYours
from safetyzone.response.review import access
from safetyzone.response.review.models import ActivitySpan, ReviewMark
from safetyzone.response.review.rules import LONGEST_ACTIVITY_MS, Moving, continues, together
from safetyzone.senses.cameras import queries as cameras
from safetyzone.trust.audit.actions import Act, record

MOST_AT_ONCE = 500
LONGEST_KEY = 40


@transaction.atomic
def note_activity(*, heard: Iterable[Moving], by: Who, at: datetime) -> int:
    """Keep what the video program noticed; movements that follow each other closely become one. Returns how many rows there are for them.

    A camera that nobody knows, or a span of the future, is left out: the program that tells may be behind the register.
    """
    latest = int(at.timestamp() * 1000) + 5000
    told = [one for one in heard if one.from_ms < one.to_ms <= latest]
    stations = cameras.stations_of({one.camera for one in told})
    kept = 0
    for camera in sorted(stations):
        kept += _of_camera(sorted((one for one in told if one.camera == camera), key=lambda one: one.from_ms), stations[camera])
    return kept


def _of_camera(told: Sequence[Moving], station: str) -> int:
    """One camera's, in order: those that go on from the last row lengthen it."""
    last = ActivitySpan.objects.select_for_update().filter(camera=told[0].camera).order_by("-from_ms").first()
    kept = 0
    for each in told:
        for one in _cut(each):
            before = Moving(last.camera, last.from_ms, last.to_ms, last.strength) if last else None
            if last is not None and before is not None and continues(before, one):
                whole = together(before, one)
                last.from_ms, last.to_ms, last.strength = whole.from_ms, whole.to_ms, whole.strength
                last.save(update_fields=["from_ms", "to_ms", "strength"])
            else:
                last = ActivitySpan.objects.create(
                    station=station, camera=one.camera, from_ms=one.from_ms, to_ms=one.to_ms, strength=one.strength
                )
                kept += 1
    return max(1, kept)


def _cut(one: Moving) -> list[Moving]:
    """A movement that lasted for hours, in parts that can be looked through."""
    begins = range(one.from_ms, one.to_ms, LONGEST_ACTIVITY_MS)
    return [Moving(one.camera, begin, min(begin + LONGEST_ACTIVITY_MS, one.to_ms), one.strength) for begin in begins]


@transaction.atomic
def review(
    *, station: str, items: Sequence[tuple[str, int]], reviewed: bool = True, verdict: str | None = None, by: Who, at: datetime
) -> int:
    """Mark items as looked at by this person, or put them back; with a verdict, what he thinks of them. Returns how many.

    Args:
        items: pairs of an item's key and until when it goes (milliseconds of UTC).
        verdict: None leaves the one given before; "" takes it back.

    Raises:
        NotYours: no right to see recordings, or no person. NotFound: no such verdict, or too many at once.
    """
    access.must_watch(by, station=station)
    if by.officer_id is None:
        raise NotYours
    if len(items) > MOST_AT_ONCE or any(len(key) > LONGEST_KEY for key, _ in items) or not _is_verdict(verdict):
        raise NotFound
    for key, to_ms in items:
        values: dict[str, object] = {"station": station, "reviewed_at": at, "to_ms": to_ms, "reviewed": reviewed}
        if verdict is not None:
            values["verdict"] = verdict
        ReviewMark.objects.update_or_create(officer_id=by.officer_id, item=key, defaults=values)
    if verdict:
        record(*(Act(actor=by.name, action=f"review.{verdict}", object=f"review:{key}", station=station, at=at) for key, _ in items))
    return len(items)


def _is_verdict(said: str | None) -> bool:
    return said in (None, "", *ReviewMark.Verdict.values)
