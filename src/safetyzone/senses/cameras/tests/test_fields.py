"""What one row can say, and how it is told that it cannot stand."""

from datetime import date, datetime

import pytest

from safetyzone.senses.cameras.register import checking
from safetyzone.senses.cameras.register.cells import text_of
from safetyzone.senses.cameras.register.entry import COLUMNS, column_of, heading, reach_m, read_entry
from safetyzone.senses.cameras.register.sheet import BadFile, Format, sheet

GOOD = {
    "code": "TH-10-LPN-0001", "owner": "ร้านข้าวแกงป้าแดง", "owner_kind": "shop", "lon": 100.5402, "lat": 13.7446, "height_m": 4.5,
    "azimuth_deg": 90, "tilt_deg": 12, "hfov_deg": 85, "width_px": 1920, "height_px": 1080,
}  # fmt: skip


def reasons(**changed: object) -> dict[str, str]:
    entry, found = read_entry(GOOD | changed)
    assert (entry is None) == bool(found)
    for reason in found:
        assert reason.say("th") != reason.say("en")
    return {reason.field: reason.say("en") for reason in found}


def test_what_is_not_said_is_the_least_that_it_can_be():
    entry, _ = read_entry(GOOD)
    assert entry is not None
    assert (entry.tier, entry.live_radius_m, entry.retention_days, entry.ir_range_m, entry.kind) == ("map_only", 150, 0, 0.0, "fixed")
    assert entry.name_th == "TH-10-LPN-0001"
    assert entry.may_turn


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"height_m": 0}, "height_m", "height “0”: must be more than 0 and at most 100 m"),
        ({"azimuth_deg": "361"}, "azimuth_deg", "azimuth “361”: must be from 0 to 360 °"),
        ({"azimuth_deg": -1}, "azimuth_deg", "azimuth “-1”: must be from 0 to 360 °"),
        ({"tilt_deg": 91}, "tilt_deg", "tilt “91”: must be from -90 to 90 °"),
        ({"hfov_deg": 0.5, "width_px": 4096}, "hfov_deg", "field of view “0.5° × 4096 px”: the lens would notice a person 18.8 km away, "
         "which no camera does; check field of view and pixels"),
        ({"lon": 13.7446, "lat": 100.5402}, "lon", "longitude “13.7446, 100.5402”: is outside Thailand; swapped? "
         "It would be longitude 100.5402, latitude 13.7446"),
        ({"lon": 2.35, "lat": 48.85}, "lon", "longitude “2.35, 48.85”: is outside Thailand"),
        ({"retention_days": -1}, "retention_days", "retention “-1”: must be from 0 to 3650 days"),
        ({"tier": "everything"}, "tier", "sharing tier “everything”: is not known; "
         "use one of map_only, on_request, during_incident, always"),
        ({"height_m": "tall"}, "height_m", "height “tall”: is not a number"),
        ({"height_m": "nan"}, "height_m", "height “nan”: is not a number"),
        ({"width_px": "1920.5"}, "width_px", "picture width “1920.5”: must be a whole number"),
        ({"owner": ""}, "owner", "owner: must have a value"),
        ({"code": "a/b"}, "code", "code “a/b”: a code has 1 to 32 Latin letters, digits, - or _"),
        ({"contract_until": "31/02/2570"}, "contract_until", "agreement until “31/02/2570”: is no day of the calendar"),
        ({"name_th": "\u202eoops"}, "name_th", "name (Thai) “\u202eoops”: has characters that cannot be shown"),
        ({"address": "rtsp://admin:hunter2@10.0.0.9/1"}, "address", "stream address “•••”: must not carry a user name or password"),
        ({"address": "http://10.0.0.9/1"}, "address", "stream address “•••”: is not an rtsp:// address"),
        ({"must_see": "13.7 100.5"}, "must_see", "must see “13.7 100.5”: the place 13.7 100.5 is outside Thailand"),
    ],
)  # fmt: skip
def test_a_field_that_cannot_stand_is_named_with_its_value_and_its_reason(changed, field, said):
    assert reasons(**changed) == {field: said}


def test_every_wrong_field_of_a_row_is_named_at_once():
    assert set(reasons(height_m=0, azimuth_deg=400, tier="x")) == {"height_m", "azimuth_deg", "tier"}


def test_thai_digits_are_read():
    entry, _ = read_entry(GOOD | {"lat": "๑๓.๗๔๔๖", "azimuth_deg": "๒๗๐", "contract_until": "๓๑/๑๒/๒๕๗๐", "code": "LPN-๐๐๙"})
    assert entry is not None
    assert (entry.lat, entry.azimuth_deg, entry.contract_until, entry.code) == (13.7446, 270.0, date(2027, 12, 31), "LPN-009")


def test_a_full_turn_is_north():
    entry, _ = read_entry(GOOD | {"azimuth_deg": 360})
    assert entry is not None
    assert entry.azimuth_deg == 0


def test_thai_words_are_read():
    entry, _ = read_entry(GOOD | {"owner_kind": "ร้านค้า", "tier": "ภาพสดตลอดเวลา", "kind": "หมุนได้", "low_light": "ใช่", "may_turn": "ไม่"})
    assert entry is not None
    assert (entry.owner_kind, entry.tier, entry.kind, entry.low_light, entry.may_turn) == ("shop", "always", "ptz", True, False)


def test_the_lens_of_a_long_street_camera_is_believed():
    assert reasons(hfov_deg=1.6, width_px=1920) == {}
    assert reach_m(1.6, 1920) == pytest.approx(2750, abs=1)
    assert reach_m(360, 8000) == 0


@pytest.mark.parametrize("spelled", [
    "รหัสกล้อง", "Code", "CAMERA ID", "รหัสกล้อง · code", "รหัสกล้อง (code)", "รหัสกล้อง/Code", " code ",
])  # fmt: skip
def test_a_heading_is_known_in_whatever_spelling(spelled):
    assert column_of(spelled) == "code"


def test_units_in_a_heading_do_not_matter():
    assert column_of("Height (m)") == column_of("ความสูง (เมตร)") == column_of("mount_height") == "height_m"
    assert column_of("HFOV [deg]") == "hfov_deg"


def test_no_heading_means_two_columns_and_our_own_template_is_understood():
    for column in COLUMNS.values():
        for spelled in (column.name, column.th, column.en, *column.also, heading(column)):
            assert column_of(spelled) == column.name, spelled


def test_cells_of_spreadsheets_are_said_as_a_person_would():
    assert [text_of(c) for c in (12.0, 0.1, True, None, date(2027, 1, 2), datetime(2027, 1, 2, 3), "  a\u200b \n b ")] == [  # noqa: DTZ001
        "12", "0.1", "yes", "", "2027-01-02", "2027-01-02", "a b",
    ]  # fmt: skip


def listed(*rows: dict[str, object], known: checking.Known | None = None) -> list[checking.Row]:
    names = list(dict.fromkeys(name for row in rows for name in row))
    made = sheet(Format.CSV, names, [(n, [row.get(name) for name in names]) for n, row in enumerate(rows, start=2)])
    return list(checking.check(made, known or checking.Known()).rows)


def test_a_code_that_stands_twice_is_refused_in_both_rows_whatever_its_digits():
    rows = listed(GOOD | {"code": "A-1"}, GOOD | {"code": "A-๑"}, GOOD | {"code": "A-2"})
    assert [row.fate for row in rows] == ["refused", "refused", "new"]
    assert "stands also in row 3" in rows[0].why()
    assert "ซ้ำกับแถว 2" in rows[1].why()


def test_codes_of_other_stations_and_of_retired_cameras_are_refused():
    known = checking.Known(elsewhere={"A-1"}, retired={"A-2"})
    first, second = listed(GOOD | {"code": "A-1"}, GOOD | {"code": "A-2"}, known=known)
    assert "belongs to another station" in first.why()
    assert "was retired" in second.why()


def test_one_owner_has_one_kind():
    rows = listed(GOOD | {"code": "A-1"}, GOOD | {"code": "A-2", "owner_kind": "police"}, GOOD | {"code": "A-3", "owner_kind": ""})
    assert [row.fate for row in rows] == ["new", "refused", "new"]
    assert "is entered as shop" in rows[1].why()
    assert rows[2].entry is not None
    assert rows[2].entry.owner_kind == "shop"


def test_a_list_with_few_columns_changes_those_alone():
    before, _ = read_entry(GOOD | {"tier": "always", "contract": "MOU 12"})
    assert before is not None
    known = checking.Known(entries={before.code: before}, owner_kinds={before.owner: before.owner_kind})
    (row,) = listed({"code": before.code, "azimuth_deg": 180}, known=known)
    assert (row.fate, row.differs) == ("changed", ("azimuth_deg",))
    assert row.entry is not None
    assert row.entry.contract == "MOU 12"


def test_a_list_cannot_make_a_private_owner_share_more_or_give_his_camera_to_another():
    before, _ = read_entry(GOOD | {"tier": "on_request"})
    assert before is not None
    known = checking.Known(entries={before.code: before}, owner_kinds={before.owner: "shop", "สน.ลุมพินี": "police"})
    (more,) = listed(GOOD | {"tier": "always"}, known=known)
    (less,) = listed(GOOD | {"tier": "map_only"}, known=known)
    (taken,) = listed(GOOD | {"tier": "on_request", "owner": "สน.ลุมพินี", "owner_kind": ""}, known=known)
    assert (more.fate, less.fate, taken.fate) == ("refused", "changed", "refused")
    assert "Only its owner may share more" in more.why()
    assert "this camera belongs to" in taken.why()


@pytest.mark.parametrize("headings", [["name", "lon"], ["code", "lon", "Longitude"]])
def test_a_list_without_codes_or_with_a_column_twice_is_no_list(headings):
    with pytest.raises(BadFile):
        checking.check(sheet(Format.CSV, headings, [(2, ["a"] * len(headings))]), checking.Known())
