"""The only writers of presses. ``hear`` is the press path: one transaction for all that arrived together."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from safetyzone.contracts.press import PressAnswer
from safetyzone.ground.officers.access import Who
from safetyzone.kernel.bulk import Answer, asked, insert_rows, one_journey
from safetyzone.kernel.ids import new_id
from safetyzone.senses.alerts.actions import raise_alerts
from safetyzone.senses.alerts.news import Raised
from safetyzone.senses.sos.heard import Heard
from safetyzone.senses.sos.judging import Judged, ask, judge
from safetyzone.senses.sos.pole_actions import (  # the room's other writers, under the room's one door
    PoleCredential,
    add_pole,
    ask_for_nightly_tests,
    count_not_understood,
    heartbeats,
    request_self_test,
    retire_pole,
    self_tests,
)
from safetyzone.trust.audit.actions import Act, record

__all__ = [
    "PoleCredential",
    "add_pole",
    "ask_for_nightly_tests",
    "count_not_understood",
    "hear",
    "heartbeats",
    "request_self_test",
    "retire_pole",
    "self_tests",
]

Key = tuple[str, str, UUID]


@transaction.atomic
def hear(heard: Sequence[Heard], *, by: Who, at: datetime) -> list[PressAnswer]:
    """Keep every press once, give each its incident, and return the answers in the order given.

    A press that was kept before gets its first answer again, byte for byte. When this returns, nothing is promised yet:
    the caller may send an answer only after the commit.
    """
    with one_journey():
        return _hear(heard, by, at)


def _hear(heard: Sequence[Heard], by: Who, at: datetime) -> list[PressAnswer]:
    known = ask(heard, at=at)  # of repeats too, so that one journey answers both questions
    answers = _first_answers({one.key for one in heard})
    repeated = [one.key for one in heard if one.key in answers]
    new: dict[Key, Heard] = {}
    for one in heard:
        if one.key in new:
            repeated.append(one.key)
        elif one.key not in answers:
            new[one.key] = one
    if new:
        judged = judge(list(new.values()), known, at=at)
        incident_of = raise_alerts([_alert(one, at) for one in judged], by=by, at=at)
        _insert(judged, incident_of, at)
        record(*(_act(one, incident_of[one.alert], at) for one in judged), lane="intake")
        for press in judged:
            answers[press.heard.key] = _answer(press.heard.press_id, incident_of[press.alert], _kind(press), at)
    if repeated:
        _count_again(repeated)
    return [answers[one.key] for one in heard]


def _kind(one: Judged) -> str:
    return "technical" if one.technical else "ordinary"


def _answer(press_id: UUID, incident: int, kind: str, heard_at: datetime) -> PressAnswer:
    return PressAnswer.model_validate({"press_id": press_id, "incident": incident, "kind": kind, "heard_at": heard_at})


def _alert(one: Judged, at: datetime) -> Raised:
    kind = "sos_technical" if one.technical else f"sos_{one.heard.source}"
    facts: dict[str, object] = {"hold_ms": one.heard.hold_ms, "press": str(one.heard.press_id), "source": one.heard.source}
    if one.reasons:
        facts["reasons"] = [reason.value for reason in one.reasons]
    if one.heard.words:
        facts["has_words"] = True
    return Raised(
        id=one.alert, kind=kind, station=one.station, zone=one.zone, device=one.heard.device, place_th=one.place_th,
        place_en=one.place_en, where=one.where, accuracy_m=one.heard.accuracy_m, at=one.at, heard_at=at,
        certainty=0.5 if one.technical else 1.0, facts=facts, same_call_as=one.same_call_as,
    )  # fmt: skip


def _act(one: Judged, incident: int, at: datetime) -> Act:
    """What the log says of a press: the pole, never the phone (its random name could still follow a person)."""
    actor = f"pole:{one.heard.device}" if one.heard.source == "pole" else "phone"
    facts: dict[str, object] = {"press": str(one.heard.press_id), "kind": _kind(one)}
    if one.reasons:
        facts["reasons"] = [reason.value for reason in one.reasons]
    return Act(actor=actor, action="press.heard", object=f"incident:{incident}", station=one.station, at=at, facts=facts)


def _first_answers(keys: set[Key]) -> dict[Key, PressAnswer]:
    """The answers that were given before, by the press they were given for."""
    found = Answer(
        """
        SELECT press.source, press.device, press.press_id, press.incident_id, press.kind, press.heard_at
        FROM json_to_recordset(%s) AS given(source text, device text, press_id uuid)
        JOIN sos_press AS press USING (source, device, press_id)
        """,
        [_asked(keys)],
    )
    return {(row[0], row[1], row[2]): _answer(row[2], row[3], row[4], row[5]) for row in found.rows()}


def _asked(keys: Iterable[Key]) -> str:
    return asked({"source": source, "device": device, "press_id": press_id} for source, device, press_id in keys)


_COLUMNS = (
    "id", "source", "device", "press_id", "kind", "reasons", "pressed_at", "heard_at", "hold_ms", "lon", "lat", "accuracy_m",
    "words", "incident_id", "same_call", "resent",
)  # fmt: skip


def _insert(judged: Sequence[Judged], incident_of: dict[UUID, int], at: datetime) -> None:
    insert_rows(
        "sos_press",
        _COLUMNS,
        (
            (
                new_id(), one.heard.source, one.heard.device, one.heard.press_id, _kind(one),
                [reason.value for reason in one.reasons], one.heard.pressed_at, at, one.heard.hold_ms,
                one.heard.where.lon if one.heard.where else None, one.heard.where.lat if one.heard.where else None,
                one.heard.accuracy_m, one.heard.words, incident_of[one.alert], one.same_call_as is not None, 0,
            )
            for one in judged
        ),
    )  # fmt: skip


def _count_again(keys: Sequence[Key]) -> None:
    """The same message came again: counted, for the pole's line may be bad."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE sos_press AS press SET resent = press.resent + given.times
            FROM (SELECT source, device, press_id, count(*) AS times
                  FROM json_to_recordset(%s) AS one(source text, device text, press_id uuid) GROUP BY 1, 2, 3) AS given
            WHERE press.source = given.source AND press.device = given.device AND press.press_id = given.press_id
            """,
            [_asked(keys)],
        )
