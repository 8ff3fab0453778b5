"""Files of the register: what is written is read again, value for value, and a file that means harm is not unpacked."""

import io
import json
import string
import time
import zipfile
from datetime import date

import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safetyzone.senses.cameras.register import reading, writing
from safetyzone.senses.cameras.register.checking import Known, check
from safetyzone.senses.cameras.register.entry import COLUMNS, Entry, read_entry
from safetyzone.senses.cameras.register.sheet import MOST_BYTES, REASON, BadFile, Format, Sheet, TooLarge
from safetyzone.senses.cameras.tests.town import cells

CONTENT = (
    '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
words = st.text(
    st.sampled_from(string.ascii_letters + string.digits + "กขคงจำัี่้๊็ฯๆ๑๙'=+-@|;,\"\t\n _%&<>"), max_size=30
)  # fmt: skip
days = st.none() | st.dates(date(2000, 1, 1), date(2200, 1, 1))
entries = st.builds(
    lambda **said: read_entry(said),
    code=st.from_regex(r"[A-Z0-9][A-Z0-9_-]{0,12}", fullmatch=True),
    owner=words.filter(lambda w: w.strip()), owner_kind=st.sampled_from(["police", "shop", "temple", "private", "agency", "municipality"]),
    name_th=words, name_en=words, pole_mark=words, contract=words,
    lon=st.floats(97.1, 105.9), lat=st.floats(5.5, 20.5), height_m=st.floats(0.1, 100), azimuth_deg=st.floats(0, 360),
    tilt_deg=st.floats(-90, 90), hfov_deg=st.floats(5, 360), width_px=st.integers(64, 8000), height_px=st.integers(64, 8000),
    kind=st.sampled_from(["fixed", "ptz"]), may_turn=st.booleans(), low_light=st.booleans(), ir_range_m=st.floats(0, 300),
    must_see=st.sampled_from(["", "100.5 13.7", "100.5012345 13.7; 100.6 13.8"]), retention_days=st.integers(0, 400),
    contract_until=days, licence_until=days,
    tier=st.sampled_from(["map_only", "on_request", "during_incident", "always"]), live_radius_m=st.integers(10, 5000),
    address=st.sampled_from(["", "rtsp://10.0.0.9:554/stream1"]), sub_address=st.sampled_from(["", "rtsps://cam.example/sub?x=1"]),
).map(lambda found: found[0]).filter(lambda entry: entry is not None)  # fmt: skip


def understood(data: bytes) -> list[Entry]:
    """The entries of a file; a row that cannot stand fails the test."""
    checked = check(reading.read(data), Known())
    assert checked.reasons == {}
    assert checked.unknown_headings == ()
    return [row.entry for row in checked.rows if row.entry is not None]


@pytest.mark.parametrize("kind", list(Format))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(listed=st.lists(entries, min_size=1, max_size=4, unique_by=(lambda e: e.code, lambda e: e.owner)))
def test_what_is_exported_is_imported_again_value_for_value(kind: Format, listed: list[Entry]):
    once = writing.write(writing.of_entries(listed, kind))
    again = understood(once)
    assert again == listed
    assert understood(writing.write(writing.of_entries(again, kind))) == listed


@pytest.mark.parametrize("kind", list(Format))
def test_a_list_is_given_back_with_its_reasons_and_can_be_mended_and_sent_again(kind: Format):
    good, _ = read_entry(cells("A-1"))
    assert good is not None
    sent = reading.read(writing.write(writing.of_entries([good], kind)))
    back = writing.write(writing.with_reasons(sent, {sent.numbers[0]: "สูงไป · too high"}))
    again = reading.read(back)
    assert again.rows[0][again.headings.index(REASON)] == "สูงไป · too high"
    twice = writing.with_reasons(again, {again.numbers[0]: "อีกครั้ง · again"})
    assert twice.headings.count(REASON) == 1
    assert understood(back) == [good]


def thai_csv(**more: str) -> str:
    row = {name: str(value) for name, value in cells(**more).items()}
    headings = [COLUMNS[name].th for name in row]
    return ",".join(headings) + "\r\n" + ",".join(row.values()) + "\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874", "tis-620", "utf-16"])
def test_a_list_in_any_encoding_of_a_thai_office_is_read(encoding: str):
    (entry,) = understood(thai_csv().encode(encoding))
    assert entry.owner == "ร้านข้าวแกงป้าแดง"


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_list_with_other_delimiters_is_read(delimiter: str):
    (entry,) = understood(thai_csv().replace(",", delimiter).encode())
    assert entry.lat == 13.7446


def test_no_spreadsheet_reckons_what_we_export():
    entry, _ = read_entry(cells("A-1", name_th='=HYPERLINK("http://x")', pole_mark="+1", contract="@x", name_en="'=1", tilt_deg=-5))
    assert entry is not None
    text = writing.write(writing.of_entries([entry], Format.CSV)).decode("utf-8-sig")
    fields = [cell for line in __import__("csv").reader(io.StringIO(text)) for cell in line]
    assert [cell for cell in fields if cell[:1] in "=+@" and cell] == []
    assert "-5.0" in fields  # a number is no formula
    with zipfile.ZipFile(io.BytesIO(writing.write(writing.of_entries([entry], Format.XLSX)))) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def packed(**parts: bytes) -> bytes:
    """A zip of parts, whose names have their slashes and dots as __ and _."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name.replace("__", "/").replace("_", "."), content)
    return written.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        packed(xl__worksheets__sheet1_xml=b" " * (201 * 1024 * 1024)),
        packed(xl__worksheets__sheet1_xml=CONTENT.format('<row r="1"><c r="A1"/></row><row r="9999999"><c r="A9999999"/></row>').encode()),
        packed(xl__worksheets__sheet1_xml=CONTENT.format('<row r="1"><c r="XFD1"/></row>').encode()),
        packed(xl__worksheets__sheet1_xml=CONTENT.format("<row>" + '<c t="s"><v>0</v></c>' * 2000 + "</row>").encode(),
               xl__sharedStrings_xml=b"<sst><si><t>" + b"x" * 300_000 + b"</t></si></sst>"),
        b"a" * (MOST_BYTES + 1),
        b"code\n" + b"A\n" * 50_001,
        b",".join(b"c" for _ in range(300)),
    ],
    ids=["unpacks to 201 MB", "a far row", "a far column", "one long text named often", "20 MB and one byte", "50,001 rows", "300 columns"],
)  # fmt: skip
def test_a_bomb_is_refused_before_it_is_built(data: bytes):
    began = time.monotonic()
    with pytest.raises(TooLarge):
        reading.read(data)
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    "data",
    [
        packed(xl__workbook_xml=b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><workbook>&a;</workbook>'),
        packed(hello_txt=b"hello"),
        b"PK\x03\x04 and then nothing",
        b"SQLite format 3\x00 and then nothing",
        b'{"type": "FeatureCollection"}',
        b'{"features": [1]}',
        b'{"features": [{"geometry": {"type": "Point", "coordinates": [1]}}]}',
        b"",
        b"\xff\xfe\x00",
        b"\x81\x82\x83 code",
        b"code\x00\n",
    ],
)  # fmt: skip
def test_a_file_that_is_no_list_is_refused_and_never_a_fault(data: bytes):
    with pytest.raises(BadFile):
        reading.read(data)


def test_a_geopackage_on_the_thai_grid_is_brought_to_degrees():
    written = io.BytesIO()
    import numpy as np
    import pyproj

    x, y = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:32647", always_xy=True).transform(100.5402, 13.7446)
    said = {name: value for name, value in cells("A-1").items() if name not in {"lon", "lat"}}
    pyogrio.raw.write(
        written, shapely.to_wkb(np.array([shapely.Point(x, y)])), [np.array([value], dtype=object) for value in map(str, said.values())],
        list(said), layer="x", driver="GPKG", geometry_type="Point", crs="EPSG:32647",
    )  # fmt: skip
    (entry,) = understood(written.getvalue())
    assert (entry.lon, entry.lat) == pytest.approx((100.5402, 13.7446), abs=1e-6)


def test_a_feature_that_is_no_point_is_a_bad_row_and_not_a_bad_file():
    line = {"type": "LineString", "coordinates": [[100, 13], [101, 14]]}
    said = {name: value for name, value in cells("A-1").items() if name not in {"lon", "lat"}}
    data = json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": line, "properties": said}]})
    checked = check(reading.read(data.encode()), Known())
    assert {reason.field for reason in checked.rows[0].reasons} == {"lon", "lat"}


def test_rows_keep_the_numbers_that_their_reader_sees():
    sheet = reading.read(b"code,lon\n\nA-1,1\n,\nA-2,2\n")
    assert isinstance(sheet, Sheet)
    assert sheet.numbers == (3, 5)
