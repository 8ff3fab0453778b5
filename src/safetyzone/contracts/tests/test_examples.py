"""The golden examples: what a maker of poles builds against. A change that breaks one breaks devices in the street."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from safetyzone.contracts import health, press

EXAMPLES = Path(press.__file__).parent / "examples"
SHAPES: dict[str, type[BaseModel]] = {
    "pole_press": press.PolePress,
    "pole_press_with_position": press.PolePress,
    "phone_press": press.PhonePress,
    "press_answer": press.PressAnswer,
    "press_refused": press.PressRefused,
    "pole_health": health.PoleHealth,
    "pole_selftest": health.PoleSelfTest,
    "pole_status": health.PoleStatus,
}
EXAMPLE_KEY = b"only-for-the-example-32-bytes-xx"


def example(name: str) -> Any:
    return json.loads((EXAMPLES / f"{name}.json").read_text("utf-8"))


def shapes_of(module: Any) -> Iterator[type[BaseModel]]:
    for thing in vars(module).values():
        if isinstance(thing, type) and issubclass(thing, press.Shape) and thing is not press.Shape:
            yield thing


def test_every_shape_has_an_example_and_every_example_a_shape() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.json")} == set(SHAPES)
    assert set(shapes_of(press)) | set(shapes_of(health)) == set(SHAPES.values())


@pytest.mark.parametrize("name", SHAPES)
def test_an_example_is_read_and_said_again_without_a_change_of_meaning(name: str) -> None:
    said = SHAPES[name].model_validate_json(json.dumps(example(name)))
    again = SHAPES[name].model_validate_json(said.model_dump_json())
    assert again == said
    assert set(json.loads(said.model_dump_json())) == set(example(name)), "a golden example shows every field"


@pytest.mark.parametrize("name", SHAPES)
def test_a_misspelt_field_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        SHAPES[name].model_validate({**example(name), "presed_at": 1})


@pytest.mark.parametrize("name", SHAPES)
def test_another_version_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        SHAPES[name].model_validate({**example(name), "v": 2})


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("pole_press", "pole", "LPN/P017"),
        ("pole_press", "pole", "*"),
        ("pole_press", "pole", ">"),
        ("pole_press", "pole", ""),
        ("pole_press", "pressed_at", "2026-11-22T14:04:05"),
        ("pole_press", "hold_ms", -1),
        ("pole_press", "hold_ms", press.LONGEST_HOLD_MS + 1),
        ("pole_press", "seq", 2**53),
        ("pole_press", "position", {"lon": 13.7, "lat": 100.5}),
        ("phone_press", "words", "ก" * (press.LONGEST_WORDS + 1)),
        ("phone_press", "press_id", "41"),
        ("pole_health", "battery_percent", 101),
        ("pole_selftest", "lamp", "maybe"),
        ("pole_status", "state", "lost"),
    ],
)
def test_what_a_device_must_not_say_is_refused(name: str, field: str, value: object) -> None:
    with pytest.raises(ValidationError):
        SHAPES[name].model_validate({**example(name), field: value})


@pytest.mark.parametrize("name", ["pole_press", "pole_press_with_position"])
def test_the_signature_of_the_example_is_the_one_that_its_key_makes(name: str) -> None:
    said = press.PolePress.model_validate(example(name))
    assert said.sig == press.sign(said, EXAMPLE_KEY)


def test_the_signed_text_is_spelt_out_for_those_who_build_poles_in_c() -> None:
    said = press.PolePress.model_validate(example("pole_press_with_position"))
    assert press.signed_text(said) == (
        b"press\n1\nLPN-P017\n01930d2f-9a00-7d11-8a22-0c1d2e3f4a5b\n1795356245250000\n42\n640\n100.540912,13.744108"
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("pole", "LPN-P018"),
        ("press_id", "01930d2f-9a00-7d11-8a22-0c1d2e3f4a5c"),
        ("pressed_at", "2026-11-22T14:04:05.250001Z"),
        ("seq", 43),
        ("hold_ms", 641),
        ("position", {"lon": 100.540913, "lat": 13.744108, "accuracy_m": 6.0}),
        ("position", None),
    ],
)
def test_no_signed_field_can_change_unnoticed(field: str, value: object) -> None:
    forged = press.PolePress.model_validate({**example("pole_press_with_position"), field: value})
    assert forged.sig != press.sign(forged, EXAMPLE_KEY)


def test_two_ways_to_write_one_moment_are_signed_alike() -> None:
    there = press.PolePress.model_validate({**example("pole_press"), "pressed_at": "2026-11-22T21:04:05.25+07:00"})
    assert there.sig == press.sign(there, EXAMPLE_KEY)
