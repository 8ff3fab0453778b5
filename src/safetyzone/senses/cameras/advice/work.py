"""One run of advice from its row to its answer."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from safetyzone.ground.officers.access import SYSTEM
from safetyzone.kernel.refusals import Refused
from safetyzone.senses.cameras import advice_actions, advice_queries, weights
from safetyzone.senses.cameras.advice import placing, turning
from safetyzone.senses.cameras.advice_queries import AdviceView
from safetyzone.senses.cameras.siting.warm import warm
from safetyzone.senses.cameras.standing import Standing, standing

Clock = Callable[[], datetime]


def work(advice_id: UUID, *, now: Clock) -> bool:
    """Work on a waiting run until it is answered or stopped; False when there was nothing to take.

    Raises:
        whatever went wrong, after the row says that the run failed.
    """
    if not advice_actions.begin(advice_id, by=SYSTEM, at=now()):
        return False
    advice = advice_queries.to_work_on(advice_id)
    found: dict[str, Any] = dict(advice.answer)
    last: dict[str, Any] = {}

    def told(progress: dict[str, Any], state: dict[str, Any]) -> bool:
        last.update(progress=progress, state=state)
        return advice_actions.progressed(advice_id, progress=progress, answer=found, state=state, by=SYSTEM, at=now())

    try:
        warm()  # or compiling would eat the seconds that the person gave to the answer
        here = standing(advice.station)
        found = _answer(here, advice, now(), told)
    except Refused as no:
        advice_actions.ended(advice_id, failed=no.say("th"), by=SYSTEM, at=now())
        return True
    except Exception:
        advice_actions.ended(advice_id, failed="ระบบขัดข้อง โปรดแจ้งผู้ดูแล", by=SYSTEM, at=now())
        raise
    advice_actions.progressed(
        advice_id, progress=last.get("progress", {}), answer=found, state=last.get("state", {}), by=SYSTEM, at=now()
    )
    advice_actions.ended(advice_id, by=SYSTEM, at=now())
    return True


def _answer(here: Standing, advice: AdviceView, at: datetime, told: Callable[[dict[str, Any], dict[str, Any]], bool]) -> dict[str, Any]:
    given = advice.asked
    risk = weights.risk(advice.station, here.ground, at, weights.Wish(given.get("weights", {}), given.get("hour")))
    common = {"zone": advice.zone, "density_px_m": given["density_px_m"], "night": given["night"], "seconds": given["seconds"]}
    if advice.kind == "reaim":
        owners = advice_queries.owners_of(advice.station)
        asked = turning.Asked(**common, most_moves=round(given["most_moves"]))
        return turning.advise(here, asked, risk, owners=owners, state=advice.state, told=told)
    bought = placing.Asked(**common, budget_baht=given["budget_baht"])
    return placing.advise(here, bought, risk, state=advice.state, told=told)
