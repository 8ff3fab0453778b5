"""``python -m benchmarks faces``: one against many, against FAISS's flat index, on one thread each; the sets must be the same.

FAISS is asked in both of its ways (BLAS, which it takes by itself from 20 queries on, and its own loops), and the faster one counts.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import peers
from benchmarks.outcome import Outcome, table
from safetyzone.programs.vision.faces.search import Search

BATCH, THRESHOLD = 32, 0.45
GOAL_BATCH = 5.0
CASES = ((100_000, 512), (1_000_000, 128))
SMALLER = ((1_000, 128), (10_000, 128), (100_000, 128))
"""Lists of the size that a station has; printed, not promised."""
MATES = 0.55
"""Mean cosine of a question and the row it was made of."""
AT_THE_LIMIT = 1e-6
"""Two orders of summing in float32 may differ by so much: a pair so near the threshold may be on either side, and is counted apart."""

Floats = NDArray[np.float32]
Pairs = dict[tuple[int, int], float]
LOOPS, BLAS = 1 << 30, 1
"""FAISS's distance_compute_blas_threshold that never takes BLAS, and that always does."""


@dataclass
class Times:
    """Milliseconds a query, one value a round."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def take(self, ask: Callable[[], Any], queries: int) -> None:
        began, used = time.perf_counter(), time.process_time()
        ask()
        self.wall.append(1000 * (time.perf_counter() - began) / queries)
        self.processor.append(1000 * (time.process_time() - used) / queries)

    @property
    def median(self) -> float:
        return statistics.median(self.processor)

    @property
    def wall_median(self) -> float:
        return statistics.median(self.wall)


@dataclass
class Case:
    """What one size gave."""

    rows: int
    values: int
    queries: int
    ours: Times
    theirs: dict[str, Times]
    pairs: int
    found: int
    at_limit: int
    wrong: list[str]

    @property
    def recall(self) -> float:
        """Share of FAISS's pairs that we have, too."""
        return self.found / max(self.pairs, 1)

    @property
    def best(self) -> Times:
        return min(self.theirs.values(), key=lambda times: times.median)

    @property
    def x(self) -> float:
        return self.best.median / self.ours.median

    @property
    def x_wall(self) -> float:
        return min(times.wall_median for times in self.theirs.values()) / self.ours.wall_median


def run(*, quick: bool, seed: int) -> Outcome:
    """Batches and single questions of each size."""
    peers.need("faiss")
    import faiss

    faiss.omp_set_num_threads(1)
    cases = list(_cases(faiss, quick=quick, seed=seed))
    columns = ("rows", "values", "batch", "FAISS loops", "FAISS BLAS", "ours", "times", "by the clock", "pairs", "recall")
    table("one against many, one thread, milliseconds a query (processor time)", columns, [
        (c.rows, c.values, c.queries, c.theirs["loops"].median, c.theirs["blas"].median, c.ours.median, f"{c.x:.1f} x", f"{c.x_wall:.1f} x",
         c.pairs, c.recall) for c in cases
    ])  # fmt: skip
    promised = [case for case in cases if (case.rows, case.values) in CASES and case.queries == BATCH]
    single = {f"{case.rows}x{case.values}": round(case.x, 2) for case in cases if case.queries == 1}
    worst = min(case.x for case in promised)
    return Outcome(
        "faces", seed,
        {
            "x_faiss": round(worst, 2), "x_faiss_wall": round(min(case.x_wall for case in promised), 2), "x_single": single,
            "ms": {f"{case.rows}x{case.values}, {case.queries}": round(case.ours.median, 4) for case in cases},
            "faiss_ms": {f"{case.rows}x{case.values}, {case.queries}": round(case.best.median, 4) for case in cases},
            "recall": round(sum(c.found for c in cases) / max(sum(c.pairs for c in cases), 1), 6), "pairs": sum(c.pairs for c in cases),
            "at_the_limit": sum(case.at_limit for case in cases), "faiss": faiss.__version__, "threshold": THRESHOLD,
        },
        {f"batches of {BATCH}: at least {GOAL_BATCH:g} times FAISS flat, the same set": worst >= GOAL_BATCH},
        [words for case in cases for words in case.wrong],
    )  # fmt: skip


def _cases(faiss: Any, *, quick: bool, seed: int) -> Iterator[Case]:
    rounds = 3 if quick else 7
    for rows, values in (*(() if quick else SMALLER), *CASES):
        drawn = np.random.default_rng(seed)
        vectors = gallery(drawn, rows, values)
        index, ours = faiss.IndexFlatIP(values), Search(vectors)
        index.add(vectors)
        batches = [questions(drawn, vectors, BATCH) for _ in range(rounds)]
        for queries in (BATCH, 1):
            yield _case(faiss, index, ours, [batch[:queries] for batch in batches])
        ours.forget()


def gallery(drawn: np.random.Generator, rows: int, values: int) -> Floats:
    """Unit vectors; a tenth are near-duplicates of another row, and some are the same to the last bit."""
    vectors = drawn.standard_normal((rows, values), dtype=np.float32)
    tenth = rows // 20
    vectors[-tenth:] = vectors[:tenth] + 0.3 * vectors[-tenth:]
    vectors[: tenth // 10] = vectors[tenth : tenth + tenth // 10]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def questions(drawn: np.random.Generator, vectors: Floats, count: int) -> Floats:
    """Mates of rows, at a mean cosine of MATES."""
    noise = drawn.standard_normal((count, vectors.shape[1]), dtype=np.float32)
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    share = np.clip(drawn.normal(MATES, 0.1, (count, 1)), 0.1, 0.95).astype(np.float32)
    made = share * vectors[drawn.integers(0, len(vectors), count)] + np.sqrt(1 - share**2) * noise
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), np.float32)


def _case(faiss: Any, index: Any, ours: Search, batches: list[Floats]) -> Case:
    """Rounds in turn: ours, FAISS's loops, FAISS's BLAS; each batch's answers are compared."""
    case = Case(len(ours), index.d, len(batches[0]), Times(), {"loops": Times(), "blas": Times()}, 0, 0, 0, [])
    ours.above(batches[0], THRESHOLD)  # compiled and warm
    for batch in batches:
        assert batch.dtype == np.float32
        case.ours.take(lambda batch=batch: ours.above(batch, THRESHOLD), len(batch))
        for name, least in (("loops", LOOPS), ("blas", BLAS)):
            faiss.cvar.distance_compute_blas_threshold = least
            case.theirs[name].take(lambda batch=batch: index.range_search(batch, THRESHOLD), len(batch))
        _compare(case, _ours(ours, batch), _theirs(index, batch))
    return case


def _compare(case: Case, mine: Pairs, theirs: Pairs) -> None:
    case.pairs += len(theirs)
    for pair in mine.keys() ^ theirs.keys():
        score = mine.get(pair, theirs.get(pair, 0.0))
        if abs(score - THRESHOLD) <= AT_THE_LIMIT:
            case.at_limit += 1
        else:
            case.wrong.append(f"{case.rows} x {case.values}: only one of both has a pair with {score:.7f}")
    case.found += sum(pair in mine for pair in theirs)


def _ours(ours: Search, batch: Floats) -> Pairs:
    found = ours.above(batch, THRESHOLD)
    return {(q, r): s for q, r, s in zip(found.query.tolist(), found.row.tolist(), found.score.tolist(), strict=True)}


def _theirs(index: Any, batch: Floats) -> Pairs:
    limits, scores, rows = index.range_search(batch, THRESHOLD)
    of = np.repeat(np.arange(len(batch)), np.diff(limits.astype(np.int64)))
    return {(q, r): s for q, r, s in zip(of.tolist(), rows.tolist(), scores.tolist(), strict=True)}
