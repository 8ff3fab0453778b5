"""One camera as a list, a form or an owner states it: the columns, their names in both languages, and what can stand. Pure."""

import dataclasses
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from safetyzone.kernel.geometry import is_in_thailand
from safetyzone.senses.cameras.register import cells
from safetyzone.senses.cameras.register.cells import Cell, Reader, Wrong, text_of

HIDDEN = "•••"
"""Shown in place of a value that may hold a password."""
REACH_AT_PX_M = 25.0
"""Pixels a metre at which a person is just noticed (EN 62676-4: 2014, detect)."""
MOST_REACH_M = 8_000.0
"""No camera sold for streets notices a person farther off (a 4K dome at 40 times zoom: 5.5 km): more is a slip in lens or pixels."""
HALF_TURN = 180.0


@dataclass(frozen=True, slots=True)
class Entry:
    """Everything a list can say about a camera. Lengths in metres, angles in degrees, ``tilt_deg`` below the horizon."""

    code: str
    owner: str
    owner_kind: str
    name_th: str
    name_en: str
    pole_mark: str
    lon: float
    lat: float
    height_m: float
    azimuth_deg: float
    tilt_deg: float
    hfov_deg: float
    width_px: int
    height_px: int
    kind: str
    may_turn: bool
    must_see: tuple[tuple[float, float], ...]
    ir_range_m: float
    low_light: bool
    retention_days: int
    contract: str
    contract_until: date | None
    licence_until: date | None
    tier: str
    live_radius_m: int
    address: str = dataclasses.field(repr=False)
    sub_address: str = dataclasses.field(repr=False)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row, or a form, cannot stand."""

    field: str
    value: str
    th: str
    en: str

    def say(self, language: str) -> str:
        """One sentence that names field, value and reason."""
        thai = language.startswith("th")
        column = COLUMNS.get(self.field)
        name = self.field if column is None else column.th if thai else column.en
        value = f" “{self.value}”" if self.value else ""
        return f"{name}{value}: {self.th if thai else self.en}"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading in both languages, other names that offices use, how it is read, and what an empty cell means."""

    name: str
    th: str
    en: str
    read: Reader
    needed: bool = False
    empty: Any = ""
    also: tuple[str, ...] = ()


_TIERS = {
    "map_only": "map_only", "map": "map_only", "on_the_map_only": "map_only", "แสดงบนแผนที่เท่านั้น": "map_only",
    "on_request": "on_request", "request": "on_request", "footage_on_request": "on_request", "ให้ภาพย้อนหลังเมื่อขอ": "on_request",
    "during_incident": "during_incident", "incident": "during_incident", "ภาพสดเฉพาะเมื่อมีเหตุใกล้กล้อง": "during_incident",
    "always": "always", "live": "always", "always_live": "always", "ภาพสดตลอดเวลา": "always",
}  # fmt: skip
_OWNER_KINDS = {
    "police": "police", "ตำรวจ": "police", "municipality": "municipality", "เทศบาล": "municipality", "อบต.": "municipality",
    "agency": "agency", "หน่วยงาน": "agency", "private": "private", "เอกชน": "private", "temple": "temple", "วัด": "temple",
    "shop": "shop", "ร้านค้า": "shop", "ร้าน": "shop",
}  # fmt: skip
_KINDS = {"fixed": "fixed", "bullet": "fixed", "dome": "fixed", "ติดตาย": "fixed", "คงที่": "fixed", "ptz": "ptz", "หมุนได้": "ptz"}

COLUMNS: dict[str, Column] = {
    column.name: column
    for column in (
        Column("code", "รหัสกล้อง", "code", cells.code, True, also=("id", "camera", "camera id", "รหัส", "หมายเลขกล้อง")),
        Column("owner", "เจ้าของ", "owner", cells.words(120), True, also=("หน่วยงานเจ้าของ", "owner name")),
        Column("owner_kind", "ประเภทเจ้าของ", "owner kind", cells.one_of(_OWNER_KINDS), also=("owner type",)),
        Column("name_th", "ชื่อจุดติดตั้ง", "name (Thai)", cells.words(120), also=("name", "ชื่อ", "ชื่อกล้อง", "จุดติดตั้ง", "location")),
        Column("name_en", "ชื่อภาษาอังกฤษ", "name (English)", cells.words(120), also=("english name",)),
        Column("pole_mark", "เลขที่เสา", "number on the pole", cells.words(40), also=("pole", "เสา", "pole mark")),
        Column("lon", "ลองจิจูด", "longitude", cells.number(-180, 180, decimals=7, unit="°"), True, also=("lng", "long", "x")),
        Column("lat", "ละติจูด", "latitude", cells.number(-180, 180, decimals=7, unit="°"), True, also=("y",)),
        Column("height_m", "ความสูง", "height", cells.number(0, 100, unit="m", above_least=True), True,
               also=("mount height", "mast height", "ความสูงเสา", "ความสูงติดตั้ง")),
        Column("azimuth_deg", "ทิศที่หัน", "azimuth", cells.azimuth, True, also=("pan", "bearing", "direction", "heading", "มุมทิศ", "อะซิมุท")),
        Column("tilt_deg", "มุมก้ม", "tilt", cells.number(-90, 90, unit="°"), True, also=("มุมเงย", "down tilt")),
        Column("hfov_deg", "มุมมองแนวนอน", "field of view", cells.number(0, 360, unit="°", above_least=True), True,
               also=("hfov", "horizontal fov", "fov", "มุมมองภาพ", "มุมมอง")),
        Column("width_px", "ความกว้างภาพ", "picture width", cells.whole(64, 32_768, unit="px"), True,
               also=("width", "pixels", "horizontal pixels", "พิกเซลแนวนอน")),
        Column("height_px", "ความสูงภาพ", "picture height", cells.whole(64, 32_768, unit="px"), True,
               also=("vertical pixels", "พิกเซลแนวตั้ง")),
        Column("kind", "ชนิดกล้อง", "kind", cells.one_of(_KINDS), empty="fixed", also=("type", "ชนิด", "camera type")),
        Column("may_turn", "หมุนได้หรือไม่", "may be turned", cells.yes_or_no, empty=True, also=("may turn",)),
        Column("must_see", "จุดที่ต้องเห็นเสมอ", "must see", cells.points, empty=(), also=("locked",)),
        Column("ir_range_m", "ระยะอินฟราเรด", "infrared range", cells.number(0, 1_000, unit="m"), empty=0.0, also=("ir", "ir range")),
        Column("low_light", "เห็นในที่แสงน้อย", "low light", cells.yes_or_no, empty=False),
        Column("retention_days", "เก็บภาพกี่วัน", "retention", cells.whole(0, 3_650, unit="days"), empty=0,
               also=("retention days", "วันเก็บภาพ", "ระยะเวลาเก็บภาพ")),
        Column("contract", "เลขที่ข้อตกลง", "agreement", cells.words(80), also=("contract", "mou", "consent id")),
        Column("contract_until", "ข้อตกลงถึงวันที่", "agreement until", cells.day, empty=None, also=("mou expiry", "consent expiry")),
        Column("licence_until", "ใบอนุญาตถึงวันที่", "licence until", cells.day, empty=None, also=("licence expiry", "license expiry")),
        Column("tier", "ระดับการแบ่งปัน", "sharing tier", cells.one_of(_TIERS), empty="map_only",
               also=("sharing", "consent", "consent tier", "การแบ่งปัน")),
        Column("live_radius_m", "ระยะเหตุที่เปิดภาพสด", "live radius", cells.whole(10, 5_000, unit="m"), empty=150, also=("radius",)),
        Column("address", "ที่อยู่ภาพหลัก", "stream address", cells.address, also=("rtsp", "url", "rtsp path")),
        Column("sub_address", "ที่อยู่ภาพย่อ", "small stream address", cells.address, also=("sub stream",)),
    )
}  # fmt: skip

_IN_BRACKETS = re.compile(r"[(\[（].*?[)\]）]")
_BETWEEN = re.compile(r"[\s_.\-:*°]+")


def _plain(heading: str) -> str:
    return _BETWEEN.sub("", heading.casefold())


_BY_HEADING = {
    _plain(name): column.name for column in COLUMNS.values() for name in (column.name, column.th, column.en, *column.also)
}


def column_of(heading: str) -> str | None:
    """The column that a heading means, in whatever spelling; None for one that is not ours."""
    text = text_of(heading)
    for spelled in (text, *text.split("·"), _IN_BRACKETS.sub("", text), *text.replace("(", "/").replace(")", "").split("/")):
        if found := _BY_HEADING.get(_plain(spelled)):
            return found
    return None


def heading(column: Column) -> str:
    """The heading of our own template: Thai, then the English identifier."""
    return f"{column.th} · {column.name}"


def read_entry(given: Mapping[str, Cell], base: Entry | None = None) -> tuple[Entry | None, tuple[Reason, ...]]:
    """The entry that some cells state, or the reasons why it cannot stand.

    A column that was not given keeps what ``base`` says; an empty cell means the column's default.
    """
    values: dict[str, Any] = {}
    reasons: list[Reason] = []
    for name, column in COLUMNS.items():
        if name not in given and base is not None:
            values[name] = getattr(base, name)
            continue
        text = text_of(given.get(name))
        if not text:
            values[name] = column.empty
            if column.needed:
                reasons.append(Reason(name, "", "ต้องมีค่า", "must have a value"))
            continue
        try:
            values[name] = column.read(text)
        except Wrong as wrong:
            shown = HIDDEN if "address" in name else text[:40]
            reasons.append(Reason(name, shown, wrong.th, wrong.en))
    reasons += _together(values)
    if reasons:
        return None, tuple(reasons)
    values["name_th"] = values["name_th"] or values["name_en"] or values["code"]
    return Entry(**values), ()


def _together(values: Mapping[str, Any]) -> list[Reason]:
    """What only several values together can get wrong: a place, and a lens."""
    reasons = []
    lon, lat = values.get("lon"), values.get("lat")
    if isinstance(lon, float) and isinstance(lat, float) and not is_in_thailand(lon, lat):
        reasons.append(_not_in_thailand(lon, lat))
    hfov, width = values.get("hfov_deg"), values.get("width_px")
    if isinstance(hfov, float) and isinstance(width, int) and (reach := reach_m(hfov, width)) > MOST_REACH_M:
        km = f"{reach / 1_000:.1f}"
        reasons.append(
            Reason(
                "hfov_deg", f"{hfov:g}° × {width} px",
                f"เลนส์จะเห็นคนได้ไกลถึง {km} กม. ซึ่งกล้องจริงทำไม่ได้ ตรวจมุมมองและพิกเซล",
                f"the lens would notice a person {km} km away, which no camera does; check field of view and pixels",
            )
        )  # fmt: skip
    return reasons


def _not_in_thailand(lon: float, lat: float) -> Reason:
    lon, lat = round(lon, 6), round(lat, 6)
    place = f"{lon}, {lat}"
    if is_in_thailand(lat, lon):
        return Reason(
            "lon", place, f"อยู่นอกประเทศไทย สลับกันหรือไม่ ที่ถูกน่าจะเป็น ลองจิจูด {lat} ละติจูด {lon}",
            f"is outside Thailand; swapped? It would be longitude {lat}, latitude {lon}",
        )  # fmt: skip
    return Reason("lon", place, "อยู่นอกประเทศไทย", "is outside Thailand")


def reach_m(hfov_deg: float, width_px: int) -> float:
    """How far off a person is just noticed in the middle of the picture; no limit is implied by half a turn and more."""
    if hfov_deg >= HALF_TURN:
        return 0.0
    return width_px / (2 * REACH_AT_PX_M * math.tan(math.radians(hfov_deg) / 2))
