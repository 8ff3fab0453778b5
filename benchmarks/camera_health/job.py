"""``python -m benchmarks camera_health``: how many harmed cameras are found, by their right name, and how many well ones are accused."""

import os
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.camera_health.pictures import HARM, HARMLESS, TURNS, WIND, Picture, Place, clips, look, made, small
from benchmarks.outcome import Outcome, table
from safetyzone.senses.cameras.health.picture import is_plain, judge

FOLDER = "SAFETYZONE_CLIPS"
"""Folder with clips of fixed cameras; none: made streets alone."""
GOAL_FOUND, GOAL_ACCUSED = 0.95, 0.01
NAMED_FROM = 0.10
"""A turn of 5 % is some 3°, where the register's own azimuths end: it is shown and not promised."""


@dataclass
class Count:
    looks: int = 0
    found: int = 0
    named: int = 0


Counts = dict[tuple[str, str], Count]


def run(*, quick: bool, seed: int) -> Outcome:
    """All places, all that befalls them, twice each."""
    folder = Path(os.environ.get(FOLDER, "../shared/data/video"))
    places = [*made(10 if quick else 60, seed), *clips(folder)]
    places = [replace(p, kind=f"{p.kind}, plain") if is_plain(small(look(p.reference))) else p for p in places]
    harmless, harm = defaultdict[tuple[str, str], Count](Count), defaultdict[tuple[str, str], Count](Count)
    began, looks = time.perf_counter(), 0
    for place in places:
        drawn = np.random.default_rng(seed)
        for name, picture, reference in _well(place, drawn):
            looks += 1
            _note(harmless[place.kind, name], judge(small(picture), reference).faults, "")
        for name, fault, picture, reference in _harmed(place, drawn):
            looks += 1
            _note(harm[place.kind, name], judge(small(picture), reference).faults, fault)
    seconds = time.perf_counter() - began
    return _told(harmless, harm, seed=seed, kinds=sorted({place.kind for place in places}), places=places, ms=1000 * seconds / looks)


def _well(place: Place, drawn: np.random.Generator) -> Iterator[tuple[str, Picture, np.ndarray]]:
    reference = small(look(place.reference))
    for later in place.later:
        for name, befall in HARMLESS.items():
            yield name, befall(look(later), drawn), reference
        for right in (-WIND, WIND):
            yield "wind on the mast (1 %)", look(later, right=right), reference


def _harmed(place: Place, drawn: np.random.Generator) -> Iterator[tuple[str, str, Picture, np.ndarray]]:
    reference = small(look(place.reference))
    for later in place.later[:8]:
        for name, (fault, befall) in HARM.items():
            yield name, fault, befall(look(later), drawn), reference
        for turn in TURNS:
            for right in (-turn, turn):
                yield f"turned by {turn:.0%} of its picture", "moved", look(later, right=right), reference


def _note(count: Count, faults: tuple[str, ...], fault: str) -> None:
    count.looks += 1
    count.found += bool(faults)
    count.named += fault in faults


def _told(
    harmless: Counts, harm: Counts, *, seed: int, kinds: list[str], places: list[Place], ms: float
) -> Outcome:
    outcome = Outcome("camera_health", seed, {"places": {kind: sum(p.kind == kind for p in places) for kind in kinds}, "ms_a_look": ms})
    rows = []
    for kind in kinds:
        for name in dict.fromkeys(name for _, name in harmless):
            count = harmless[kind, name]
            rows.append((kind, name, count.looks, f"{count.found / count.looks:.1%}", ""))
        for name in dict.fromkeys(name for _, name in harm):
            count = harm[kind, name]
            rows.append((kind, name, count.looks, f"{count.found / count.looks:.1%}", f"{count.named / count.looks:.1%}"))
        well, bad = _all(harmless, kind), _all({k: v for k, v in harm.items() if not k[1].startswith(f"turned by {TURNS[0]:.0%}")}, kind)
        least = _all({k: v for k, v in harm.items() if k[1].startswith(f"turned by {TURNS[0]:.0%}")}, kind)
        outcome.figures[kind] = {
            "accused": well.found / well.looks, "found": bad.found / bad.looks, "named": bad.named / bad.looks,
            "found_turned_5": least.found / least.looks, "looks": well.looks + bad.looks + least.looks,
        }  # fmt: skip
        if not kind.endswith("plain"):  # nothing but darkness can be told there, and the faults' page says so of such a camera
            outcome.goals[f"{kind}: at least {GOAL_FOUND:.0%} of harmed looks are found (turned by {NAMED_FROM:.0%} or more)"] = (
                bad.found / bad.looks >= GOAL_FOUND
            )
        outcome.goals[f"{kind}: at most {GOAL_ACCUSED:.0%} of harmless looks are accused"] = well.found / well.looks <= GOAL_ACCUSED
    table("one look; a ticket needs two in a row", ("pictures", "what befell", "looks", "found", "by its name"), rows)
    return outcome


def _all(counts: Counts, kind: str) -> Count:
    mine = [count for (of, _), count in counts.items() if of == kind]
    return Count(sum(c.looks for c in mine), sum(c.found for c in mine), sum(c.named for c in mine))
