"""Every setting is explained in both languages, and the page in the docs says the same."""

import re

import pytest

from safetyzone.kernel.settings import Settings
from tests.architecture.source import shipped, short

THAI = re.compile(r"[\u0e01-\u0e5b]")
# Which program asks and where its file of settings lies cannot be settings themselves; nor can what only tests use.
NOT_SETTINGS = {"SAFETYZONE_SETTINGS_FILE", "SAFETYZONE_PROGRAM"}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_is_explained_in_both_languages(name):
    field = Settings.model_fields[name]
    assert THAI.search(field.title or "")
    assert re.search(r"[A-Za-z]{3}", field.description or "")


def test_nothing_reads_a_setting_past_the_module_of_settings():
    known = {f"SAFETYZONE_{name.upper()}" for name in Settings.model_fields} | NOT_SETTINGS
    named = {
        (short(file), word)
        for file in shipped()
        for word in re.findall(r"\bSAFETYZONE_[A-Z_]+[A-Z]\b", file.read_text(encoding="utf-8"))
    }
    assert {(path, word) for path, word in named if word not in known} == set()
