"""Giving tickets. Each is a look that has begun on record: without the record there is no ticket."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import DatabaseError, transaction

from safetyzone.contracts.video import TICKET_FOR_S, Ticket, sign, ticket_key
from safetyzone.ground.officers import queries as officers
from safetyzone.ground.officers.access import Who
from safetyzone.kernel.refusals import Refused
from safetyzone.kernel.settings import settings
from safetyzone.response.incidents.words import KIND
from safetyzone.response.watching import rules
from safetyzone.response.watching.circumstances import Circumstances
from safetyzone.response.watching.rules import Ask
from safetyzone.senses.cameras.rules import Verdict
from safetyzone.senses.looks import actions as looks
from safetyzone.senses.looks.actions import Wanted

DRILL = ("การฝึก: ", "drill: ")


class NotOnRecord(Refused):
    """The look could not be written down, so it does not open."""

    code = "not_on_record"
    th = "บันทึกการดูภาพไม่ได้ จึงเปิดภาพไม่ได้ กรุณาลองใหม่"
    en = "The look cannot be put on record, so no picture opens. Please try again."


@dataclass(frozen=True, slots=True)
class Door:
    """One camera that somebody stands before."""

    camera: str
    ask: Ask
    incident: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The verdict on a door, with the ticket where it is yes. The ticket opens a look: it never prints itself."""

    verdict: Verdict
    ticket: str | None

    def __repr__(self) -> str:
        return f"<Answer {self.verdict.why}>"


def give_tickets(doors: Sequence[Door], *, here: Circumstances, session: str, by: Who, at: datetime) -> list[Answer]:
    """A verdict for each door and a ticket for each yes: all looks in one INSERT and one record.

    Raises:
        NotOnRecord: the looks could not be recorded; nobody gets a ticket.
    """
    said = [here.verdict(by, door.camera, door.ask, door.incident) for door in doors]
    granted = [door for door, verdict in zip(doors, said, strict=True) if verdict.yes]
    try:
        with transaction.atomic():
            numbers = looks.begin(_wanted(granted, here, by, at), session=session, by=by, at=at)
    except DatabaseError as broken:
        raise NotOnRecord from broken
    signed = iter(_sign(door, look, session, by, at) for door, look in zip(granted, numbers, strict=True))
    return [Answer(verdict, next(signed) if verdict.yes else None) for verdict in said]


def _wanted(doors: Sequence[Door], here: Circumstances, by: Who, at: datetime) -> list[Wanted]:
    duties = officers.duties_granting(by.officer_id, at=at) if doors else {}
    wanted = []
    for door in doors:
        station, ask = here.terms[door.camera].station, door.ask
        duty_th, duty_en = duties.get((station, rules.NEEDED[ask.mode]), ("", ""))
        case_th, case_en = _case(here, door.incident)
        why = "incident" if door.incident is not None else "monitoring" if ask.mode == rules.LIVE else "review"
        wanted.append(
            Wanted(
                station, door.camera, ask.mode, why, door.words, duty_th, duty_en, door.incident, case_th, case_en, ask.from_ms, ask.to_ms
            )
        )
    return wanted


def _case(here: Circumstances, incident: int | None) -> tuple[str, str]:
    """The kind of case as it is displayed now."""
    case = here.standing_for.get(incident) if incident is not None else None
    if case is None:
        return "", ""
    th, en = KIND[case.kind]
    return (DRILL[0] + th, DRILL[1] + en) if case.drill else (th, en)


def _sign(door: Door, look: int, session: str, by: Who, at: datetime) -> str:
    ticket = Ticket(
        viewer=by.name, name=by.name, session=session, camera=door.camera, mode=door.ask.mode, look=look,  # type: ignore[arg-type]
        incident=door.incident, from_ms=door.ask.from_ms, to_ms=door.ask.to_ms, expires=int(at.timestamp()) + TICKET_FOR_S,
    )  # fmt: skip
    return sign(ticket, _key(settings().master_key_cached()))


@lru_cache(maxsize=2)
def _key(master: bytes) -> bytes:
    return ticket_key(master)
