"""Every happening is in the story, or in the list of news that nobody needs."""

import ast
import importlib

from safetyzone import story
from safetyzone.kernel.happenings import Happening
from tests.architecture.source import module_of, shipped, tree


def defined_in_source() -> dict[str, str]:
    """Name -> module of every subclass of Happening that we ship."""
    return {
        node.name: module_of(file)
        for file in shipped()
        for node in tree(file).body
        if isinstance(node, ast.ClassDef) and any(isinstance(b, ast.Name) and b.id == "Happening" for b in node.bases)
    }


def all_news() -> set[type[Happening]]:
    return {getattr(importlib.import_module(module), name) for name, module in defined_in_source().items()}


def test_there_is_news():
    assert all_news()


def test_every_happening_is_in_the_story():
    assert all_news() == set(story.WHEN) | set(story.NOBODY_NEEDS_TO_KNOW)


def test_no_news_is_both_told_and_unneeded():
    assert set(story.WHEN) & set(story.NOBODY_NEEDS_TO_KNOW) == set()


def test_news_is_frozen_and_stands_by_itself():
    """A listener may run later or on another machine: news carries facts, never a row of the database."""
    from django.db.models import Model

    for news in all_news():
        assert news.__dataclass_params__.frozen, f"{news.__name__} can be changed after it was told"
        assert not any(isinstance(kind, type) and issubclass(kind, Model) for kind in news.__annotations__.values())
