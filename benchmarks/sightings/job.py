"""``python -m benchmarks sightings``: the record's index against PostgreSQL, DuckDB and ClickHouse (chdb): same rows, same answers.

Ours answers in this process, as the library does; each peer is asked through its own Python client. The index is not durable: PostgreSQL
is the record, and the index is made from it anew; ``ingest_rows_s`` is therefore not a durable rate, and is named so in the table.
"""

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import peers
from benchmarks.outcome import Outcome, table
from benchmarks.sightings.contestants import ClickHouse, Contestant, DuckDB, Ours, Postgres, folder
from benchmarks.sightings.town import FIRST_DAY, Town, made, misread

EXACT_MS, FUZZY_X, ALONG_X, DELETE_MS, DURING_X = 1.0, 10.0, 15.0, 10.0, 2.0
"""Goals."""


def run(*, quick: bool, seed: int, rows: int | None = None) -> Outcome:
    """Everything; ``rows`` of the made town, 10 million or, quick, one."""
    peers.need("duckdb", "chdb", "pyarrow")
    from safetyzone.programs.postgres import PostgresServer

    many = rows or (1_000_000 if quick else 10_000_000)
    town = made(many, seed)
    outcome = Outcome("sightings", seed, figures={"rows": len(town.plate), "plates": len(town.texts)})
    with folder() as name:
        server = PostgresServer(Path(name) / "server", safe=True)
        try:
            dsn = server.start()
            ours, postgres = Ours(), Postgres(dsn)
            everybody: list[Contestant] = [ours, postgres, DuckDB(Path(name)), ClickHouse(Path(name))]
            rates = {one.name: one.load(town) for one in everybody}
            _measured(outcome, town, everybody, rates, rounds=10 if quick else 30, chance=np.random.default_rng(seed + 1))
            _fuzzy(outcome, town, ours, postgres, rounds=20 if quick else 60, chance=np.random.default_rng(seed + 2))
            _convoy(outcome, town, ours)
            _deletion(outcome, town, ours)
            postgres.connection.close()
        finally:
            server.stop()
    return outcome


def timed(ask: Callable[[Any], Any], questions: Sequence[Any]) -> tuple[list[Any], list[float]]:
    """Answers, and milliseconds each; each question was asked once before."""
    answers, took = [], []
    for one in questions:
        ask(one)
        began = time.perf_counter()
        answers.append(ask(one))
        took.append(1000 * (time.perf_counter() - began))
    return answers, took


def _measured(
    outcome: Outcome, town: Town, everybody: list[Contestant], rates: dict[str, float], *, rounds: int, chance: np.random.Generator
) -> None:
    """The plate exactly, and who goes along, by everybody; equal answers or it fails."""
    counts = np.bincount(town.plate, minlength=len(town.texts))
    ranked = np.argsort(-counts)
    busy = [int(ranked[int(len(ranked) * share)]) for share in (0.0002, 0.001, 0.005)] + [town.leader]
    seen = [int(one) for one in chance.choice(town.plate, rounds)]
    rows, exact, along = [], {}, {}
    right_exact: list[Any] = []
    right_along: list[Any] = []
    for one in everybody:
        answers, took = timed(one.exact, [town.texts[plate] for plate in seen])
        groups, took_along = timed(one.along, busy)
        right_exact, right_along = right_exact or answers, right_along or groups
        if answers != right_exact or groups != right_along:
            outcome.wrong.append(f"{one.name} and ours do not answer the same")
        exact[one.name], along[one.name] = statistics.median(took), statistics.median(took_along)
        rows.append((one.name, rates[one.name], exact[one.name], statistics.quantiles(took, n=20)[-1], along[one.name]))
    table(f"{len(town.plate):,} rows", ("", "rows/s in (ours: not durable)", "exact ms", "p95", "go along ms"), rows)
    print(f"go along: vehicles with {', '.join(str(int(counts[plate])) for plate in busy)} passages")
    outcome.figures |= {
        "exact_ms": round(exact["ours"], 4), "cotravel_x": round(along["postgresql"] / along["ours"], 1),
        "cotravel_ms": round(along["ours"], 3), "ingest_rows_s": round(rates["ours"]),
        "exact_peers_ms": {name: round(ms, 3) for name, ms in exact.items() if name != "ours"},
        "cotravel_peers_ms": {name: round(ms, 1) for name, ms in along.items() if name != "ours"},
        "peers_rows_s": {name: round(rate) for name, rate in rates.items() if name != "ours"},
    }  # fmt: skip
    outcome.goals |= {
        f"exact, median <= {EXACT_MS:g} ms": exact["ours"] <= EXACT_MS,
        f"go along >= {ALONG_X:g}x SQL": outcome.figures["cotravel_x"] >= ALONG_X,
    }


def _fuzzy(outcome: Outcome, town: Town, ours: Ours, postgres: Postgres, *, rounds: int, chance: np.random.Generator) -> None:
    """One sign wrong: against trigrams with the distance behind them; no miss against looking at every plate."""
    meant = [int(one) for one in chance.choice(len(town.texts), rounds)]
    asked = [misread(town.texts[one], chance) for one in meant]
    found, took = timed(ours.index.near, asked)
    guessed, took_there = timed(postgres.near, asked)
    for plate, mine in zip(meant, found, strict=True):
        if plate not in mine:
            outcome.wrong.append("a plate with one sign misread was not found")
    for text, mine in list(zip(asked, found, strict=True))[:5]:
        if set(mine) != postgres.near_for_sure(text):
            outcome.wrong.append("nearly right plates are not those of looking at each one")
    times = statistics.median(took_there) / statistics.median(took)
    missed = sum(len(set(mine) - theirs) for mine, theirs in zip(found, guessed, strict=True))
    table(
        "One sign wrong", ("", "median ms", "found"),
        [("ours", statistics.median(took), sum(map(len, found))), ("pg_trgm", statistics.median(took_there), sum(map(len, guessed)))],
    )  # fmt: skip
    outcome.figures |= {"fuzzy_x": round(times, 1), "fuzzy_ms": round(statistics.median(took), 3), "fuzzy_missed_by_pg_trgm": missed}
    outcome.goals[f"one sign wrong >= {FUZZY_X:g}x pg_trgm"] = times >= FUZZY_X


def _convoy(outcome: Outcome, town: Town, ours: Ours) -> None:
    """Those that were planted behind a leader come first, and nobody between them."""
    found = ours.index.along(town.leader, within_ms=20_000, least=3)
    if tuple(sorted(one.plate for one in found[: len(town.followers)])) != town.followers:
        outcome.wrong.append("the planted convoy is not first")


def _deletion(outcome: Outcome, town: Town, ours: Ours) -> None:
    """Days go while somebody searches."""
    chance = np.random.default_rng(3)
    texts = [town.texts[int(one)] for one in chance.choice(town.plate, 400)]
    _, quiet = timed(ours.exact, texts)
    gone: list[float] = []
    stop = threading.Event()

    def delete() -> None:
        for day in range(FIRST_DAY, FIRST_DAY + 10):
            began = time.perf_counter()
            ours.index.forget(day)
            gone.append(1000 * (time.perf_counter() - began))
            if stop.wait(0.003):
                return

    thread = threading.Thread(target=delete)
    thread.start()
    _, during = timed(ours.exact, texts)
    stop.set()
    thread.join()
    left = ours.index.of_plates([int(one) for one in np.unique(town.plate[:2000])])
    if len(left) and int(left.at_ms.min()) < (FIRST_DAY + len(gone)) * 86_400_000:
        outcome.wrong.append("a deleted day is still found")
    times = statistics.median(during) / statistics.median(quiet)
    outcome.figures |= {
        "delete_day_ms": round(statistics.median(gone), 3), "delete_day_longest_ms": round(max(gone), 3),
        "during_deletion_x": round(times, 2),
    }  # fmt: skip
    outcome.goals |= {
        f"a day goes in <= {DELETE_MS:g} ms, median": statistics.median(gone) <= DELETE_MS,
        f"searches meanwhile <= {DURING_X:g}x": times <= DURING_X,
    }
