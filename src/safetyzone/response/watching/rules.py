"""May this person look through this camera now? Pure: person, terms, open incidents and the moment are told, never asked.

One rule answers for the ticket and, every two seconds after it, for the look that runs. It asks in this order: does she know of the
camera at all, may she watch at its station, do the owner's terms open it, and for a recording: whose is it, and is the span within
what the incident looks back to.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from safetyzone.contracts.video import LOOP_S
from safetyzone.ground.officers.access import Who, may
from safetyzone.senses.cameras.rules import Tier, Verdict
from safetyzone.senses.cameras.terms import Terms

LIVE, RECORDED = "live", "recorded"
NEEDED = {LIVE: "watch_live", RECORDED: "watch_recorded"}
KNOWS = ("see_cameras", "manage_cameras", *NEEDED.values())
"""Whoever has one of these at a camera's station may know that it is there."""
LOOP_AHEAD = timedelta(minutes=10)
"""A loop's ticket reaches so far beyond the moment: the loop grows while the incident goes on."""
LONGEST_SPAN = timedelta(hours=6)
"""Of one ticket: more of a recording is another look."""

WORDS: dict[str, tuple[str, str]] = {
    "not_found": ("ไม่พบกล้องนี้", "There is no such camera here."),
    "not_permitted": ("ท่านไม่มีสิทธิ์ดูภาพของสถานีนี้", "You may not watch this station's cameras."),
    "not_permitted_recorded": ("ท่านไม่มีสิทธิ์ดูภาพย้อนหลังของสถานีนี้", "You may not watch this station's recordings."),
    "incident_over": ("เหตุนี้ปิดแล้ว ภาพที่เปิดเพราะเหตุนี้จึงปิดด้วย", "This incident is over, and with it what it had opened."),
    "kept_here": ("สถานีเก็บภาพของกล้องนี้ไว้เอง", "The station keeps this camera's recordings itself."),
    "loop": ("ภาพย้อนหลังของเหตุที่เปิดอยู่ใกล้กล้อง", "What an open incident near the camera looks back to."),
    "signed_out": ("ท่านออกจากระบบแล้ว หรือหมดเวลาเข้าใช้", "You have signed out, or your session is over."),
    "duty_over": ("หน้าที่ที่ให้สิทธิ์ดูภาพสิ้นสุดแล้ว", "The duty that let you watch has ended."),
    "gone": ("กล้องนี้ไม่อยู่ในทะเบียนแล้ว", "This camera is no longer in the register."),
    "no_look": ("ไม่มีการดูภาพนี้ในบันทึก", "There is no such look on record."),
    "ended": ("การดูภาพนี้สิ้นสุดแล้ว เปิดใหม่ได้", "This look has ended; open it again."),
}
"""Beside the words of ``senses.cameras.rules``."""


@dataclass(frozen=True, slots=True)
class Call:
    """An open incident as this rule needs it: how far from the camera, and since when."""

    metres: float
    began_at: datetime


@dataclass(frozen=True, slots=True)
class Ask:
    """What is wanted of a camera. Times of a recording are milliseconds of UTC, half open."""

    mode: str
    for_incident: bool = False
    from_ms: int = 0
    to_ms: int = 0


def verdict(who: Who | None, terms: Terms | None, ask: Ask, call: Call | None, *, at: datetime) -> Verdict:
    """Whether this person may look at this camera at this moment, and why.

    Args:
        terms: None: no such camera in service.
        call: with an incident named, that one while it is open; else the open one nearest to the camera; None: none is open.
    """
    if terms is None:
        return no("not_found")
    return barred(who, terms.station, ask.mode) or shared(terms, ask, call, at=at)


def barred(who: Who | None, station: str, mode: str) -> Verdict | None:
    """What stands against this person at a station, whatever camera it is; None: nothing."""
    if not any(may(who, word, station=station) for word in KNOWS):
        return no("not_found")
    if not may(who, NEEDED[mode], station=station):
        return no("not_permitted" if mode == LIVE else "not_permitted_recorded")
    return None


def shared(terms: Terms, ask: Ask, call: Call | None, *, at: datetime) -> Verdict:
    """What the owner's terms say, whoever it is that may watch at the station."""
    if ask.for_incident and call is None and (terms.tier == Tier.DURING_INCIDENT or (terms.is_private and ask.mode == RECORDED)):
        otherwise = terms.may_open(LIVE, nearest_m=0.0, at=at)
        return no("incident_over") if otherwise.yes else otherwise
    if ask.mode == LIVE:
        return terms.may_open(LIVE, nearest_m=call.metres if call else None, at=at)
    return _recorded(terms, ask, call, at)


def _recorded(terms: Terms, ask: Ask, call: Call | None, at: datetime) -> Verdict:
    """Footage is the owner's to give, but for what the station itself keeps, and for the half minute before an incident nearby."""
    kept_here = terms.tier == Tier.ALWAYS and not terms.is_private
    loop = not kept_here and ask.for_incident and _within_loop(terms, ask, call, at)
    said = terms.may_open(RECORDED, nearest_m=None, at=at, granted=kept_here or loop)
    why = "loop" if loop else "kept_here"
    return Verdict(True, why, *WORDS[why]) if said.yes else said


def _within_loop(terms: Terms, ask: Ask, call: Call | None, at: datetime) -> bool:
    near = terms.may_open(LIVE, nearest_m=call.metres if call else None, at=at).yes
    if call is None or not near or call.metres > terms.live_radius_m:
        return False
    return ask.from_ms >= ms(loop_from(terms, call)) and ask.from_ms < ask.to_ms <= ms(at + LOOP_AHEAD)


def loop_from(terms: Terms, call: Call) -> datetime:
    """Where an incident's loop begins: half a minute before; with the tier ``during_incident`` at the incident, for not a picture
    from before is anybody's, whatever another incident left on the disk."""
    return call.began_at if terms.tier == Tier.DURING_INCIDENT else call.began_at - timedelta(seconds=LOOP_S)


def loop(terms: Terms, call: Call, at: datetime) -> Ask:
    """The loop that an incident gives of a camera."""
    return Ask(RECORDED, True, ms(loop_from(terms, call)), ms(at + LOOP_AHEAD))


def ms(at: datetime) -> int:
    """Milliseconds of UTC, as recordings count."""
    return round(at.timestamp() * 1000)


def no(why: str) -> Verdict:
    """A refusal in this room's words."""
    return Verdict(False, why, *WORDS[why])


def must_end(said: Verdict, *, signed_in: bool, camera_there: bool, knew: Collection[str]) -> Verdict | None:
    """Of a look that runs: why it must end now; None: it goes on.

    Args:
        said: ``verdict`` at this moment. signed_in: the session that opened it still is. camera_there: it is still in service.
        knew: reasons that, for somebody who was looking, mean that her duty has ended.
    """
    if not signed_in:
        return no("signed_out")
    if not camera_there:
        return no("gone")
    if said.yes:
        return None
    return no("duty_over") if said.why in knew else said
