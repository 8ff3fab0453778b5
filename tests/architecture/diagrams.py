"""Draws docs/lifecycles.md from the tables that the code itself obeys.

``python -m tests.architecture.diagrams --write`` draws it anew; without ``--write`` it is printed.
"""

import importlib
import re
import sys
from enum import StrEnum
from pathlib import Path
from types import ModuleType

from tests.architecture.source import PACKAGE, ROOT, module_of, room_of

PAGE = ROOT / "docs" / "lifecycles.md"
_NAMED = re.compile(r'^    (\w+) = "(\w+)"\s+# (.+)$', re.MULTILINE)
HEAD = """# Lifecycles

Drawn from the tables in the code (`lifecycle.py` of each room) by `make docs`; a test compares.
A step that has no arrow here is refused, whoever asks.
"""


def lifecycles() -> dict[str, ModuleType]:
    """Room -> its lifecycle module, in the order of the house."""
    files = sorted(PACKAGE.rglob("lifecycle.py"), reverse=True)
    return {room_of(file): importlib.import_module(module_of(file)) for file in files}


def words_of(module: ModuleType) -> dict[str, str]:
    """Code of a state -> its Thai name, which stands beside it in the source."""
    source = Path(module.__file__ or "").read_text(encoding="utf-8")
    return {code: thai.strip() for _, code, thai in _NAMED.findall(source)}


def table_of(module: ModuleType) -> dict[StrEnum, tuple[StrEnum, ...]]:
    """The table of a lifecycle module."""
    table: dict[StrEnum, tuple[StrEnum, ...]] = module.MAY_BECOME
    return table


def reachable(table: dict[StrEnum, tuple[StrEnum, ...]]) -> set[StrEnum]:
    """The states that a thing can get to from the first one of its table."""
    first = next(iter(table))
    seen, to_visit = {first}, [first]
    while to_visit:
        for then in table.get(to_visit.pop(), ()):
            if then not in seen:
                seen.add(then)
                to_visit.append(then)
    return seen


def drawn(room: str, module: ModuleType) -> str:
    """One lifecycle as a mermaid state diagram."""
    table, words = table_of(module), words_of(module)
    first = next(iter(table))
    lines = [
        f"## {(type(first).__doc__ or '').rstrip('.')} (`{room}`)",
        "",
        "```mermaid",
        "stateDiagram-v2",
        *(f'    state "{words.get(state.value, "")} · {state.value}" as {state.value}' for state in table),
        f"    [*] --> {first.value}",
        *(f"    {now.value} --> {then.value}" for now, next_ones in table.items() for then in next_ones),
        *(f"    {state.value} --> [*]" for state, next_ones in table.items() if not next_ones),
        "```",
        "",
    ]
    return "\n".join(lines)


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(drawn(room, module) for room, module in lifecycles().items())])


if __name__ == "__main__":
    if "--write" in sys.argv:
        PAGE.write_text(page(), encoding="utf-8")
    else:
        print(page())
