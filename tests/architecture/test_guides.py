"""The duty officer's guide explains every code that the screens can show, in both languages."""

import re

import pytest

from safetyzone.response.dispatch.lifecycle import State
from safetyzone.response.incidents.lifecycle import Status
from safetyzone.senses.alerts.models import Alert
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
