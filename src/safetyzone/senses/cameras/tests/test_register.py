"""Lists held against the register: all or nothing, counted, on record; and who may."""

import hashlib

import pytest

from safetyzone.kernel.models import Change
from safetyzone.kernel.refusals import NotFound, NotYours
from safetyzone.senses.cameras import actions, queries
from safetyzone.senses.cameras.models import Camera, CameraOwner
from safetyzone.senses.cameras.news import CameraChanged, SharingChanged
from safetyzone.senses.cameras.register import reading, writing
from safetyzone.senses.cameras.register.sheet import Format, Sheet, sheet
from safetyzone.senses.cameras.register_actions import RowsRefused
from safetyzone.senses.cameras.tests.town import NIGHT, OPERATOR, PLANNER, STATION, STRANGER, cells
from safetyzone.trust.audit.queries import acts_on

SHA = hashlib.sha256(b"the file").hexdigest()


def listed(*rows: dict[str, object]) -> Sheet:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return sheet(Format.CSV, names, [(n, [row.get(name) for name in names]) for n, row in enumerate(rows, start=2)])


def enter(*rows: dict[str, object], **more):
    return actions.import_list(**{"station": STATION, "sheet": listed(*rows), "sha256": SHA, "by": PLANNER, "at": NIGHT} | more)


def test_a_list_is_entered_with_its_owners_and_one_leaf_of_the_audit_log(ground, heard):
    checked = enter(cells("A-1"), cells("A-2", owner="สน.ลุมพินี", owner_kind="police", tier="always"))
    assert checked.counts == {"new": 2, "changed": 0, "same": 0, "refused": 0}
    assert [(c.code, c.owner_kind, c.zone, c.tier) for c in queries.cameras(STATION, for_=PLANNER)] == [
        ("A-1", "shop", "ratchaprasong", "during_incident"), ("A-2", "police", "ratchaprasong", "always"),
    ]  # fmt: skip
    (leaf,) = acts_on(f"cameras:{STATION}")
    assert (leaf.actor, leaf.facts) == ("planner", {"sha256": SHA, "format": "csv", "rows": checked.counts})
    assert heard.of(CameraChanged)[0].codes == ("A-1", "A-2")
    assert Change.objects.get().things == [["camera", "A-1"], ["camera", "A-2"]]


def test_one_bad_row_keeps_everything_out_unless_the_person_chooses_the_good_ones(ground):
    rows = [cells("A-1"), cells("A-2", height_m=0, owner="ร้านใหม่"), cells("A-3")]
    with pytest.raises(RowsRefused) as refused:
        enter(*rows)
    assert list(refused.value.checked.reasons) == [3]
    assert Camera.objects.count() == CameraOwner.objects.count() == Change.objects.count() == len(acts_on(f"cameras:{STATION}")) == 0
    assert enter(*rows, only_good=True).counts == {"new": 2, "changed": 0, "same": 0, "refused": 1}
    assert set(Camera.objects.values_list("code", flat=True)) == {"A-1", "A-3"}
    assert not CameraOwner.objects.filter(name="ร้านใหม่").exists()


def test_the_same_list_again_changes_nothing_and_a_changed_one_only_what_differs(ground, heard):
    enter(cells("A-1"), cells("A-2"))
    assert enter(cells("A-1"), cells("A-2")).counts == {"new": 0, "changed": 0, "same": 2, "refused": 0}
    assert set(Camera.objects.values_list("version", flat=True)) == {1}
    heard.news.clear()
    assert enter(cells("A-1", tier="map_only"), cells("A-2"), cells("A-3")).counts == {"new": 1, "changed": 1, "same": 1, "refused": 0}
    assert dict(Camera.objects.values_list("code", "version")) == {"A-1": 2, "A-2": 1, "A-3": 1}
    assert [(news.code, news.tier) for news in heard.of(SharingChanged)] == [("A-1", "map_only")]
    assert Camera.objects.get(code="A-1").changed_at == NIGHT


def test_a_list_does_not_share_again_what_its_owner_withdrew(ground):
    enter(cells("A-1"))
    holder = _holder("A-1")
    actions.withdraw(code="A-1", by=holder, at=NIGHT)
    enter(cells("A-1", azimuth_deg=10))
    row = Camera.objects.get(code="A-1")
    assert (row.azimuth_deg, row.withdrawn_at) == (10, NIGHT)


def _holder(code: str):
    from safetyzone.senses.cameras import access

    owner = CameraOwner.objects.get(cameras__code=code)
    return access.owner(owner.id, station=owner.station, language="th")


def test_another_stations_camera_is_neither_changed_nor_shown_by_a_list(ground):
    enter(cells("A-1"))
    with pytest.raises(RowsRefused) as refused:
        enter(cells("A-1", azimuth_deg=10), station="pattaya", by=STRANGER)
    assert "belongs to another station" in refused.value.checked.rows[0].why()
    assert "ป้าแดง" not in refused.value.checked.rows[0].why()
    assert Camera.objects.get(code="A-1").azimuth_deg == 90


@pytest.mark.parametrize("who", [OPERATOR, STRANGER], ids=["sees only", "another station"])
def test_only_who_manages_the_stations_cameras_may_enter_or_export_a_list(ground, who):
    with pytest.raises(NotYours):
        enter(cells("A-1"), by=who)
    for forbidden in (lambda: queries.entries(STATION, for_=who), lambda: queries.preview(listed(cells()), station=STATION, for_=who)):
        with pytest.raises(NotFound):
            forbidden()
    assert Camera.objects.count() == 0


def test_a_station_that_is_none_has_no_register(ground):
    from safetyzone.ground.officers.access import COMMAND_LINE

    with pytest.raises(NotFound):
        enter(cells("A-1"), station="atlantis", by=COMMAND_LINE)


def test_a_preview_says_what_the_list_would_do_and_does_nothing(ground):
    enter(cells("A-1"), cells("A-2"))
    sent = listed(cells("A-1"), cells("A-2", tilt_deg=20), cells("A-3"), cells("A-4", lat=1))
    checked = queries.preview(sent, station=STATION, for_=PLANNER)
    assert checked.counts == {"new": 1, "changed": 1, "same": 1, "refused": 1}
    assert checked.rows[1].differs == ("tilt_deg",)
    assert Camera.objects.count() == 2


@pytest.mark.parametrize("kind", list(Format))
def test_the_whole_register_exported_and_imported_is_the_same_register(ground, kind: Format):
    names = ["=1+1", "'x", "ก-ข", "7", "-", "@"]
    enter(*[
        cells(f"A-{i}", azimuth_deg=i / 7, tilt_deg=-i / 3, name_th=name, lon=100.5 + i / 700_001, must_see="100.54 13.74" if i % 2 else "",
              may_turn=bool(i % 2), contract_until="2569-01-31" if i % 3 else None, address="rtsp://10.0.0.9/1" if i % 2 else None)
        for i, name in enumerate(names)
    ])  # fmt: skip
    file = writing.write(writing.of_entries(queries.entries(STATION, for_=PLANNER), kind))
    checked = actions.import_list(station=STATION, sheet=reading.read(file), sha256=SHA, by=PLANNER, at=NIGHT)
    assert checked.counts == {"new": 0, "changed": 0, "same": len(names), "refused": 0}


def test_cameras_are_found_by_their_words_and_sorted(ground):
    enter(cells("A-1", name_th="หน้าวัด", owner="วัด", owner_kind="temple"), cells("A-2", tier="map_only"), cells("B-3", pole_mark="ลพน 12"))

    def found(**sought: str) -> list[str]:
        return [c.code for c in queries.cameras(STATION, for_=OPERATOR, sought=queries.Sought(**sought))]

    assert found(words="ลพน") == ["B-3"]
    assert found(words="วัด หน้า") == ["A-1"]
    assert found(tier="map_only") == ["A-2"]
    assert found(owner="วัด") == ["A-1"]
    assert found(state="offline") == []
    assert found(order="-code") == ["B-3", "A-2", "A-1"]
    assert found(order="drop table") == ["A-1", "A-2", "B-3"]
    assert queries.count(STATION, for_=OPERATOR) == 3
    assert [c.code for c in queries.cameras(STATION, for_=OPERATOR, first=1, most=1)] == ["A-2"]


def test_the_addresses_of_cameras_are_for_those_who_manage_them(ground):
    enter(cells("A-1", address="rtsp://10.0.0.9/1"))
    assert queries.camera("A-1", for_=PLANNER).entry.address == "rtsp://10.0.0.9/1"
    assert queries.camera("A-1", for_=OPERATOR).entry.address == ""
    assert "10.0.0.9" not in repr(queries.camera("A-1", for_=PLANNER))
    assert "10.0.0.9" not in repr(queries.entries(STATION, for_=PLANNER))
