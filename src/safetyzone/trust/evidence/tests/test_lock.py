"""Locking, the pieces that are taken over, and letting go."""

import hashlib
import shutil
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from safetyzone.kernel import clock
from safetyzone.kernel.refusals import OutOfOrder
from safetyzone.trust.audit.queries import acts_on
from safetyzone.trust.audit.verify import verify as verify_audit
from safetyzone.trust.evidence import actions, export_actions, kept, queries, rules
from safetyzone.trust.evidence.models import CustodyEntry, EvidenceItem, EvidencePiece
from safetyzone.trust.evidence.ports import MemoryRecordings
from safetyzone.trust.evidence.tests.clips import NIGHT, STATION, clip, ms, record, ring

DAY = timedelta(days=1)


def test_locked_pieces_outlive_the_ring(locked, state):
    item = locked()
    before = [(p.sha256, kept.file_of(p.sha256).read_bytes()) for c in queries.cameras(item) for p in c.pieces]
    shutil.rmtree(state / "recordings")
    actions.sweep(by="system", at=NIGHT + 400 * DAY)
    assert len(before) == 7
    for sha256, content in before:
        assert kept.file_of(sha256).read_bytes() == content
        assert hashlib.sha256(content).hexdigest() == sha256


def test_on_one_disk_pieces_are_linked_and_not_copied(locked, state):
    item = locked()
    [first, *_] = queries.cameras(item)[0].pieces
    source = next((state / "recordings" / "LPN-1").glob(f"*/{first.from_ms}-*.mp4"))
    assert source.samefile(kept.file_of(first.sha256))


def test_where_links_do_not_go_pieces_are_copied(locked, state, monkeypatch):
    def other_disk(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr("os.link", other_disk)
    item = locked()
    pieces = [piece for camera in queries.cameras(item) for piece in camera.pieces]
    assert len(pieces) == 7
    assert all(kept.measured(kept.file_of(piece.sha256)) == (piece.sha256, piece.size_bytes) for piece in pieces)
    assert list(kept.folder().glob(".draft-*")) == []


def test_what_was_not_recorded_is_said(locked):
    first, second = queries.cameras(locked())
    start = ms(NIGHT)
    assert first.gaps == ()
    assert second.gaps == (rules.Gap(start + 2000, start + 6000), rules.Gap(start + 8000, start + 10000))


def test_the_hashes_are_in_the_audit_log(locked):
    item = locked()
    [gathered] = [act for act in acts_on(f"evidence:{item}") if act.action == "evidence.gathered"]
    in_log = {row[4] for row in gathered.facts["pieces"]}
    assert in_log == {piece.sha256 for camera in queries.cameras(item) for piece in camera.pieces}
    assert verify_audit().whole


def test_a_span_that_is_still_recorded_is_filled_later(db, state):
    folder, start = state / "recordings", ms(NIGHT)
    record(folder, "LPN-1", start)
    item = actions.lock(
        station=STATION, cameras=[actions.CameraShown("LPN-1", "วัด")], from_at=NIGHT, to_at=NIGHT + timedelta(seconds=4), reason="x",
        by="somchai", at=NIGHT + timedelta(seconds=3),
    )  # fmt: skip
    assert actions.gather(item, ring(state), by="system", at=NIGHT + timedelta(seconds=3)) == 1
    assert queries.not_gathered() == [item]
    record(folder, "LPN-1", start + 2000)
    assert actions.gather(item, ring(state), by="system", at=NIGHT + timedelta(seconds=70)) == 1
    assert actions.gather(item, ring(state), by="system", at=NIGHT + timedelta(seconds=80)) == 0
    assert queries.not_gathered() == []
    assert queries.cameras(item)[0].gaps == ()


def test_what_is_missing_is_looked_for_a_quarter_of_an_hour(db, state):
    """A piece that a killed video program left open is closed when it starts again."""
    folder, start = state / "recordings", ms(NIGHT)
    record(folder, "LPN-1", start)
    item = actions.lock(
        station=STATION, cameras=[actions.CameraShown("LPN-1", "วัด")], from_at=NIGHT, to_at=NIGHT + timedelta(seconds=4), reason="x",
        by="somchai", at=NIGHT + timedelta(seconds=5),
    )  # fmt: skip
    actions.gather(item, ring(state), by="system", at=NIGHT + timedelta(minutes=10))
    assert queries.not_gathered() == [item]
    record(folder, "LPN-1", start + 2000)
    assert actions.gather(item, ring(state), by="system", at=NIGHT + timedelta(minutes=11)) == 1
    assert queries.not_gathered() == []
    other = actions.lock(
        station=STATION, cameras=[actions.CameraShown("LPN-2", "วัด")], from_at=NIGHT, to_at=NIGHT + timedelta(seconds=4), reason="x",
        by="somchai", at=NIGHT + timedelta(seconds=5),
    )  # fmt: skip
    actions.gather(other, ring(state), by="system", at=NIGHT + timedelta(minutes=16))
    assert queries.not_gathered() == []


def test_a_piece_that_the_ring_gave_up_meanwhile_is_a_gap_and_no_fault(db, state):
    memory = MemoryRecordings()
    memory.add("LPN-1", ms(NIGHT), 2000, clip(ms(NIGHT)))
    lost = memory.add("LPN-1", ms(NIGHT) + 2000, 2000, b"...")
    del memory.held[lost.name]
    item = actions.lock(
        station=STATION, cameras=[actions.CameraShown("LPN-1", "วัด")], from_at=NIGHT, to_at=NIGHT + timedelta(seconds=4), reason="x",
        by="somchai", at=NIGHT + DAY,
    )  # fmt: skip
    assert actions.gather(item, memory, by="system", at=NIGHT + DAY) == 1
    assert queries.cameras(item)[0].gaps == (rules.Gap(ms(NIGHT) + 2000, ms(NIGHT) + 4000),)


def test_titles_stay_as_they_were_displayed(locked):
    item = queries.item(locked())
    assert (item.incident, item.incident_kind, item.incident_title) == (41, "sos_pole", "เสา 17 สวนลุม")


def test_release_takes_a_name_and_a_reason_and_then_the_files_go(locked):
    item = locked()
    with pytest.raises(rules.SaysNoReason):
        actions.release(item, why="  ", by="malee", at=NIGHT + DAY)
    files = [kept.file_of(piece.sha256) for camera in queries.cameras(item) for piece in camera.pieces]
    actions.release(item, why="ศาลสั่งคืน", by="malee", at=NIGHT + DAY)
    with pytest.raises(OutOfOrder):
        actions.release(item, why="อีกครั้ง", by="malee", at=NIGHT + DAY)
    assert all(file.exists() for file in files)


def test_the_sweep_deletes_what_was_released_and_says_so(locked, django_capture_on_commit_callbacks):
    item, other = locked(), locked()
    files = [kept.file_of(piece.sha256) for camera in queries.cameras(item) for piece in camera.pieces]
    actions.release(item, why="คดีสิ้นสุด", by="malee", at=NIGHT + DAY)
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.sweep(by="system", at=NIGHT + DAY) == 1
    assert all(file.exists() for file in files), "the other item holds the same pieces"
    actions.release(other, why="คดีสิ้นสุด", by="malee", at=NIGHT + DAY)
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.sweep(by="system", at=NIGHT + DAY) == 1
    assert not any(file.exists() for file in files)
    assert [line.act for line in queries.custody(other)] == ["locked", "gathered", "released", "deleted"]
    assert acts_on(f"evidence:{other}")[-1].action == "evidence.deleted"


def test_the_lockers_own_end_releases_in_his_name(locked):
    item = locked(until=NIGHT + 30 * DAY)
    assert actions.sweep(by="system", at=NIGHT + 29 * DAY) == 0
    assert actions.sweep(by="system", at=NIGHT + 30 * DAY) == 1
    assert queries.item(item).released_by == "somchai"


def test_nothing_is_released_while_an_export_is_under_way(locked):
    item = locked()
    export_actions.ask(item, why="ส่งศาล", by="somchai", at=NIGHT + DAY)
    with pytest.raises(OutOfOrder):
        actions.release(item, why="x", by="malee", at=NIGHT + DAY)


@pytest.mark.parametrize(
    ("seconds", "cameras", "ahead_s"), [(0, 1, 0), (-5, 1, 0), (3600, 0, 0), (3600, 73, 0), (73 * 3600, 1, 0), (60, 1, 3700)]
)
def test_what_is_no_span_is_refused(seconds, cameras, ahead_s):
    at = NIGHT + timedelta(seconds=max(seconds, 0) - ahead_s)
    with pytest.raises(rules.NoSuchSpan):
        rules.check_span(NIGHT, NIGHT + timedelta(seconds=seconds), cameras=cameras, at=at)


@pytest.mark.parametrize(
    "broken",
    [{"reason": ""}, {"locked_by": ""}, {"released_at": NIGHT}, {"released_by": "x"}, {"swept_at": NIGHT}, {"to_at": NIGHT - DAY}],
)
def test_the_database_refuses_what_has_no_name_or_no_reason(db, broken):
    good = {"station": STATION, "from_at": NIGHT, "to_at": NIGHT + DAY, "reason": "x", "locked_by": "somchai", "locked_at": NIGHT}
    EvidenceItem.objects.create(**good)
    with pytest.raises(IntegrityError), transaction.atomic():
        EvidenceItem.objects.create(**{**good, **broken})


def test_the_database_lets_nobody_change_custody_or_hashes(locked):
    locked()
    for change in (
        lambda: CustodyEntry.objects.update(by="nobody"), lambda: CustodyEntry.objects.all().delete(),
        lambda: EvidencePiece.objects.update(sha256="0" * 64), lambda: EvidencePiece.objects.all().delete(),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_stored_piece_that_changes_is_found_and_put_on_record(locked):
    item = locked()
    assert actions.check_store(by="system", at=NIGHT + DAY) == []
    [first, second, *_] = queries.cameras(item)[0].pieces
    content = bytearray(kept.file_of(first.sha256).read_bytes())
    content[len(content) // 2] ^= 1
    kept.file_of(first.sha256).write_bytes(content)
    kept.file_of(second.sha256).unlink()
    assert sorted(actions.check_store(by="system", at=NIGHT + DAY)) == sorted([(item, first.sha256), (item, second.sha256)])
    assert queries.custody(item)[-1].act == "found_damaged"


def test_a_look_is_on_record_once_in_ten_minutes(locked):
    item = locked()
    for minutes, by in ((0, "malee"), (5, "malee"), (6, "somchai"), (11, "malee")):
        actions.look(item, by=by, at=NIGHT + DAY + timedelta(minutes=minutes))
    assert [line.by for line in queries.custody(item) if line.act == "looked"] == ["malee", "somchai", "malee"]


def test_files_that_no_item_knows_are_swept_once_they_are_old(locked):
    locked()
    stray = kept.folder() / "ab" / ("ab" * 32 + ".mp4")
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"left by a lock that was cut off")
    actions.sweep(by="system", at=clock.now())
    assert stray.exists()
    actions.sweep(by="system", at=clock.now() + timedelta(hours=2))
    assert not stray.exists()
    assert len(list(kept.folder().glob("??/*.mp4"))) == 7
