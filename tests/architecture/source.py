"""The tree as these tests read it: our own Python files, parsed once, and nothing that was installed or generated."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "safetyzone"


def short(path: Path) -> str:
    """A path as people say it: from the repository's root."""
    return path.relative_to(ROOT).as_posix()


@cache
def ours() -> tuple[Path, ...]:
    """Every Python file that we write by hand (migrations are written by Django)."""
    folders = (PACKAGE, ROOT / "tests", ROOT / "benchmarks")
    files = (file for folder in folders for file in folder.rglob("*.py"))
    return tuple(sorted(file for file in files if "migrations" not in file.parts and "node_modules" not in file.parts))


@cache
def shipped() -> tuple[Path, ...]:
    """Those of them that a station runs: no tests."""
    return tuple(file for file in ours() if file.is_relative_to(PACKAGE) and not is_test(file))


def is_test(file: Path) -> bool:
    """True for the tests beside the code and for what they share."""
    return "tests" in file.relative_to(ROOT).parts or file.name == "conftest.py"


@cache
def tree(file: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def module_of(file: Path) -> str:
    """``src/safetyzone/kernel/clock.py`` is ``safetyzone.kernel.clock``."""
    parts = file.relative_to(ROOT / "src").with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(file: Path) -> str:
    """The folder that a shipped file is at home in: ``response/incidents``, ``kernel``."""
    return file.parent.relative_to(PACKAGE).as_posix()


def imported(file: Path) -> Iterator[tuple[int, str]]:
    """(line, full name) of everything that a file imports, at any depth: ``from a import b`` gives ``a.b``."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module or ''}.{name.name}") for name in node.names)


def lines_for_types(file: Path) -> set[int]:
    """The lines under ``if TYPE_CHECKING:``, which never run."""
    blocks = (
        node
        for node in ast.walk(tree(file))
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    )
    return {line for block in blocks for line in range(block.lineno, (block.end_lineno or block.lineno) + 1)}


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@cache
def tracked() -> tuple[Path, ...]:
    """What git keeps, or would keep; in an unpacked archive without git, every file that is not installed or built."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=ROOT, check=True, capture_output=True, text=True,
        ).stdout.split("\0")
        return tuple(sorted(ROOT / name for name in listed if name and (ROOT / name).is_file()))
    except (OSError, subprocess.CalledProcessError):
        skip = {".venv", ".git", "node_modules", "vendor", "__pycache__", "build", "dist"}
        return tuple(
            sorted(f for f in ROOT.rglob("*") if f.is_file() and not skip & set(f.relative_to(ROOT).parts))
        )
