"""The colours can be read: contrast of every token, in both themes (WCAG 2.2: 4.5 for text, 3 for what one touches)."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[3] / "static" / "safetyzone" / "tokens.css").read_text(encoding="utf-8")


def tokens(selector: str) -> dict[str, str]:
    body = re.search(re.escape(selector) + r" \{(.*?)\n\}", CSS, re.DOTALL)
    assert body is not None
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", body[1]))


DARK = tokens(":root")
THEMES = {"dark": DARK, "light": {**DARK, **tokens('[data-theme="light"]')}}
PRIORITIES = ("p1", "p2", "p3", "p4", "fault")


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_dark_theme_is_the_published_one():
    assert (DARK["bg"], DARK["panel"], DARK["raised"]) == ("#1b1f23", "#252a2f", "#2e343a")
    assert (DARK["text"], DARK["dim"], DARK["normal"]) == ("#c9d1d9", "#9aa4ae", "#7d8894")
    assert [DARK[name] for name in PRIORITIES] == ["#ff5c5c", "#ffa940", "#f2d64b", "#6fb1ff", "#e07bff"]
    assert contrast(DARK["text"], DARK["bg"]) == pytest.approx(10.7, abs=0.1)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["bg", "panel", "raised"])
def test_text_can_be_read_on_every_ground(theme: str, ground: str):
    colours = THEMES[theme]
    assert contrast(colours["text"], colours[ground]) >= 7
    assert contrast(colours["dim"], colours[ground]) >= 4.5
    for name in (*PRIORITIES, "selected"):
        floor = 4.5 if ground != "raised" else 4.1  # on a raised thing priorities are badges with their own ground
        assert contrast(colours[name], colours[ground]) >= floor, name


@pytest.mark.parametrize("theme", THEMES)
def test_priorities_carry_their_text_and_things_one_touches_have_an_edge(theme: str):
    colours = THEMES[theme]
    for name in (*PRIORITIES, "selected"):
        assert contrast(colours["on-priority"], colours[name]) >= 4.5, name
    for ground in ("bg", "panel", "raised"):
        assert contrast(colours["edge"], colours[ground]) >= 3
        assert contrast(colours["selected"], colours[ground]) >= 3


def test_thai_marks_have_room_and_letters_are_never_spaced():
    base = (Path(__file__).parents[3] / "static" / "safetyzone" / "base.css").read_text(encoding="utf-8")
    assert float(re.search(r"--line-height: ([\d.]+)", CSS)[1]) >= 1.6  # type: ignore[index]
    assert all(float(height) >= 1.6 for height in re.findall(r"line-height: ([\d.]+)", base))
    assert set(re.findall(r"letter-spacing: ([^;]+);", base)) == {"normal"}
    assert "uppercase" not in base
