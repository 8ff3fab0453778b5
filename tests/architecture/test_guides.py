"""The duty officer's guide explains every code that the screens can show, in both languages."""

import re

import pytest

from safetyzone.response.command_room.rules import STALE_AFTER
from safetyzone.response.dispatch.lifecycle import State
from safetyzone.response.incidents.lifecycle import Status
from safetyzone.response.incidents.rules import OFFER_NEAREST_AFTER, RING_DUTY_AFTER, RING_NEXT_AFTER
from safetyzone.senses.alerts.models import Alert
from safetyzone.senses.alerts.rules import ONE_THING_WITHIN, ONE_THING_WITHIN_M
from safetyzone.senses.sos.supervision import LOST_AFTER
from tests.architecture.source import ROOT

GUIDES = {language: ROOT / "docs" / f"guide-officers.{language}.md" for language in ("th", "en")}
CODES = [
    *(("alert", kind.value) for kind in Alert.Kind),
    *(("incident", status.value) for status in Status),
    *(("order", state.value) for state in State),
]


def explained(text: str) -> dict[str, str]:
    """Code -> the words beside it, from the tables of a guide (a code may mean one thing in each of them)."""
    tables = re.findall(r"^## .*?\((alert|incident|order)\)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return {
        f"{heading}/{code}": words.strip()
        for heading, body in tables
        for code, words in re.findall(r"^\| `(\w+)` \|(.+)\|$", body, re.MULTILINE)
    }


@pytest.mark.parametrize("language", GUIDES)
@pytest.mark.parametrize(("table", "code"), CODES)
def test_the_guide_explains_the_code(language, table, code):
    words = explained(GUIDES[language].read_text(encoding="utf-8")).get(f"{table}/{code}", "")
    assert len(words) > 20, f"{GUIDES[language].name} says nothing of {table} {code}"


@pytest.mark.parametrize("language", GUIDES)
def test_the_guide_explains_nothing_that_the_screens_cannot_show(language):
    known = {f"{table}/{code}" for table, code in CODES}
    assert explained(GUIDES[language].read_text(encoding="utf-8")).keys() - known == set()


# What the guides promise in seconds, metres and minutes, as the rules have it.
PROMISED = {
    "the next console": (RING_NEXT_AFTER.total_seconds(), "วินาที", "seconds"),
    "the duty phone": (RING_DUTY_AFTER.total_seconds(), "วินาที", "seconds"),
    "the nearest patrol": (OFFER_NEAREST_AFTER.total_seconds(), "วินาที", "seconds"),
    "a claim goes stale": (STALE_AFTER.total_seconds(), "วินาที", "seconds"),
    "a pole is lost": (LOST_AFTER.total_seconds(), "วินาที", "seconds"),
    "near enough": (ONE_THING_WITHIN_M, "เมตร", "metres"),
    "soon enough": (ONE_THING_WITHIN.total_seconds() / 60, "นาที", "minutes"),
}


@pytest.mark.parametrize("promise", PROMISED)
def test_the_guides_say_what_the_rules_do(promise):
    number, thai, english = PROMISED[promise]
    assert f"{number:.0f} {thai}" in GUIDES["th"].read_text(encoding="utf-8")
    assert f"{number:.0f} {english}" in GUIDES["en"].read_text(encoding="utf-8")
