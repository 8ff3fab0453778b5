"""Who may take what out of the house, and what is written down before it leaves."""

import json
import shutil
import zipfile
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from safetyzone.kernel.refusals import OutOfOrder
from safetyzone.trust.audit import actions as audit
from safetyzone.trust.audit.queries import acts_on
from safetyzone.trust.evidence import actions, custody, export_actions, exporting, kept, queries, rules
from safetyzone.trust.evidence.carried import verify
from safetyzone.trust.evidence.lifecycle import State
from safetyzone.trust.evidence.models import EvidenceExport
from safetyzone.trust.evidence.tests.clips import NIGHT
from safetyzone.trust.evidence.tests.conftest import LATER, SeesNobody


def asked(item: int, **more: object) -> int:
    given = {"why": "ส่งศาล", "case": "คดีอาญา 12/2569", "clear": True, "by": "somchai", "at": LATER, **more}
    return export_actions.ask(item, **given)


def make(export: int) -> bool:
    return exporting.work(export, now=lambda: LATER, finder=SeesNobody(), plates=SeesNobody())


def test_what_leaves_by_default_has_no_original_in_it(exported):
    with zipfile.ZipFile(exported()) as package:
        names = package.namelist()
        manifest = json.loads(package.read("manifest.json"))
    assert [name for name in names if name.endswith(".mp4")] == ["blurred/LPN-1.mp4", "blurred/LPN-2.mp4"]
    assert all(piece["sha256"] and not piece["path"] for camera in manifest["cameras"] for piece in camera["pieces"])
    assert [(edit["camera"], edit["detector"]) for edit in manifest["edits"]] == [
        ("LPN-1", "for tests + for tests"), ("LPN-2", "for tests + for tests"),
    ]  # fmt: skip


def test_plates_stay_readable_only_where_the_case_needs_them_and_it_is_on_record(exported):
    with zipfile.ZipFile(exported(plates_shown=True)) as package:
        manifest = json.loads(package.read("manifest.json"))
    assert manifest["export"]["plates_shown"] is True
    assert {edit["detector"] for edit in manifest["edits"]} == {"for tests"}, "of faces alone"
    asking = next(line for line in manifest["custody"] if line["act"] == "export_asked")
    assert asking["facts"]["plates_shown"] is True
    with pytest.raises(rules.SaysNoReason):
        asked(EvidenceExport.objects.get().item_id, clear=False, plates_shown=True, case=" ")
    with pytest.raises(IntegrityError), transaction.atomic():
        EvidenceExport.objects.update(case="")


def test_clear_faces_wait_for_a_second_person(locked):
    export = asked(locked())
    assert queries.export(export).state == State.ASKED
    with pytest.raises(OutOfOrder):
        make(export)
    for same in ("somchai", "Somchai ", ""):
        with pytest.raises(rules.NeedsSecondPerson):
            export_actions.approve(export, words="x", by=same, at=LATER)
    assert not kept.export_file(export).exists()
    export_actions.approve(export, words="จำเป็นต่อคดี", by="malee", at=LATER)
    assert make(export)
    assert verify.verify(str(kept.export_file(export))).valid


@pytest.mark.parametrize("without", ["case", "why"])
def test_clear_faces_need_a_case_and_a_reason(locked, without):
    with pytest.raises(rules.SaysNoReason):
        asked(locked(), **{without: " "})


def test_a_refused_request_stays_refused(locked):
    export = asked(locked())
    export_actions.refuse(export, words="ไม่จำเป็น", by="malee", at=LATER)
    with pytest.raises(OutOfOrder):
        export_actions.approve(export, words="x", by="malee", at=LATER)


def test_the_database_itself_shows_no_faces_without_two_people(locked):
    export = asked(locked())
    for wrong in ({"state": State.WAITING}, {"approved_by": "somchai"}, {"state": State.DONE, "sha256": "0" * 64}):
        with pytest.raises(IntegrityError), transaction.atomic():
            EvidenceExport.objects.filter(pk=export).update(**wrong)


@pytest.mark.parametrize("clear", [False, True])
def test_what_cannot_be_put_on_record_does_not_happen(locked, monkeypatch, clear):
    """S45: the audit log's writer stops after the approval."""
    export = asked(locked(), clear=clear)
    if clear:
        export_actions.approve(export, words="x", by="malee", at=LATER)

    def stopped(*_: object, **__: object) -> None:
        raise ConnectionError("the audit log cannot be written")

    monkeypatch.setattr(custody, "record", stopped)
    with pytest.raises(ConnectionError):
        make(export)
    assert queries.export(export).state == State.WAITING
    assert not kept.export_file(export).exists()
    assert not kept.export_folder(export).exists()


def test_a_package_whose_end_cannot_be_put_on_record_is_not_there(locked, monkeypatch):
    export, true = asked(locked(), clear=False), audit.record

    def no_end(*acts: audit.Act, **lane: str) -> None:
        if any(act.action == "evidence.exported" for act in acts):
            raise ConnectionError
        true(*acts, **lane)

    monkeypatch.setattr(custody, "record", no_end)
    with pytest.raises(ConnectionError):
        make(export)
    assert not kept.export_file(export).exists()
    assert queries.export(export).state == State.FAILED


def test_nobody_asks_for_approves_or_hands_over_what_cannot_be_put_on_record(locked, exported, monkeypatch):
    item = locked()
    waiting = asked(item)
    exported(item=item)
    done = next(one.export_id for one in queries.exports(item) if one.state == State.DONE)

    def stopped(*_: object, **__: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(custody, "record", stopped)
    before = (len(queries.exports(item)), queries.export(waiting).state, len(queries.custody(item)))
    for deed in (
        lambda: asked(item), lambda: export_actions.approve(waiting, words="x", by="malee", at=LATER),
        lambda: export_actions.share(done, to="ศาล", why="x", by="somchai", at=LATER), lambda: actions.look(item, by="x", at=LATER),
    ):  # fmt: skip
        with pytest.raises(ConnectionError), transaction.atomic():
            deed()
    assert (len(queries.exports(item)), queries.export(waiting).state, len(queries.custody(item))) == before


def test_showing_faces_is_on_record_before_the_first_original_is_touched(locked, monkeypatch):
    item = locked()
    export = asked(item)
    export_actions.approve(export, words="x", by="malee", at=LATER)
    seen = []
    true = exporting.playable

    def watched(*given: object):
        seen.extend(act.action for act in acts_on(f"evidence:{item}"))
        return true(*given)

    monkeypatch.setattr(exporting, "playable", watched)
    make(export)
    assert "evidence.unblurred" in seen


def test_a_stopped_export_goes_on_with_what_was_finished(locked, monkeypatch):
    export = asked(locked(), clear=False)
    monkeypatch.setattr(exporting, "TOLD_EVERY_S", 0.0)
    true, asked_for = exporting.blurred, []

    def stop_in_the_second(*given: object, **more: object):
        asked_for.append(given[1].name)
        if len(asked_for) == 2:
            export_actions.stop(export, by="somchai", at=LATER)
        return true(*given, **more)

    monkeypatch.setattr(exporting, "blurred", stop_in_the_second)
    assert not make(export)
    assert queries.export(export).state == State.STOPPED
    assert not kept.export_file(export).exists()
    export_actions.resume(export, by="somchai", at=LATER)
    assert make(export)
    assert asked_for == ["LPN-1.mp4", "LPN-2.mp4", "LPN-2.mp4"]
    assert verify.verify(str(kept.export_file(export))).valid
    assert [line.act for line in queries.custody(queries.export(export).item_id)][2:] == [
        "export_asked", "export_begun", "export_stopped", "export_resumed", "export_begun", "exported"
    ]  # fmt: skip


def test_an_export_says_how_far_it_is(locked, monkeypatch):
    export, heard = asked(locked(), clear=False), []
    monkeypatch.setattr(exporting, "TOLD_EVERY_S", 0.0)
    true = export_actions.progressed

    def listening(number: int, percent: int, **more: object) -> bool:
        heard.append(percent)
        return true(number, percent, **more)

    monkeypatch.setattr(export_actions, "progressed", listening)
    make(export)
    assert heard == sorted(heard)
    assert heard[0] < 30
    assert heard[-1] == 100


def test_an_export_whose_process_died_is_taken_up(locked):
    export = asked(locked(), clear=False)
    export_actions.begin(export, by="system", at=LATER)
    assert queries.silent_since(LATER) == []
    assert queries.silent_since(LATER + timedelta(minutes=1)) == [export]
    export_actions.resume(export, by="system", at=LATER + timedelta(minutes=6))
    assert make(export)


def test_an_export_of_nothing_recorded_says_so(locked, state):
    shutil.rmtree(state / "recordings", ignore_errors=True)
    item = actions.lock(
        station="lumphini", cameras=[actions.CameraShown("LPN-9", "ซอย")], from_at=NIGHT, to_at=NIGHT + timedelta(seconds=4), reason="x",
        by="somchai", at=LATER,
    )  # fmt: skip
    export = asked(item, clear=False)
    assert make(export)
    with zipfile.ZipFile(kept.export_file(export)) as package:
        manifest = json.loads(package.read("manifest.json"))
    assert [gap["ms"] for gap in manifest["cameras"][0]["gaps"]] == [4000]
    assert manifest["edits"] == []


def test_handing_over_names_to_whom_and_why(exported):
    exported()
    export = EvidenceExport.objects.get()
    with pytest.raises(rules.SaysNoReason):
        export_actions.share(export.pk, to=" ", why="x", by="somchai", at=LATER)
    export_actions.share(export.pk, to="พนักงานสอบสวน สน.ลุมพินี", why="สำนวน", by="somchai", at=LATER)
    last = queries.custody(export.item_id)[-1]
    assert (last.act, last.why, last.facts["sha256"]) == ("shared", "พนักงานสอบสวน สน.ลุมพินี: สำนวน", export.sha256)
