"""Every code has its sentence, in both languages."""

import ast
import re
from pathlib import Path

import pytest

from safetyzone import response
from safetyzone.response.command_room import words
from safetyzone.response.dispatch.lifecycle import State
from safetyzone.response.incidents.lifecycle import Status
from safetyzone.response.incidents.models import Incident
from safetyzone.response.incidents.rules import LADDER
from safetyzone.senses.alerts.models import Alert
from safetyzone.senses.sos.rules import Reason

ROOMS = [Path(next(iter(response.__path__))) / room for room in ("incidents", "dispatch")]
THAI = re.compile("[\u0e01-\u0e5b]")


def codes_written() -> set[str]:
    """The codes that ``desk.keep`` is called with, read from the source; those given by a variable are named below."""
    found = set()
    for file in (file for room in ROOMS for file in room.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "keep":
                code = node.args[1]
                if isinstance(code, ast.Constant):
                    found.add(str(code.value))
    return found


BY_VARIABLE = {Status.FALSE_PRESS.value, Status.TEST.value, *(rung for rung, _ in LADDER)}


def test_the_walk_finds_codes() -> None:
    assert {"answered", "unit_assigned", "joined", "unit_silent"} <= codes_written()


def test_every_code_that_is_written_has_a_sentence() -> None:
    said_by_sources = {f"alert_{kind}" for kind in Alert.Kind.values}
    assert codes_written() | BY_VARIABLE | said_by_sources - words.SENTENCE.keys() <= words.SENTENCE.keys()


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (words.STATUS, {status.value for status in Status}),
        (words.ORDER, {state.value for state in State}),
        (words.KIND, set(Incident.Kind.values)),
        (words.SOURCE, set(Alert.Kind.values)),
        (words.TECHNICAL, {reason.value for reason in Reason}),
    ],
)
def test_every_code_of_a_life_has_a_word(table: dict[str, words.Both], codes: set[str]) -> None:
    assert codes <= table.keys()


def test_every_word_is_thai_first_and_english_second() -> None:
    tables = [value for value in vars(words).values() if isinstance(value, dict) and value]
    for th, en in (both for table in tables for both in table.values() if isinstance(both, tuple)):
        assert THAI.search(re.sub(r"\{\w+\}", "", th)), th
        assert not THAI.search(en), en


def test_a_sentence_never_fails_whatever_the_facts() -> None:
    assert words.sentence("unit_assigned", {}, "en") == "– asked to go"
    assert words.sentence("written_by_a_newer_program", {"x": 1}, "th") == "written_by_a_newer_program"
    assert words.sentence("step_done", {"step": "look"}, "en", steps={"look": "Look"}) == "Step done: Look"
    assert words.sentence("noted", {"words": "{unit} {0}"}, "en") == "Note: {unit} {0}"
    assert words.sentence("taken_over", {"why": "grace"}, "en") == "Taken over — within 20 s"
