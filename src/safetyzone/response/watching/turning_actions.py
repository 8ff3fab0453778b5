"""Which cameras turn to an incident, and when they go home (row C2). Asked every second by the probe, never by a press."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from safetyzone.ground.officers.access import Who
from safetyzone.kernel.refusals import NotFound
from safetyzone.response.incidents import nearby_queries
from safetyzone.response.incidents.nearby_queries import OpenCase
from safetyzone.senses.cameras import slew_actions, slew_queries
from safetyzone.senses.cameras.slew_actions import Spot
from safetyzone.senses.cameras.slew_queries import SlewView
from safetyzone.senses.cameras.slew_rules import MOST, NOT_AGAIN
from safetyzone.senses.sos import queries as sos

CALLS = ("sos", "officer_help")
"""Somebody pressed for help; nothing else turns a camera by itself."""
AGAIN_AFTER = timedelta(seconds=10)
"""A camera may have come free, or work again, or the caller's place is known better."""


def turn(chosen_at: Mapping[int, datetime], *, by: Who, at: datetime) -> dict[int, datetime]:
    """Ask for the cameras of each call that is new or due again. Returns when each open call was last asked about.

    Args:
        chosen_at: what the last call returned.
    """
    calls = {number: case for number, case in nearby_queries.open_cases().items() if case.kind in CALLS}
    asked = {number: when for number, when in chosen_at.items() if number in calls}
    for number, case in calls.items():
        if number not in asked or at - asked[number] >= AGAIN_AFTER:
            _turn_to(case, by, at)
            asked[number] = at
    return asked


def _turn_to(case: OpenCase, by: Who, at: datetime) -> None:
    before = slew_queries.of_incident(case.id)
    room = MOST - sum(each.is_live for each in before)
    if room <= 0:
        return
    try:
        could = slew_queries.could_turn(case.station, case.where, at=at)
    except NotFound:
        return
    held = {each.camera for each in slew_queries.live()} | {each.camera for each in before if _not_again(each)}
    free = [code for code in could if code not in held][:room]
    if free:
        slew_actions.ask(Spot(case.id, case.station, case.where, _names(case)), free, by=by, at=at)


def _not_again(slew: SlewView) -> bool:
    return bool({slew.status, slew.why} & NOT_AGAIN)


def _names(case: OpenCase) -> tuple[str, ...]:
    """Of its pole, as a preset may have them."""
    pole = next((pole for pole in sos.poles(case.station) if pole.code == case.device), None) if case.device else None
    return (pole.code, pole.name_th, pole.name_en) if pole else ()


def bring_home(*, by: Who, at: datetime) -> int:
    """Send home what no incident, no time or no owner holds any more; returns how many."""
    live = [each for each in slew_queries.live() if each.status != "homeward"]
    if not live:
        return 0
    standing = nearby_queries.standing_for((each.incident for each in live), nearby_queries.open_cases())
    ends = {
        "closed": [each.id for each in live if standing[each.incident] is None],
        "too long": [each.id for each in live if standing[each.incident] is not None and at >= each.home_by],
        "terms": slew_queries.no_longer_allowed(at=at),
    }
    return sum(slew_actions.send_home(ids, why=why, by=by, at=at) for why, ids in ends.items())
