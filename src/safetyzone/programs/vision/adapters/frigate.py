"""Frigate's MQTT messages: ``frigate/events`` (0.14 and later) and ``frigate/tracked_object_update`` (0.16 and later, type ``lpr``)."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from safetyzone.contracts.vision import PlateReading
from safetyzone.programs.vision.adapters import MOST_BYTES, NAMELESS, BadMessage, reading

TOPICS = ("events", "tracked_object_update")
VEHICLES = {"car": "car", "motorcycle": "motorcycle", "bus": "bus", "truck": "truck"}
Name = Annotated[str, Field(min_length=1, max_length=120)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Object(_Shape):
    id: Name
    camera: Name
    frame_time: Seconds
    start_time: Seconds | None = None
    label: Annotated[str, Field(max_length=40)] = ""
    box: tuple[float, float, float, float] | None = None
    recognized_license_plate: Any = None
    recognized_license_plate_score: Share | None = None
    sub_label: Any = None


class _Event(_Shape):
    type: Literal["new", "update", "end"]
    after: _Object


class _Update(_Shape):
    type: Name
    id: Annotated[str, Field(max_length=120)] = ""
    camera: Name = "?"
    plate: Annotated[str, Field(max_length=40)] = ""
    score: Share = 0.0
    timestamp: Seconds = 0.0


def read(topic: str, payload: bytes, cameras: Mapping[str, str]) -> PlateReading | None:
    """``cameras``: our code for each of Frigate's names. None: a message about something else. Raises BadMessage."""
    if len(payload) > MOST_BYTES:
        raise BadMessage("too_large")
    what = topic.rpartition("/")[2]
    if what not in TOPICS:
        return None
    try:
        said = orjson.loads(payload)
    except orjson.JSONDecodeError as wrong:
        raise BadMessage("not_json") from wrong
    try:
        return _event(_Event.model_validate(said), cameras) if what == "events" else _update(_Update.model_validate(said), cameras)
    except ValidationError as wrong:
        raise BadMessage("wrong_shape") from wrong


def _event(event: _Event, cameras: Mapping[str, str]) -> PlateReading | None:
    seen = event.after
    text, sure = _plate(seen)
    if not text:
        return None
    left, top, right, bottom = (round(v) for v in seen.box) if seen.box else (0, 0, 0, 0)
    return reading(
        "frigate", _camera(seen.camera, cameras), text, sure=sure, at_ms=round(seen.frame_time * 1000), track=seen.id,
        first_ms=round((seen.start_time or 0) * 1000), box=(left, top, right - left, bottom - top), vehicle=VEHICLES.get(seen.label, ""),
    )  # fmt: skip


def _plate(seen: _Object) -> tuple[str, float]:
    """The plate with its certainty: a field of its own, alone or as a pair; before 0.16 a sub-label that is a plate."""
    said = seen.recognized_license_plate
    if isinstance(said, list) and len(said) == 2 and isinstance(said[0], str):  # noqa: PLR2004
        return said[0], _share(said[1])
    if isinstance(said, str) and said:
        return said, seen.recognized_license_plate_score or 0.0
    label = seen.sub_label
    name, sure = (label[0], label[1]) if isinstance(label, list) and len(label) == 2 else (label, 0.0)  # noqa: PLR2004
    return (name, _share(sure)) if isinstance(name, str) and any(c.isdigit() for c in name) else ("", 0.0)


def _share(said: Any) -> float:
    return float(said) if isinstance(said, int | float) and 0 <= said <= 1 else 0.0


def _update(update: _Update, cameras: Mapping[str, str]) -> PlateReading | None:
    if update.type != "lpr":
        return None
    if not update.plate:
        raise BadMessage("no_plate")
    at_ms = round(update.timestamp * 1000)
    track = update.id or f"{NAMELESS}{at_ms // 60_000}"
    return reading("frigate", _camera(update.camera, cameras), update.plate, sure=update.score, at_ms=at_ms, track=track)


def _camera(name: str, cameras: Mapping[str, str]) -> str:
    if name not in cameras:
        raise BadMessage("unknown_camera")
    return cameras[name]
