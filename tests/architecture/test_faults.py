"""A fault is not caught, except at the very edge of a process and with a comment that says why."""

import ast
from pathlib import Path

from tests.architecture.source import shipped, short, tree

BROAD = {"Exception", "BaseException"}


def is_broad(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or (isinstance(kind, ast.Name) and kind.id in BROAD) for kind in kinds)


def passes_on(handler: ast.ExceptHandler) -> bool:
    """Tidying up and raising the same fault again catches nothing."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def without_a_comment(file: Path) -> list[str]:
    lines = file.read_text(encoding="utf-8").splitlines()
    handlers = [n for n in ast.walk(tree(file)) if isinstance(n, ast.ExceptHandler) and is_broad(n) and not passes_on(n)]
    return [
        f"{short(file)}:{handler.lineno}"
        for handler in handlers
        if not any("#" in line for line in lines[handler.lineno - 2 : handler.body[0].lineno])
    ]


def test_a_broad_except_says_why():
    assert [found for file in shipped() for found in without_a_comment(file)] == []


def test_the_domain_uses_no_signals_of_django():
    """Who listens to what is in story.py and nowhere else."""
    used = [short(f) for f in shipped() if "django.db.models.signals" in f.read_text(encoding="utf-8")]
    assert used == []
