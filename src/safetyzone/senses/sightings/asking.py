"""The form of a search: what an officer typed becomes an ``Ask``, or every field that is wrong says why, all of them at once."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from safetyzone.kernel.refusals import Refused
from safetyzone.senses.sightings import search_rules as rules
from safetyzone.senses.sightings.search_actions import Ask
from safetyzone.trust.cases.queries import NoOpenCase

BANGKOK = timedelta(hours=7)
MOST_CAMERAS_NAMED, LONGEST_CODE = 500, 40
HOURS = (1, 6, 24, 72, 168)
FIELDS: dict[type[Refused], str] = {
    rules.SayPurpose: "purpose", rules.SayLaw: "law", rules.LawDoesNotFit: "law", NoOpenCase: "case", rules.SayMore: "words",
    rules.NotALook: "kind",
    rules.NotAPlate: "plate", rules.NotAProvince: "province", rules.BadHours: "to_at", rules.KeepsNothing: "cameras",
    rules.KeepsNowhere: "to_at",
}  # fmt: skip
"""Beside which field of the form an answer stands; any other stands above the form."""
Wrong = dict[str, Refused]
Kept = TypeVar("Kept")


def field_of(no: Refused) -> str:
    """The field that it is about; empty: the whole."""
    return FIELDS.get(type(no), "")


def asked(said: Mapping[str, str], station: str, now: datetime) -> tuple[Ask | None, Wrong]:
    """What is asked, or what is wrong with which field."""
    wrong: Wrong = {}

    def keep(reckon: Callable[[], Kept]) -> Kept | None:
        try:
            return reckon()
        except Refused as no:
            wrong.setdefault(field_of(no), no)
            return None

    purpose, law, words = said.get("purpose", ""), said.get("law", ""), said.get("words", "")
    keep(lambda: rules.check_ground(purpose, law))
    keep(lambda: rules.check_words(words))
    place = keep(lambda: rules.province(said.get("province", "")))
    what = keep(lambda: rules.sought(said.get("plate", ""), place or "", near=said.get("near") == "1"))
    looks = keep(lambda: rules.looks_like(said.get("kind", ""), said.get("paint", "")))
    to_at = keep(lambda: moment(said.get("to_at", ""), now))
    if not said.get("case", ""):
        wrong["case"] = NoOpenCase()
    if wrong or what is None or looks is None or to_at is None:
        return None, wrong
    what = replace(what, kind=looks[0], paint=looks[1])
    from_at = to_at - timedelta(hours=hours(said.get("hours", "")))
    keep(lambda: rules.check_hours(from_at, to_at, now))
    return Ask(station, purpose, law, said["case"], words, what, from_at, to_at, codes(said.get("cameras", ""))), wrong


def codes(words: str) -> tuple[str, ...]:
    """Cameras named in a line of text."""
    return tuple(dict.fromkeys(code for code in words.replace(",", " ").split() if len(code) <= LONGEST_CODE))[:MOST_CAMERAS_NAMED]


def hours(words: str) -> int:
    """How far back; a day where nothing that may be chosen was chosen."""
    return int(words) if words.isascii() and words.isdigit() and int(words) in HOURS else 24


def moment(words: str, now: datetime) -> datetime:
    """What a ``datetime-local`` field says, which is Bangkok's time; empty: now. Raises BadHours."""
    if not words:
        return now
    try:
        return datetime.fromisoformat(words).replace(tzinfo=UTC) - BANGKOK
    except (ValueError, OverflowError) as no:
        raise rules.BadHours from no


def local(at: datetime) -> str:
    """A moment as a ``datetime-local`` field takes it."""
    return (at.astimezone(UTC) + BANGKOK).strftime("%Y-%m-%dT%H:%M")
