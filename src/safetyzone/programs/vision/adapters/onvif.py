"""ONVIF Profile M: plates in a metadata stream (``tt:MetadataStream``, XML) and in events over MQTT (JSON).

Fields are those of ONVIF's Analytics Service Specification: ``Object/Appearance/LicensePlateInfo`` with ``PlateNumber`` and its
``Likelihood``, ``IssuingEntity`` for the province, ``CountryCode``, ``VehicleInfo/Type``; the event's data name them alike.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from xml.etree.ElementTree import Element

import orjson

from safetyzone.contracts.vision import Box, PlateReading
from safetyzone.programs.vision.adapters import MOST_BYTES, NAMELESS, BadMessage, reading
from safetyzone.senses.cameras.finding import xml

VEHICLES = {"car": "car", "bus": "bus", "truck": "truck", "motorcycle": "motorcycle", "bicycle": ""}
MOST_OBJECTS = 200
MOST_PLATES = 100
"""Of one document."""
CLOCK_OFF_MS = 5_000
"""A camera whose clock is further from ours than this is not believed, where we know when its word came."""
MINUTE_MS = 60_000
NARROWEST, WIDEST = 64, 16_384
"""Pixels: a scale that says another width of picture is none of pixels."""
THAILAND = frozenset({"", "TH", "THA", "764"})


def read(payload: bytes, camera: str) -> list[PlateReading]:
    """Metadata or an event, whichever it is; nothing where it speaks of something else. Raises BadMessage."""
    if len(payload) > MOST_BYTES:
        raise BadMessage("too_large")
    return from_metadata(payload, camera) if payload.lstrip()[:1] == b"<" else from_event(payload, camera)


def from_metadata(payload: bytes, camera: str, *, came_ms: int | None = None) -> list[PlateReading]:
    """The plates of all frames and events of a document. ``came_ms``: when it came (UTC), where that is known.

    One that cannot be understood costs the others nothing. Raises BadMessage where that leaves none.
    """
    if len(payload) > MOST_BYTES:
        raise BadMessage("too_large")
    try:
        root = xml.read(payload)
    except xml.BadXml as wrong:
        raise BadMessage("not_xml") from wrong
    if not root.tag.endswith("}MetadataStream"):
        raise BadMessage("wrong_shape")
    found: list[PlateReading] = []
    bad: BadMessage | None = None
    for info, about in islice(_plates(root), MOST_PLATES):
        try:
            found.append(_one(info, about, camera, came_ms))
        except BadMessage as wrong:
            bad = wrong
    if bad and not found:
        raise bad
    return found


def _plates(root: Element) -> Iterator[tuple[Element, dict[str, Any]]]:
    """Each ``LicensePlateInfo`` with what was said about it."""
    for frame in root.findall("{*}VideoAnalytics/{*}Frame"):
        for seen in frame.findall("{*}Object")[:MOST_OBJECTS]:
            about = seen.find("{*}Appearance")
            info = about.find("{*}LicensePlateInfo") if about is not None else None
            if info is not None:
                kind = xml.text(about, "VehicleInfo/Type") or xml.text(about, "Class/Type")
                yield info, {"at": frame.get("UtcTime", ""), "object": seen.get("ObjectId", ""), "kind": kind, "box": _box(frame, about)}
    for said in root.findall("{*}Event/{*}NotificationMessage/{*}Message/{*}Message")[:MOST_OBJECTS]:
        simple = {one.get("Name", ""): one.get("Value", "") for one in said.findall("{*}Data/{*}SimpleItem")}
        for item in said.findall("{*}Data/{*}ElementItem"):
            info = item.find("{*}LicensePlateInfo")
            if item.get("Name") == "LicensePlateInfo" and info is not None:
                yield info, {"at": said.get("UtcTime", ""), "object": simple.get("ObjectId", ""), "sure": simple.get("Likelihood")}


def _one(info: Element, about: dict[str, Any], camera: str, came_ms: int | None) -> PlateReading:
    number = info.find("{*}PlateNumber")
    text = (number.text or "").strip() if number is not None else ""
    if number is None or not text:
        raise BadMessage("no_plate")
    if xml.text(info, "CountryCode").upper() not in THAILAND and text.isascii():  # a lorry's plate is figures alone in more than one land
        raise BadMessage("not_thai")
    at_ms = _at(about["at"], came_ms)
    return reading(
        "onvif", camera, text, sure=_share(number.get("Likelihood", about.get("sure"))), at_ms=at_ms,
        track=_track(about["object"], at_ms), box=about.get("box", (0, 0, 0, 0)), vehicle=VEHICLES.get(about.get("kind", "").lower(), ""),
        province=xml.text(info, "IssuingEntity"),
    )  # fmt: skip


def _box(frame: Element, about: Element | None) -> Box:
    """The object's box in pixels, where the transformation says how large the picture is; ONVIF's own measure runs from -1 to 1, up."""
    box = about.find("{*}Shape/{*}BoundingBox") if about is not None else None
    scale, move = frame.find("{*}Transformation/{*}Scale"), frame.find("{*}Transformation/{*}Translate")
    if box is None or scale is None:
        return (0, 0, 0, 0)
    try:
        sx, sy = float(scale.get("x", "")), float(scale.get("y", ""))
        tx, ty = (float(move.get("x", "0")), float(move.get("y", "0"))) if move is not None else (0.0, 0.0)
        wide, high = 2 / abs(sx), 2 / abs(sy)
        if not (NARROWEST <= wide <= WIDEST and NARROWEST <= high <= WIDEST):
            return (0, 0, 0, 0)
        xs = sorted(min(wide, max(0.0, (float(box.get(side, "")) * sx + tx + 1) / 2 * wide)) for side in ("left", "right"))
        ys = sorted(min(high, max(0.0, (1 - float(box.get(side, "")) * sy - ty) / 2 * high)) for side in ("top", "bottom"))
        return round(xs[0]), round(ys[0]), round(xs[1] - xs[0]), round(ys[1] - ys[0])
    except (ValueError, ZeroDivisionError, OverflowError):
        return (0, 0, 0, 0)


def from_event(payload: bytes, camera: str) -> list[PlateReading]:
    """An event over MQTT: one plate, or nothing where it is of another kind."""
    try:
        said = orjson.loads(payload)
    except orjson.JSONDecodeError as wrong:
        raise BadMessage("not_json") from wrong
    if not isinstance(said, dict) or not isinstance(said.get("Data"), dict):
        raise BadMessage("wrong_shape")
    data: dict[str, Any] = said["Data"]
    about = data.get("LicensePlateInfo")
    if about is None:
        return []
    number = about.get("PlateNumber") if isinstance(about, dict) else None
    text, sure = (number.get("Value"), number.get("Likelihood")) if isinstance(number, dict) else (number, data.get("Likelihood"))
    if not isinstance(text, str):
        raise BadMessage("no_plate")
    at_ms = _ms(str(said.get("UtcTime", "")))
    one = reading(
        "onvif", camera, text.strip(), sure=_share(sure), at_ms=at_ms, track=_track(str(data.get("ObjectId", "")), at_ms),
        province=str(about.get("IssuingEntity", "")),
    )  # fmt: skip
    return [one]


def _track(said: str, at_ms: int) -> str:
    """A camera that numbers no objects says a plate again within its minute, and means another passage after it."""
    return xml.words(said) or f"{NAMELESS}{at_ms // MINUTE_MS}"


def _share(said: Any) -> float:
    try:
        share = float(said)
    except (TypeError, ValueError):
        return 0.0
    return share if 0 <= share <= 1 else 0.0


def _at(said: str, came_ms: int | None) -> int:
    """The camera's word on the time, unless its clock is wrong or was never set."""
    try:
        at_ms = _ms(said)
    except BadMessage:
        if came_ms is None:
            raise
        return came_ms
    return at_ms if came_ms is None or abs(at_ms - came_ms) <= CLOCK_OFF_MS else came_ms


def _ms(said: str) -> int:
    try:
        at = datetime.fromisoformat(said)
    except ValueError as wrong:
        raise BadMessage("bad_time") from wrong
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)
