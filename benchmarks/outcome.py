"""What a job hands back, and how it is printed: a table for people, one JSON line last for programs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

WIDE = 130
"""Columns of the printed table, also where the output is a file."""


@dataclass
class Outcome:
    """One job's result. ``figures`` is what programs read; ``goals`` says which of them were promised and whether they were met."""

    job: str
    seed: int
    figures: dict[str, Any] = field(default_factory=dict)
    goals: dict[str, bool] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    """Answers that were not right: a fast wrong answer fails the job."""

    @property
    def passed(self) -> bool:
        return not self.wrong and all(self.goals.values())


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table that a person can read."""
    drawn = Table(*columns, title=title, title_justify="left")
    for row in rows:
        drawn.add_row(*(_cell(value) for value in row))
    Console(width=WIDE).print(drawn)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 1 else f"{value:.3f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def last_line(outcome: Outcome, *, machine: dict[str, float], quick: bool, file: Path | None) -> None:
    """Print goals, wrong answers and, last, the JSON line; the same line goes to ``file``."""
    for name, met in outcome.goals.items():
        print(f"goal {'met   ' if met else 'MISSED'} {name}")
    for what in outcome.wrong:
        print(f"WRONG  {what}")
    line = json.dumps(
        {
            "job": outcome.job, "quick": quick, "seed": outcome.seed, "passed": outcome.passed, **outcome.figures,
            "goals": outcome.goals, "wrong": outcome.wrong, "machine": machine,
        },
        ensure_ascii=False,
    )  # fmt: skip
    if file is not None:
        file.write_text(line + "\n")
    print(line, flush=True)
