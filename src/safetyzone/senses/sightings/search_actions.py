"""A search: its purpose, the law that allows it and an open case; a second officer where it is wide; on record before it is answered."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from safetyzone.ground.officers import queries as officers
from safetyzone.ground.officers.access import Who
from safetyzone.kernel.refusals import NotFound
from safetyzone.senses.sightings import access, finding, search_rules
from safetyzone.senses.sightings.finding import Sighting
from safetyzone.senses.sightings.history_actions import AnotherMustApprove
from safetyzone.senses.sightings.models import Search
from safetyzone.senses.sightings.sealing import opened, sealed
from safetyzone.senses.sightings.search_rules import KeepsNothing, KeepsNowhere, Sought, TooOld
from safetyzone.trust.audit.actions import Act, record
from safetyzone.trust.cases import queries as cases

_NAME = 32


@dataclass(frozen=True, slots=True)
class Ask:
    """What an officer asks. ``cameras`` empty: all of the station at which something is kept."""

    station: str
    purpose: str
    law: str
    case: str
    words: str
    what: Sought = field(repr=False)
    from_at: datetime
    to_at: datetime
    cameras: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it. ``waits``: for a second officer; then nothing was looked at."""

    search: int
    waits: bool
    found: tuple[Sighting, ...] = field(default=(), repr=False)
    more: bool = False
    what: Sought = field(default=Sought(), repr=False)
    named: tuple[str, ...] = ()
    """Cameras that were named; none: all."""


@transaction.atomic
def ask(wanted: Ask, *, by: Who, at: datetime) -> Answer:
    """Search, or put a wide search before a second officer.

    Raises:
        NotFound, NotYours; SayPurpose, SayLaw, LawDoesNotFit, NoOpenCase, SayMore, BadHours: what is missing of its ground.
        KeepsNothing, KeepsNowhere: where there is nothing to look at.
    """
    access.must(by, access.SEARCH, station=wanted.station)
    search_rules.check_ground(wanted.purpose, wanted.law)
    case = cases.must_open_case(wanted.case, officers.unit_of(by.name), by.name, at)
    search_rules.check_words(wanted.words)
    search_rules.check_hours(wanted.from_at, wanted.to_at, at)
    cameras = _cameras(wanted)
    name = uuid4().hex
    row = Search.objects.create(
        station=wanted.station, officer=by.name, purpose=wanted.purpose, law=wanted.law, case_id=case.case_id, case_number=case.number,
        words=wanted.words.strip(), sought=name.encode() + sealed(wanted.what, wanted.cameras, name), cameras=len(cameras),
        from_at=wanted.from_at, to_at=wanted.to_at, asked_at=at,
    )  # fmt: skip
    if search_rules.needs_another(len(cameras), wanted.from_at, wanted.to_at):
        _record(row, "search.asked", by, at)
        return Answer(row.pk, waits=True, what=wanted.what, named=wanted.cameras)
    return _answer(row, cameras, by=by, at=at)


def _cameras(wanted: Ask) -> list[str]:
    """At which it is looked. Raises KeepsNothing, KeepsNowhere: one that is named, or all, kept nothing in these hours."""
    cameras = finding.cameras_of(wanted.station, wanted.cameras, wanted.from_at, wanted.to_at)
    silent = [code for code in wanted.cameras if code not in cameras]
    if silent:
        raise KeepsNothing(cameras=", ".join(silent))
    if not cameras:
        raise KeepsNowhere
    return cameras


@transaction.atomic
def approve(search_id: int, *, by: Who, at: datetime) -> None:
    """The second word on a wide search; its asker may then have it answered. Raises NotFound, NotYours, AnotherMustApprove, TooOld."""
    row = _row(search_id)
    access.must(by, access.APPROVE_SEARCH, station=row.station)
    if by.name == row.officer:
        raise AnotherMustApprove
    if not row.law:  # asked before searches named one: it is asked anew
        raise TooOld
    if row.approved_at is None:
        row.approved_by, row.approved_at = by.name, at
        row.save(update_fields=["approved_by", "approved_at"])
        _record(row, "search.approved", by, at)


@transaction.atomic
def answer(search_id: int, *, by: Who, at: datetime) -> Answer:
    """Look again at a search of one's own: the case must still be open, and each look is written down.

    Raises NotFound, NoOpenCase, TooOld.
    """
    row = _row(search_id)
    access.must(by, access.SEARCH, station=row.station)
    if row.officer != by.name:
        raise NotFound
    cases.must_open_case(row.case_number, officers.unit_of(by.name), by.name, at)
    if at - row.asked_at > search_rules.ANSWERED_FOR or not row.law:
        raise TooOld
    what, named = _opened(row)
    cameras = finding.cameras_of(row.station, named, row.from_at, row.to_at)
    if search_rules.needs_another(row.cameras, row.from_at, row.to_at) and row.approved_at is None:
        return Answer(row.pk, waits=True, what=what, named=named)
    return _answer(row, cameras, by=by, at=at)


def _answer(row: Search, cameras: list[str], *, by: Who, at: datetime) -> Answer:
    """The log first, in this transaction: if it cannot be written, nothing is looked at."""
    _record(row, "search.answered", by, at)
    what, named = _opened(row)
    found = finding.find(what, cameras, row.from_at, row.to_at, at=at, most=search_rules.MOST_FOUND + 1)
    row.answered_at, row.found = at, min(len(found), search_rules.MOST_FOUND)
    row.save(update_fields=["answered_at", "found"])
    return Answer(row.pk, False, tuple(found[: search_rules.MOST_FOUND]), len(found) > search_rules.MOST_FOUND, what, named)


def _opened(row: Search) -> tuple[Sought, tuple[str, ...]]:
    kept = bytes(row.sought)
    return opened(kept[_NAME:], kept[:_NAME].decode())


def _row(search_id: int) -> Search:
    found = Search.objects.select_for_update().filter(pk=search_id).first()
    if found is None:
        raise NotFound
    return found


def _record(row: Search, action: str, by: Who, at: datetime) -> None:
    hours = f"{row.from_at.isoformat()}/{row.to_at.isoformat()}"
    sought, _ = _opened(row)
    facts = {
        "case": row.case_number, "purpose": row.purpose, "law": row.law, "cameras": row.cameras, "hours": hours, "kind": sought.kind,
        "paint": sought.paint,
    }  # fmt: skip
    record(
        Act(
            actor=by.name, action=action, object=f"search:{row.pk}", station=row.station, at=at, why=row.words, facts=facts,
            personal={"text": sought.text, "province": sought.province},
        )
    )  # fmt: skip
