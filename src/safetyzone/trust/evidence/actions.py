"""Locking and releasing. Who may is asked by the page that calls: this room lies below the officers' own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection, transaction

from safetyzone.contracts.video import Piece
from safetyzone.kernel.refusals import NotFound, OutOfOrder
from safetyzone.trust.evidence import kept, rules
from safetyzone.trust.evidence.custody import CustodyAct, note
from safetyzone.trust.evidence.lifecycle import UNDER_WAY, State
from safetyzone.trust.evidence.models import CustodyEntry, EvidenceCamera, EvidenceExport, EvidenceItem, EvidencePiece
from safetyzone.trust.evidence.ports import NotThere, Recordings

PIECES_A_RECORD = 100
"""Hashes stand in the audit log in portions of so many."""
DRAFT_FOR = timedelta(hours=1)
"""A file that no item knows and that is younger may belong to a lock that is just being made."""


@dataclass(frozen=True, slots=True)
class CameraShown:
    """A camera as the locker sees it."""

    code: str
    name_th: str
    name_en: str = ""
    clock_offset_ms: int | None = None


@dataclass(frozen=True, slots=True)
class CaseShown:
    """The incident as the locker sees it."""

    incident: int | None = None
    kind: str = ""
    title: str = ""


@transaction.atomic
def lock(
    *, station: str, cameras: Sequence[CameraShown], from_at: datetime, to_at: datetime, reason: str, by: str, at: datetime,
    case: CaseShown = CaseShown(), until: datetime | None = None,
) -> int:  # fmt: skip
    """Lock a span of some cameras; returns the item's number. ``gather`` then takes the pieces over.

    Raises:
        NoSuchSpan, SaysNoReason: see ``rules``.
    """
    rules.check_span(from_at, to_at, cameras=len(cameras), at=at)
    if until is not None and until <= at:
        raise rules.NoSuchSpan(hours=rules.MOST_CAMERA_HOURS)
    item = EvidenceItem.objects.create(
        station=station, incident=case.incident, incident_kind=case.kind[:80], incident_title=case.title[:240], from_at=from_at,
        to_at=to_at, reason=rules.reason(reason), locked_by=by, locked_at=at, until=until,
    )  # fmt: skip
    EvidenceCamera.objects.bulk_create(
        EvidenceCamera(item=item, code=one.code, name_th=one.name_th, name_en=one.name_en, clock_offset_ms=one.clock_offset_ms)
        for one in cameras
    )
    facts = {
        "cameras": [one.code for one in cameras], "from": from_at.isoformat(), "to": to_at.isoformat(), "incident": case.incident,
        "kind": case.kind[:80], "title": case.title[:240], "until": until.isoformat() if until else "",
    }  # fmt: skip
    note(CustodyAct(item=item.pk, station=station, act="locked", by=by, at=at, why=item.reason, facts=facts))
    return item.pk


def gather(item_id: int, ring: Recordings, *, by: str, at: datetime) -> int:
    """Take over the pieces that this item does not have yet; returns how many. May be called again and again.

    Files first, rows after: a file without a row is swept, a row without a file would be a lie.
    """
    item = _item(item_id)
    if item.released_at is not None:
        return 0
    from_ms, to_ms = _ms(item.from_at), _ms(item.to_at)
    taken = []
    for camera in item.cameras.prefetch_related("pieces"):
        had = {piece.from_ms for piece in camera.pieces.all()}
        for piece in ring.pieces(camera.code, from_ms, to_ms):
            if piece.from_ms not in had:
                try:
                    taken.append((camera, piece, *kept.take(ring, piece)))
                except NotThere:
                    continue  # the ring was quicker: the gap shows
    with transaction.atomic():
        _keep(EvidenceItem.objects.select_for_update().get(pk=item_id), taken, by=by, at=at)
    return len(taken)


def _keep(item: EvidenceItem, taken: list[tuple[EvidenceCamera, Piece, str, int]], *, by: str, at: datetime) -> None:
    """Rows for what lies there, with the hashes in the audit log."""
    rows = [
        EvidencePiece(camera=camera, from_ms=piece.from_ms, ms=piece.ms, size_bytes=size, sha256=sha256, taken_at=at)
        for camera, piece, sha256, size in taken
    ]
    EvidencePiece.objects.bulk_create(rows, ignore_conflicts=True)  # two gather at once: the first one's row stands
    patience = rules.GIVEN_UP_AFTER if _has_gaps(item) else rules.SETTLES_AFTER
    if item.gathered_at is None and at >= item.to_at + patience:
        item.gathered_at = at
        item.save(update_fields=["gathered_at"])
    acts = [
        CustodyAct(
            item=item.pk, station=item.station, act="gathered", by=by, at=at,
            facts={"pieces": [[row.camera.code, row.from_ms, row.ms, row.size_bytes, row.sha256] for row in portion]},
        )
        for portion in (rows[first : first + PIECES_A_RECORD] for first in range(0, len(rows), PIECES_A_RECORD))
    ]  # fmt: skip
    if acts:
        note(*acts)


def _has_gaps(item: EvidenceItem) -> bool:
    """Whether some camera's pieces do not fill the span."""
    from_ms, to_ms = _ms(item.from_at), _ms(item.to_at)
    return any(rules.gaps(camera.pieces.values_list("from_ms", "ms"), from_ms, to_ms) for camera in item.cameras.all())


@transaction.atomic
def look(item_id: int, *, by: str, at: datetime, what: str = "page") -> bool:
    """Somebody opened an item: on record, once a person in ten minutes for the same thing; True when it was new."""
    item = _item(item_id)
    lately = CustodyEntry.objects.filter(item=item, act="looked", by=by, at__gt=at - rules.LOOKED_AGAIN_AFTER, facts__what=what)
    if lately.exists():
        return False
    note(CustodyAct(item=item.pk, station=item.station, act="looked", by=by, at=at, facts={"what": what}))
    return True


@transaction.atomic
def release(item_id: int, *, why: str, by: str, at: datetime) -> None:
    """A named person lets an item go; its files are deleted by the next sweep.

    Raises:
        OutOfOrder: released before, or an export is under way.
        SaysNoReason: no reason.
    """
    item = EvidenceItem.objects.select_for_update().filter(pk=item_id).first()
    if item is None:
        raise NotFound
    if item.released_at is not None:
        raise OutOfOrder("It is released already.", "ปลดล็อกไปแล้ว")
    if EvidenceExport.objects.filter(item=item, state__in=UNDER_WAY).exists():
        raise OutOfOrder("An export is under way: finish, stop or refuse it first.", "กำลังส่งออกอยู่ ให้เสร็จ หยุด หรือไม่อนุมัติก่อน")
    item.released_at, item.released_by, item.released_why = at, by, rules.reason(why)
    item.save(update_fields=["released_at", "released_by", "released_why"])
    note(CustodyAct(item=item.pk, station=item.station, act="released", by=by, at=at, why=item.released_why))


def sweep(*, by: str, at: datetime) -> int:
    """Release what its locker gave an end, and delete the files of what is released; returns how many items were deleted."""
    for item in EvidenceItem.objects.filter(released_at=None, until__lte=at):
        if not item.exports.filter(state__in=UNDER_WAY).exists():
            release(item.pk, why="ครบกำหนดที่ผู้ล็อกตั้งไว้ · the end that its locker set", by=item.locked_by, at=at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [kept.BEING_COPIED])
        if not cursor.fetchone()[0]:  # a backup copies them: the next night will do
            return 0
    try:
        swept = 0
        for item in EvidenceItem.objects.filter(released_at__isnull=False, swept_at=None):
            _delete(item.pk, by=by, at=at)
            swept += 1
        _delete_drafts(at)
        return swept
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [kept.BEING_COPIED])


@transaction.atomic
def _delete(item_id: int, *, by: str, at: datetime) -> None:
    """Delete an item's files but those that another locked item holds, too. Rows and hashes stay."""
    item = EvidenceItem.objects.select_for_update().get(pk=item_id)
    item.swept_at = at
    item.save(update_fields=["swept_at"])
    mine = set(EvidencePiece.objects.filter(camera__item=item).values_list("sha256", flat=True))
    others = EvidencePiece.objects.filter(sha256__in=mine, camera__item__swept_at=None)
    gone = sorted(mine - set(others.values_list("sha256", flat=True)))
    exports = list(EvidenceExport.objects.select_for_update().filter(item=item, state__in=[State.DONE, State.STOPPED, State.FAILED]))
    for export in exports:
        export.state = State.DELETED
        export.save(update_fields=["state"])
    facts = {"pieces": len(gone), "held_by_others": len(mine) - len(gone), "exports": [export.pk for export in exports]}
    note(CustodyAct(item=item.pk, station=item.station, act="deleted", by=by, at=at, why=item.released_why, facts=facts))
    transaction.on_commit(lambda: _unlink([kept.file_of(sha256) for sha256 in gone], [export.pk for export in exports]))


def _unlink(files: list[Path], exports: list[int]) -> None:
    import shutil

    for file in [*files, *(kept.export_file(export) for export in exports)]:
        file.unlink(missing_ok=True)
    for export in exports:
        shutil.rmtree(kept.export_folder(export), ignore_errors=True)


def check_store(*, by: str, at: datetime) -> list[tuple[int, str]]:
    """Read every locked piece again and compare it with its hash; returns (item, hash) of what is lost or changed, on record by item."""
    wrong: dict[int, list[str]] = {}
    rows = EvidencePiece.objects.filter(camera__item__swept_at=None).values_list("camera__item", "sha256").order_by("sha256")
    judged: dict[str, bool] = {}
    for item_id, sha256 in rows:
        if sha256 not in judged:
            file = kept.file_of(sha256)
            judged = {sha256: file.exists() and kept.measured(file)[0] == sha256}
        if not judged[sha256]:
            wrong.setdefault(item_id, []).append(sha256)
    for item_id, hashes in wrong.items():
        with transaction.atomic():
            facts = {"damaged": hashes[:PIECES_A_RECORD], "count": len(hashes)}
            note(CustodyAct(item=item_id, station=_item(item_id).station, act="found_damaged", by=by, at=at, facts=facts))
    return [(item_id, sha256) for item_id, hashes in wrong.items() for sha256 in hashes]


def _delete_drafts(at: datetime) -> None:
    """Files that no row names: left by a lock that was cut off, or by a deletion that was."""
    known = set(EvidencePiece.objects.filter(camera__item__swept_at=None).values_list("sha256", flat=True))
    for file in [*kept.folder().glob("??/*.mp4"), *kept.folder().glob(".draft-*")]:
        if file.stem not in known and file.stat().st_ctime < (at - DRAFT_FOR).timestamp():
            file.unlink(missing_ok=True)


def _item(item_id: int) -> EvidenceItem:
    found = EvidenceItem.objects.filter(pk=item_id).first()
    if found is None:
        raise NotFound
    return found


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
