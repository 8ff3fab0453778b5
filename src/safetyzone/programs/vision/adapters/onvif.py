"""ONVIF Profile M: plates in a metadata stream (``tt:MetadataStream``, XML) and in events over MQTT (JSON).

Fields are those of ONVIF's Analytics Service Specification: ``Object/Appearance/LicensePlateInfo`` with ``PlateNumber`` and its
``Likelihood``, ``IssuingEntity`` for the province, ``VehicleInfo/Type``; the event's data name them alike.
"""

from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element

import orjson

from safetyzone.contracts.vision import PlateReading
from safetyzone.programs.vision.adapters import MOST_BYTES, BadMessage, reading
from safetyzone.senses.cameras.finding import xml

VEHICLES = {"car": "car", "bus": "bus", "truck": "truck", "motorcycle": "motorcycle", "bicycle": ""}
MOST_OBJECTS = 200


def read(payload: bytes, camera: str) -> list[PlateReading]:
    """Metadata or an event, whichever it is; nothing where it speaks of something else. Raises BadMessage."""
    if len(payload) > MOST_BYTES:
        raise BadMessage("too_large")
    return from_metadata(payload, camera) if payload.lstrip()[:1] == b"<" else from_event(payload, camera)


def from_metadata(payload: bytes, camera: str) -> list[PlateReading]:
    """The plates of all frames of a document. A plate that is none of ours refuses its document, as it stands alone in practice."""
    try:
        root = xml.read(payload)
    except xml.BadXml as wrong:
        raise BadMessage("not_xml") from wrong
    if not root.tag.endswith("}MetadataStream"):
        raise BadMessage("wrong_shape")
    found = []
    for frame in root.findall("{*}VideoAnalytics/{*}Frame"):
        for seen in frame.findall("{*}Object")[:MOST_OBJECTS]:
            plate = seen.find("{*}Appearance/{*}LicensePlateInfo/{*}PlateNumber")
            if plate is None:
                continue
            found.append(_from_object(seen, plate, camera, _ms(frame.get("UtcTime", ""))))
    return found


def _from_object(seen: Element, plate: Element, camera: str, at_ms: int) -> PlateReading:
    about = seen.find("{*}Appearance")
    kind = xml.text(about, "VehicleInfo/Type").lower()
    return reading(
        "onvif", camera, (plate.text or "").strip(), sure=_share(plate.get("Likelihood")), at_ms=at_ms,
        track=xml.words(seen.get("ObjectId", "?")), vehicle=VEHICLES.get(kind, ""),
        province=xml.text(about, "LicensePlateInfo/IssuingEntity"),
    )  # fmt: skip


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
    one = reading(
        "onvif", camera, text.strip(), sure=_share(sure), at_ms=_ms(str(said.get("UtcTime", ""))),
        track=xml.words(str(data.get("ObjectId", "?"))), province=str(about.get("IssuingEntity", "")),
    )  # fmt: skip
    return [one]


def _share(said: Any) -> float:
    try:
        share = float(said)
    except (TypeError, ValueError):
        return 0.0
    return share if 0 <= share <= 1 else 0.0


def _ms(said: str) -> int:
    try:
        at = datetime.fromisoformat(said)
    except ValueError as wrong:
        raise BadMessage("bad_time") from wrong
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)
