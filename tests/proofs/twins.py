"""Broken twins: our own programs with one promise taken out. Each must be caught by a proof, or the proof is worth nothing.

A twin of the program is a function that alters it in this process; a twin of the database is SQL for the superuser.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any


def answers_before_commit() -> None:
    """The answer leaves 5 ms before the commit that should hold the press."""
    from django.db import transaction

    from safetyzone.contracts import topics
    from safetyzone.programs.intake import intake

    begin, running = intake.Intake.run, []

    async def run(self: Any) -> None:
        running.append((self.bus, asyncio.get_running_loop()))
        await begin(self)

    keep = intake.keep_presses

    def keep_too_late(presses: Sequence[Any]) -> Sequence[Any]:
        bus, loop = running[0]

        async def tell(device: str, answer: Any) -> None:
            await bus.client.publish(f"cmd.{device}.{topics.ACK}", answer.model_dump_json().encode())
            await bus.client.flush()

        with transaction.atomic():
            answers = keep(presses)
            for press, answer in zip(presses, answers, strict=True):
                asyncio.run_coroutine_threadsafe(tell(press.device, answer), loop).result(5)
            time.sleep(0.005)
        return answers

    intake.Intake.run, intake.keep_presses = run, keep_too_late  # type: ignore[method-assign, assignment]


def records_after_commit() -> None:
    """The audit log is written after the commit, in a transaction of its own."""
    from django.db import transaction

    from safetyzone.senses.sos import actions

    record = actions.record
    actions.record = lambda *acts, lane: transaction.on_commit(lambda: record(*acts, lane=lane))


def answers_anew() -> None:
    """A repeat gets an answer of its own instead of the first one, byte for byte."""
    from safetyzone.kernel import clock
    from safetyzone.senses.sos import actions

    first_answers = actions._first_answers

    def anew(keys: set[Any]) -> dict[Any, Any]:
        return {key: answer.model_copy(update={"heard_at": clock.now()}) for key, answer in first_answers(keys).items()}

    actions._first_answers = anew


def checks_no_signature() -> None:
    """Any press that names a pole is believed."""
    from safetyzone.senses.sos import judging

    judging._signature_holds = lambda heard, pole: True


def filters_by_no_permission() -> None:
    """Every officer has every permission at every station."""
    from safetyzone.ground.officers.access import Who

    Who.has = lambda self, permission, station: True  # type: ignore[method-assign]


TWINS: dict[str, Callable[[], None]] = {
    "answers_before_commit": answers_before_commit,
    "records_after_commit": records_after_commit,
    "answers_anew": answers_anew,
    "checks_no_signature": checks_no_signature,
    "filters_by_no_permission": filters_by_no_permission,
}

_LIFT, _LOWER = "ALTER TABLE audit_leaf DISABLE TRIGGER USER", "ALTER TABLE audit_leaf ENABLE TRIGGER USER"

DATABASE_TWINS: dict[str, tuple[str, ...]] = {
    "no_unique_index": ("ALTER TABLE sos_press DROP CONSTRAINT a_press_is_kept_once",),
    "audit_may_be_changed": ("DROP TRIGGER audit_leaf_append_only ON audit_leaf",),
    "edited_audit_row": (
        _LIFT,
        "UPDATE audit_leaf SET actor = 'somebody-else' WHERE id = (SELECT max(id) - 1 FROM audit_leaf WHERE lane = 'intake')",
        _LOWER,
    ),
    "removed_audit_row": (
        _LIFT,
        "DELETE FROM audit_leaf WHERE lane = 'intake' AND seq = (SELECT max(seq) - 1 FROM audit_leaf WHERE lane = 'intake')",
        _LOWER,
    ),
    "cut_audit_lane": (
        _LIFT,
        "DELETE FROM audit_leaf WHERE lane = 'intake' AND seq = (SELECT max(seq) FROM audit_leaf WHERE lane = 'intake')",
        _LOWER,
    ),
}
"""Run after some presses were heard, as somebody with the superuser's rights would."""
