"""``python -m tests.proofs watchlists``: people, cameras and time in any order never break an invariant of watch-lists.

The machine and its second reckoning stand in ``senses/watchlists/tests``. A broken twin is the room with one promise taken out, in the
program and in the database both; the machine must catch each, by the number of the invariant that it breaks.
"""

import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.proofs.report import Report

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


@contextmanager
def in_the_database(*statements: str) -> Iterator[None]:
    """Some SQL of the superuser, undone afterwards."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        try:
            yield
        finally:
            transaction.set_rollback(True)


def live_without(*conditions: str) -> str:
    """``watchlists_live`` with some of its conditions taken out."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('watchlists_live(timestamptz)'::regprocedure)")
        said = str(cursor.fetchone()[0])
    for condition in conditions:
        if condition not in said:
            raise ValueError(f"the twin no longer fits: {condition}")
        said = said.replace(condition, "true")
    return said


def without(table: str, *constraints: str) -> list[str]:
    return [f"ALTER TABLE watchlists_{table} DROP CONSTRAINT {name}" for name in constraints]


def always(answer: Any) -> Callable[..., Any]:
    return lambda *given, **more: answer


Patches = list[tuple[Any, str, Any]]
Twin = tuple[str, Callable[[], tuple[Patches, list[str]]]]


def twins() -> dict[str, Twin]:
    """Name -> the number of the invariant it breaks, and what is taken out: in the program, and in the database."""
    from safetyzone.senses.watchlists import actions, hit_queries, list_actions, retention_actions, rules, stop_actions
    from safetyzone.senses.watchlists.terms import ImageSource

    one_end = ["an_entry_ends_in_time", "an_entry_ends_with_the_offence"]
    return {
        "compares after an activation ends": ("1", lambda: ([], [live_without('"on" < a.ends_at')])),
        "compares what nobody approved": ("1", lambda: ([], [live_without("(a.urgent OR a.approved_at <= \"on\")")])),
        "whoever asks approves": ("2", lambda: (
            [(rules, "check_approval", always(None))],
            without("listentry", "two_people_make_an_entry", "a_face_is_approved_by_another_unit")
            + without("activation", "two_people_switch_a_list_on", "faces_are_switched_on_by_another_unit"),
        )),
        "nothing has to end": ("3", lambda: (
            [(rules, "check_end", always(None))], without("listentry", *one_end) + without("activation", "an_activation_ends_in_time"),
        )),
        "a withdrawn entry lives on": ("1", lambda: ([], [live_without('(e.withdrawn_at IS NULL OR "on" < e.withdrawn_at)')])),
        "nothing is looked up again": ("1", lambda: (
            [], [live_without("(e.kind = 'plate' AND e.warrant = '' OR \"on\" < e.checked_at + interval '48 hours')")]
        )),
        "a closed case is no reason to stop": ("1", lambda: ([], [live_without('(k.closed_at IS NULL OR "on" < k.closed_at)')])),
        "what matches nothing leaves a trace": ("5", lambda: ([(actions, "compare", _leaves_a_trace(actions.compare))], [])),
        "one answer confirms a face": ("6", lambda: (
            [(rules, "answers_needed", always(1))], ["DROP TRIGGER people_confirm_hits ON watchlists_hit"],
        )),
        "one doubt is overruled": ("6", lambda: (
            [(rules, "verdict", lambda kind, said: None if len(said) < rules.answers_needed(kind) else "same" in said)],
            ["DROP TRIGGER people_confirm_hits ON watchlists_hit"],
        )),
        "the name is shown at once": ("7", lambda: ([(hit_queries, "_row", _answered(hit_queries._row))], [])),
        "an arrest needs nothing else": ("8", lambda: (
            [(actions, "record_outcome", _any_outcome)], without("outcome", "an_arrest_has_independent_evidence"),
        )),
        "nothing is on record": ("10", lambda: ([(actions, "record", always(None)), (list_actions, "record", always(None))], [])),
        "what cannot be recorded happens": ("10", lambda: ([(stop_actions, "_switch", _unrecorded)], [])),
        "any picture will do": ("11", lambda: (
            [(list_actions, "ImageSource", [*ImageSource, _Value("facebook")])],
            without("listentry", "a_face_has_a_source_and_a_plate_has_none"),
        )),
        "what nobody approved stays": ("12", lambda: ([(retention_actions, "_unapproved", always(0))], [])),
        "an old evaluation still counts": ("1", lambda: ([], [live_without("\"on\" < ev.evaluated_at + interval '365 days'")])),
        "a camera that is wrong goes on": ("14", lambda: ([(actions, "check_tripwire", always(False))], [])),
        "nothing is protected": ("1", lambda: ([], [_protected_is("false")])),
        "the kill switch kills nothing": ("1", lambda: ([], [_off_is("false")])),
    }  # fmt: skip


class _Value:
    def __init__(self, value: str) -> None:
        self.value = value


def _protected_is(answer: str) -> str:
    head = 'CREATE OR REPLACE FUNCTION watchlists_protected(which text, "on" timestamptz) RETURNS boolean LANGUAGE sql STABLE'
    return f"{head} AS $$ SELECT {answer} $$"


def _off_is(answer: str) -> str:
    head = 'CREATE OR REPLACE FUNCTION watchlists_off(which_station text, which_kind text, "on" timestamptz) RETURNS boolean'
    return f"{head} LANGUAGE sql STABLE AS $$ SELECT {answer} $$"


def _leaves_a_trace(compare: Callable[..., Any]) -> Callable[..., Any]:
    from safetyzone.senses.watchlists.models import HitFigure

    def keeps(readings: Any, *, by: Any, at: Any) -> Any:
        made = compare(readings, by=by, at=at)
        for one in readings if not made else ():
            HitFigure.objects.create(station="lumphini", camera=one.camera, kind="plate", purpose="", at=at)
        return made

    return keeps


def _any_outcome(hit: int, *, found: str, independent_evidence: str, by: Any, at: Any) -> None:
    from safetyzone.senses.watchlists.models import Outcome
    from safetyzone.trust.audit.actions import Act, record

    Outcome.objects.create(hit_id=hit, found=found, by=by.name, at=at)
    record(Act(actor=by.name, action="hit.outcome", object=f"hit:{hit}", station="lumphini", at=at))


def _answered(row: Callable[..., Any]) -> Callable[..., Any]:
    from dataclasses import replace

    return lambda *given: replace(row(*given), mine="same")


def _unrecorded(station: str, kind: str, *, off: bool, why: str, second: str, by: Any, at: Any) -> None:
    from safetyzone.senses.watchlists.models import KillSwitch
    from safetyzone.trust.audit.actions import Act, record

    KillSwitch.objects.create(station=station, kind=kind, off=off, at=at, by=by.name, second=second, why=why, signature="00")
    record(Act(actor=by.name, action="matching", object="switch:0", station=station, at=at))


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
