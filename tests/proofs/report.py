"""What a proof found: lines for people, then ``N passed, N failed``, then one JSON line."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Report:
    """One proof's findings."""

    proof: str
    seed: int
    quick: bool
    figures: dict[str, Any] = field(default_factory=dict)
    passed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def say(self, words: str) -> None:
        print(words, flush=True)

    def check(self, claim: str, held: object) -> bool:
        """Note a claim and whether it held."""
        (self.passed if held else self.failed).append(claim)
        print(f"{'passed' if held else 'FAILED'}  {claim}", flush=True)
        return bool(held)

    def last_lines(self, file: Path | None) -> None:
        """The closing words; the command to see a failure again stands before them."""
        if self.failed:
            print(f"again: python -m tests.proofs {self.proof} --seed {self.seed}{' --quick' if self.quick else ''}")
        print(f"{len(self.passed)} passed, {len(self.failed)} failed")
        line = json.dumps(
            {
                "proof": self.proof, "quick": self.quick, "seed": self.seed, **self.figures, "passed": len(self.passed),
                "failed": len(self.failed), "failures": self.failed,
            },
            ensure_ascii=False,
        )  # fmt: skip
        if file is not None:
            file.write_text(line + "\n")
        print(line, flush=True)
