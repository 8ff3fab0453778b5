"""``python -m tests.proofs watchlists``: people, cameras and time in any order never break an invariant of watch-lists.

The machine and its second reckoning stand in ``senses/watchlists/tests``. A broken twin is the room with one promise taken out, in the
program and in the database both; the machine must catch each, by the number of the invariant that it breaks.
"""

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.proofs.report import Report
from tests.proofs.watchlist_twins import Twin, in_the_database, twins

STEPS = 30


@contextmanager
def database() -> Iterator[None]:
    """A PostgreSQL of its own, migrated; what the environment says of another stays out of it."""
    from safetyzone.programs.postgres import PostgresServer

    with tempfile.TemporaryDirectory(prefix="sz-proof-watchlists-") as folder:
        os.environ |= {
            "SAFETYZONE_STATE": folder, "SAFETYZONE_SECRET_KEY": "only-for-proofs-" * 3,
            "DJANGO_SETTINGS_MODULE": "safetyzone.programs.web.configuration",
        }  # fmt: skip
        server = PostgresServer(Path(folder) / "server", safe=False)
        os.environ["SAFETYZONE_DATABASE_URL"] = server.start()
        try:
            import django
            from django.core.management import call_command

            django.setup()
            call_command("migrate", verbosity=0, interactive=False)
            yield
        finally:
            from django.db import connections

            connections.close_all()
            server.stop()


def machine(examples: int, seed: int) -> str:
    """Run it; what broke, beginning with the number of the invariant; empty: nothing did."""
    from hypothesis import HealthCheck, Phase, Verbosity, settings
    from hypothesis import seed as seeded
    from hypothesis.stateful import run_state_machine_as_test

    from safetyzone.senses.watchlists.tests.machine import Broken, WatchlistMachine

    how = settings(
        max_examples=examples, stateful_step_count=STEPS, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck), verbosity=Verbosity.quiet, report_multiple_bugs=False,
    )  # fmt: skip
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            seeded(seed)(run_state_machine_as_test)(WatchlistMachine, settings=how)
    except Broken as broken:
        return str(broken)
    return ""


SAME, OTHER = {"person": "judge", "answer": "same"}, {"person": "judge", "answer": "different"}
LISTED = ("a_vehicle_passes", {"camera": "C1", "number": "7414", "accepted": True})
SEEN = ("vision_says_that_somebody_passes", {"nth": 0, "other": 0, "camera": "C1", "score": 0.9})


def waits(**how_long: int) -> tuple[str, dict[str, Any]]:
    return ("time_passes", {"how_long": timedelta(**how_long)})


def asks(name: str, *, days: int = 1, source: str = "family") -> tuple[str, dict[str, Any]]:
    return ("somebody_asks_for_an_entry", {"name": name, "lasts": timedelta(days=days), "source": source, "photo": b"12345678"})


def switches_on(name: str, *, urgent: bool) -> tuple[str, dict[str, Any]]:
    said = {"name": name, "lasts": timedelta(hours=1), "cameras": ["C1"], "court": False, "urgent": urgent}
    return ("somebody_asks_to_switch_on", said)


def judged(**said: str) -> tuple[str, dict[str, Any]]:
    return ("somebody_judges", {"nth": 0, **said})


LIVES: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "compares after an activation ends": [waits(days=31)],
    "compares what nobody approved": [switches_on("stolen", urgent=False)],
    "whoever asks approves": [asks("stolen"), ("somebody_approves_an_entry", {"nth": 0, "person": "asks", "declares": False})],
    "nothing has to end": [asks("stolen", days=91)],
    "a withdrawn entry lives on": [("an_entry_is_looked_up", {"nth": 0, "verb": "withdraw"})],
    "nothing is looked up again": [waits(hours=49)],
    "a closed case is no reason to stop": [("the_case_is_closed_and_opened_anew", {})],
    "what matches nothing leaves a trace": [("a_vehicle_passes", {"camera": "C1", "number": "1234", "accepted": True})],
    "one answer confirms a face": [SEEN, judged(**SAME)],
    "one doubt is overruled": [SEEN, judged(**OTHER), judged(person="second", answer="same")],
    "the name is shown at once": [LISTED, judged(**SAME)],
    "an arrest needs nothing else": [LISTED, judged(**SAME), ("something_comes_of_it", {"nth": 0, "found": "arrest", "evidence": ""})],
    "nothing is on record": [("an_entry_is_looked_up", {"nth": 0, "verb": "recheck"})],
    "what cannot be recorded happens": [("the_audit_log_is_full", {"nth": 0})],
    "any picture will do": [asks("warrant", source="facebook")],
    "what nobody approved stays": [
        asks("missing"), ("somebody_approves_an_entry", {"nth": 0, "person": "outside", "declares": True}),
        switches_on("missing", urgent=True), waits(minutes=50), (SEEN[0], SEEN[1] | {"nth": 1, "other": 1}),
        waits(hours=23, minutes=20), ("the_deletion_runs", {}),
    ],
    "an old evaluation still counts": [waits(days=66)],
    "a camera that is wrong goes on": [LISTED, judged(**OTHER), waits(minutes=6), LISTED, judged(**OTHER)],
    "nothing is protected": [("a_place_is_protected", {"hours": None})],
    "the kill switch kills nothing": [("the_kill_switch", {"kind": "plate", "person": "judge", "off": True})],
}  # fmt: skip
"""For each twin a life, in steps of the machine, that any long run comes upon. The whole room must live each of them unharmed."""


def lived(name: str) -> str:
    """Live one of them, with every check of the machine after every step; what broke, or nothing."""
    from safetyzone.senses.watchlists.tests.machine import Broken, WatchlistMachine

    machine = WatchlistMachine()
    machine.begins()
    try:
        for step, said in LIVES[name]:
            getattr(machine, step)(**said)
            machine.what_is_live_is_what_two_reckonings_say()
            machine.every_row_is_lawful()
            machine.what_nobody_approved_in_a_day_is_seen_by_nobody()
    except Broken as broken:
        return str(broken)
    finally:
        machine.teardown()
    return ""


def caught(name: str, twin: Twin) -> str:
    """What the machine says of a twin."""
    patches, statements = twin[1]()
    before = [(thing, attribute, getattr(thing, attribute)) for thing, attribute, _ in patches]
    for thing, attribute, broken in patches:
        setattr(thing, attribute, broken)
    try:
        with in_the_database(*statements):
            return lived(name)
    finally:
        for thing, attribute, whole in before:
            setattr(thing, attribute, whole)


def run(report: Report, *, quick: bool, seed: int, first_port: int) -> None:
    """The room itself for a while, in any order; then a short life of each twin, which must break, and of the room, which must not."""
    examples = 4 if quick else 60
    with database():
        found = machine(examples, seed)
        report.check(f"{examples} lives of {STEPS} steps, and no invariant broken{': ' + found if found else ''}", not found)
        right, all_twins = 0, twins()
        for name, twin in all_twins.items():
            whole, said = lived(name), caught(name, twin)
            noticed = said.startswith(twin[0]) and not whole
            right += report.check(f"caught by invariant {twin[0]}: {name} ({whole or said[:90] or 'nothing noticed'})", noticed)
    report.figures |= {"lives": examples, "steps": STEPS, "twins": len(all_twins), "caught": right}
