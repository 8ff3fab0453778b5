"""A pretend citizen with the SOS page: the same press again until it is answered, then she watches who comes."""

import asyncio
import uuid
from datetime import UTC, datetime

import httpx

from safetyzone.contracts.press import PhonePress, Position
from safetyzone.simulation.plan import Pace
from safetyzone.simulation.streets import LonLat

WATCHES_S = 240.0


async def press(
    web: httpx.AsyncClient, pace: Pace, *, where: LonLat | None, words: str = "", hold_ms: int = 2000, twice: bool = False
) -> str:
    """Press, say it again until there is an answer, and follow the call; returns the last state heard. ``twice``: the line stutters."""
    position = Position(lon=where[0], lat=where[1], accuracy_m=round(pace.chance.uniform(5, 40))) if where else None
    said = PhonePress(
        press_id=uuid.uuid4(), phone=uuid.uuid4(), pressed_at=datetime.now(UTC), hold_ms=hold_ms, position=position, words=words
    )
    body, patience, answers = said.model_dump_json(), 1.0, 0
    while answers < (2 if twice else 1):
        try:
            reply = await web.post("/sos/press", content=body, headers={"Content-Type": "application/json"})
            if reply.status_code == httpx.codes.OK:
                answers += 1
                continue
            if reply.status_code == httpx.codes.BAD_REQUEST:
                return "refused"
        except httpx.HTTPError:
            pass
        await asyncio.sleep(patience * pace.chance.uniform(0.7, 1.3))
        patience = min(15.0, patience * 2)
    return await _watch(web, pace, str(said.press_id))


async def _watch(web: httpx.AsyncClient, pace: Pace, press_id: str) -> str:
    state, until = "received", asyncio.get_running_loop().time() + WATCHES_S
    while state != "closed" and asyncio.get_running_loop().time() < until:
        await asyncio.sleep(4 * pace.chance.uniform(0.8, 1.2))
        try:
            reply = await web.get(f"/sos/press/{press_id}")
            if reply.status_code == httpx.codes.OK:
                state = str(reply.json()["state"])
        except (httpx.HTTPError, ValueError):
            continue
    return state
