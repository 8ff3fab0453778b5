"""Writing looks. A look whose beginning cannot be put into the audit log does not open: row and leaf stand or fall together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction

from safetyzone.contracts.video import TICKET_FOR_S
from safetyzone.ground.officers.access import Who
from safetyzone.kernel.bulk import asked
from safetyzone.kernel.refusals import Refused
from safetyzone.senses.looks.models import Bookmark, Look
from safetyzone.trust.audit.actions import Act, record

LANE = "looks"
"""A chain of its own: a hundred viewers never make a call for help wait for the desk's."""
BEGAN, ENDED, MARKED = "camera.looked", "camera.look_ended", "camera.bookmarked"
LOOKS = (BEGAN, ENDED, MARKED)
"""The acts of this room in the audit log, each on ``camera:<code>``."""
LOST_AFTER = timedelta(seconds=30)
"""The video program tells of every look each two seconds, and closes them all by itself after five of silence."""
NOT_OPENED_AFTER = timedelta(seconds=TICKET_FOR_S) + LOST_AFTER
LONGEST_WORDS = 240


class NoWords(Refused):
    """A bookmark that says nothing."""

    code = "no_words"
    th = "กรุณาพิมพ์ข้อความของที่คั่นภาพ"
    en = "Say in a few words what is to be found there."


@dataclass(frozen=True, slots=True)
class Wanted:
    """A look about to begin; the words as they are displayed now."""

    station: str
    camera: str
    kind: str
    why: str
    words: str = field(default="", repr=False)
    duty_th: str = ""
    duty_en: str = ""
    incident: int | None = None
    case_th: str = ""
    case_en: str = ""
    from_ms: int = 0
    to_ms: int = 0


@transaction.atomic
def begin(wanted: Sequence[Wanted], *, session: str, by: Who, at: datetime) -> list[int]:
    """Begin looks: one INSERT, one call of the audit log. Returns their numbers in the order wanted.

    Raises:
        DatabaseError: the row or its record cannot be written; then none of them has begun.
    """
    if not wanted:
        return []
    looks = Look.objects.bulk_create(
        Look(
            station=one.station, camera=one.camera, officer=by.name, session=session, duty_th=one.duty_th, duty_en=one.duty_en,
            kind=one.kind, why=one.why, words=one.words[:LONGEST_WORDS], incident=one.incident, case_th=one.case_th,
            case_en=one.case_en, from_ms=one.from_ms, to_ms=one.to_ms, began_at=at,
        )
        for one in wanted
    )  # fmt: skip
    record(*(_began(look) for look in looks), lane=LANE)
    return [look.pk for look in looks]


def _began(look: Look) -> Act:
    facts = {"look": look.pk, "kind": look.kind, "incident": look.incident, "case_kind": look.case_th}
    if look.kind != Look.Kind.LIVE:
        facts |= {"from_ms": look.from_ms, "to_ms": look.to_ms}
    return Act(
        actor=look.officer, action=BEGAN, object=f"camera:{look.camera}", station=look.station, at=look.began_at,
        why=look.words or look.why, facts=facts,
    )  # fmt: skip


_TELL = """
    UPDATE looks_look AS look
    SET seconds = greatest(look.seconds, told.seconds), seen_at = %s
    FROM json_to_recordset(%s) AS told(look bigint, seconds double precision)
    WHERE look.id = told.look AND look.ended_at IS NULL
"""


@transaction.atomic
def progress(seconds: dict[int, float], *, by: Who, at: datetime) -> int:
    """How long looks have lasted until now, in one statement; a look that has ended stays as it is. Returns how many it touched."""
    if not seconds:
        return 0
    rows = asked({"look": look, "seconds": lasted} for look, lasted in seconds.items())
    with connection.cursor() as cursor:
        cursor.execute(_TELL, [at, rows])
        return int(cursor.rowcount)


_END = """
    UPDATE looks_look AS look
    SET seconds = greatest(look.seconds, told.seconds), ended_at = %s, closed_why = told.why
    FROM json_to_recordset(%s) AS told(look bigint, seconds double precision, why text)
    WHERE look.id = told.look AND look.ended_at IS NULL
    RETURNING look.id, look.camera, look.station, look.officer, look.seconds, look.closed_why
"""


@dataclass(frozen=True, slots=True)
class Ending:
    """A look that ends: after how many seconds (those known already count if they are more), and why."""

    look: int
    seconds: float
    why: str


@transaction.atomic
def end(endings: Sequence[Ending], *, by: Who, at: datetime) -> int:
    """End looks and record each end with its seconds; one that has ended already is left alone. Returns how many ended."""
    if not endings:
        return 0
    rows = asked({"look": one.look, "seconds": one.seconds, "why": one.why} for one in endings)
    with connection.cursor() as cursor:
        cursor.execute(_END, [at, rows])
        ended = sorted(cursor.fetchall())
    record(
        *(
            Act(
                actor=officer, action=ENDED, object=f"camera:{camera}", station=station, at=at, why=why,
                facts={"look": number, "seconds": round(seconds, 1)},
            )
            for number, camera, station, officer, seconds, why in ended
        ),
        lane=LANE,
    )  # fmt: skip
    return len(ended)


@transaction.atomic
def end_lost(*, by: Who, at: datetime) -> int:
    """End the looks that nobody tells of any more: the video program has vanished, or the ticket was never used. Returns how many."""
    running = Look.objects.select_for_update(skip_locked=True).filter(ended_at=None)
    unseen = running.filter(seen_at=None, began_at__lt=at - NOT_OPENED_AFTER).values_list("pk", flat=True)
    silent = running.filter(seen_at__lt=at - LOST_AFTER).values_list("pk", flat=True)
    endings = [Ending(look, 0.0, Look.Closed.NOT_OPENED.value) for look in unseen]
    endings += [Ending(look, 0.0, Look.Closed.LOST.value) for look in silent]
    return end(endings, by=by, at=at)


@transaction.atomic
def bookmark(*, station: str, camera: str, at_ms: int, words: str, incident: int | None = None, by: Who, at: datetime) -> int:
    """Mark a moment of a camera. Ask first whether this person may watch it. Returns the bookmark's number.

    Raises:
        NoWords: it says nothing.
    """
    if not (said := " ".join(words.split())[:LONGEST_WORDS]):
        raise NoWords
    made = Bookmark.objects.create(station=station, camera=camera, at_ms=at_ms, words=said, incident=incident, by=by.name, made_at=at)
    facts = {"bookmark": made.pk, "at_ms": at_ms, "incident": incident}
    record(Act(actor=by.name, action=MARKED, object=f"camera:{camera}", station=station, at=at, facts=facts), lane=LANE)
    return made.pk
