"""Broken twins of watch-lists: the room with one promise taken out, in the program and in the database both."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


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
    return _of_lists() | _of_hits()


def _of_lists() -> dict[str, Twin]:
    from safetyzone.senses.watchlists import list_actions, rules, stop_actions
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
        "what cannot be recorded happens": ("10", lambda: ([(stop_actions, "_switch", _unrecorded)], [])),
        "any picture will do": ("11", lambda: (
            [(list_actions, "ImageSource", [*ImageSource, _Value("facebook")])],
            without("listentry", "a_face_has_a_source_and_a_plate_has_none"),
        )),
        "an old evaluation still counts": ("1", lambda: ([], [live_without("\"on\" < ev.evaluated_at + interval '365 days'")])),
        "nothing is protected": ("1", lambda: ([], [_protected_is("false")])),
        "the kill switch kills nothing": ("1", lambda: ([], [_off_is("false")])),
    }  # fmt: skip


def _of_hits() -> dict[str, Twin]:
    from safetyzone.senses.watchlists import actions, hit_queries, list_actions, retention_actions, rules

    return {
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
        "what nobody approved stays": ("12", lambda: ([(retention_actions, "_unapproved", always(0))], [])),
        "a camera that is wrong goes on": ("14", lambda: ([(actions, "check_tripwire", always(False))], [])),
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
