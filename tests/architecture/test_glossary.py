"""One thing, one word, in two languages: GLOSSARY.md is the law."""

import ast
import re

from django.apps import apps

from tests.architecture.reasons import NEEDS_NO_WORD
from tests.architecture.source import ROOT, shipped, tree
from tests.architecture.test_news import defined_in_source

THAI = re.compile(r"[\u0e01-\u0e5b]")


def rows() -> list[tuple[str, str, str]]:
    """(Thai, English, identifiers) of every line of the glossary's tables."""
    lines = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [(c[0], c[1], c[2]) for c in cells if len(c) >= 3 and "`" in c[2]]


def words() -> dict[str, tuple[str, str]]:
    """Identifier -> (Thai, English)."""
    return {name: (thai, english) for thai, english, names in rows() for name in re.findall(r"`([^`]+)`", names)}


def model_names() -> set[str]:
    ours = (config for config in apps.get_app_configs() if config.name.startswith("safetyzone."))
    return {model.__name__ for config in ours for model in config.get_models()}


def test_every_model_is_in_the_glossary():
    assert model_names() - words().keys() - NEEDS_NO_WORD.keys() == set()


def test_all_news_is_in_the_glossary():
    assert defined_in_source().keys() - words().keys() - NEEDS_NO_WORD.keys() == set()


def test_every_word_is_in_both_languages():
    poor = [row for row in rows() if not THAI.search(row[0]) or not re.search("[a-z]", row[1])]
    assert poor == []


def test_no_word_outlives_its_thing():
    defined = {node.name for file in shipped() for node in ast.walk(tree(file)) if isinstance(node, ast.ClassDef)}
    assert {name for name in words() if name[0].isupper()} - defined == set()
    assert NEEDS_NO_WORD.keys() - defined == set()


def test_a_thing_has_one_word():
    """No identifier stands twice, and no Thai word means two things."""
    names = [name for _, _, cell in rows() for name in re.findall(r"`([^`]+)`", cell)]
    assert sorted({name for name in names if names.count(name) > 1}) == []
    thai = [word for word, _, _ in rows()]
    assert sorted({word for word in thai if thai.count(word) > 1}) == []
