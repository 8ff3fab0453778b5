"""Small proofs of single promises, on real PostgreSQL with the real actions. Each returns what is wrong; an empty list is a pass.

A process of its own (``python -m tests.proofs.small FURNITURE``): each twin alters the fork that it runs in, and nothing else.
"""

import contextlib
import json
import os
import sys
import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
import orjson

from tests.proofs.devices import Credential

Furniture = dict[str, Any]


def _credential(furniture: Furniture, number: int) -> Credential:
    pole = furniture["poles"][number]
    return Credential(pole["code"], pole["password"], bytes.fromhex(pole["key"]))


def _heard(furniture: Furniture, number: int, press_id: uuid.UUID, *, key: bytes | None = None) -> Any:
    from safetyzone.contracts.press import PolePress
    from safetyzone.senses.sos.heard import from_pole
    from tests.proofs.devices import pole_message

    pole = _credential(furniture, number)
    return from_pole(PolePress.model_validate_json(pole_message(pole, str(press_id), seq=1, key=key)), topic_pole=pole.code)


def _hear(*presses: Any) -> list[Any]:
    from safetyzone.ground.officers.access import SYSTEM
    from safetyzone.senses.sos.actions import hear

    return hear(list(presses), by=SYSTEM, at=datetime.now(UTC))


def twice(furniture: Furniture) -> list[str]:
    """Two intakes (an old one that is slow to die, a new one) hear the same press at the same moment."""
    from django.db import connection

    from safetyzone.programs.intake.writer import Writer
    from safetyzone.senses.sos import actions

    first_answers, both_have_looked = actions._first_answers, threading.Barrier(2, timeout=5)

    def look_together(keys: set[Any]) -> Any:
        answers = first_answers(keys)
        if not both_have_looked.broken and not answers:
            with contextlib.suppress(threading.BrokenBarrierError):
                both_have_looked.wait()
            both_have_looked.abort()
        return answers

    actions._first_answers = look_together
    press_id, answers = uuid.uuid4(), []

    def intake() -> None:
        writer: Writer[Any, Any] = Writer("presses", lambda presses: _hear(*presses))
        answers.extend(writer._keep_all([_heard(furniture, 0, press_id)]))
        connection.close()

    threads = [threading.Thread(target=intake) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    wrong = [] if len(answers) == 2 and len(set(answers)) == 1 else [f"{len(set(answers))} different answers"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sos_press WHERE press_id = %s", [press_id])
        rows = cursor.fetchone()[0]
    return wrong + ([] if rows == 1 else [f"{rows} rows for one press"])


def repeat(furniture: Furniture) -> list[str]:
    """A press that is said again gets its first answer, byte for byte."""
    press = _heard(furniture, 1, uuid.uuid4())
    first, again = _hear(press)[0].model_dump_json(), _hear(press)[0].model_dump_json()
    return [] if first == again else ["the answer to a repeat differs from the first"]


def forged(furniture: Furniture) -> list[str]:
    """A press that another key signed is kept and shown, and is never an ordinary one."""
    answer = _hear(_heard(furniture, 2, uuid.uuid4(), key=b"of somebody else"))[0]
    return [] if answer.kind == "technical" else ["a forged press was believed"]


def apart(furniture: Furniture) -> list[str]:
    """An officer of another station sees neither the incident nor that anything changed."""
    from safetyzone.ground.officers import queries as officers
    from safetyzone.kernel.refusals import Refused
    from safetyzone.response.incidents import queries
    from tests.proofs.prepare import STATION

    number = _hear(_heard(furniture, 3, uuid.uuid4()))[0].incident
    at, wrong = datetime.now(UTC), []
    own, other = officers.who_is("room0", at=at), officers.who_is("other0", at=at)
    assert own is not None
    assert other is not None
    if queries.incident(number, for_=own).id != number:
        wrong.append("the station's own officer does not see it")
    try:
        queries.incident(number, for_=other)
        wrong.append("an officer of another station reads the incident")
    except Refused:
        pass
    if queries.queue(STATION, for_=other):
        wrong.append("an officer of another station reads the queue")
    return wrong


def audit(furniture: Furniture) -> list[str]:
    """The log is whole; whoever changed a line is found."""
    from safetyzone.trust.audit.verify import verify

    report = verify()
    wrong = [f"{found.lane} {found.seq}: {found.what}" for found in report.broken]
    return wrong if report.leaves else ["there is nothing to verify"]


def append_only(furniture: Furniture) -> list[str]:
    """The program's own database connection may not change what the log holds."""
    from django.db import DatabaseError, connection, transaction

    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE audit_leaf SET why = 'changed' WHERE lane = 'intake'")
            changed = cursor.rowcount
            transaction.set_rollback(True)
    except DatabaseError:
        return []
    return [f"{changed} lines of the log could be changed"]


PROOFS: dict[str, Callable[[Furniture], list[str]]] = {
    "twice": twice, "repeat": repeat, "forged": forged, "apart": apart, "audit": audit, "append_only": append_only,
}  # fmt: skip


def hear_some(furniture: Furniture, presses: int = 6) -> None:
    """Something for the log to hold."""
    for number in range(presses):
        _hear(_heard(furniture, 4 + number, uuid.uuid4()))


def _answer(proof: str, twin: str, database: str, furniture: Furniture) -> list[str]:
    from django.db import connection

    from tests.proofs.twins import TWINS

    connection.settings_dict["NAME"] = database
    if twin in TWINS:
        TWINS[twin]()
    if proof == "hear_some":
        hear_some(furniture)
        return []
    return PROOFS[proof](furniture)


def main(file: Path) -> None:
    """Django is loaded once; each line "PROOF TWIN DATABASE" is done in a fork, which the twin alters and which then ends."""
    django.setup()
    furniture = orjson.loads(file.read_bytes())
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            wrong = ["it ended with an error"]
            try:
                wrong = _answer(*line.split(), furniture)
            except Exception as error:  # whatever a twin breaks, the proof has noticed that something is wrong
                wrong = [f"{type(error).__name__}: {error}"[:200]]
            finally:
                os.write(1, json.dumps(wrong).encode() + b"\n")
                os._exit(0)
        os.waitpid(pid, 0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
