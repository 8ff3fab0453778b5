"""A pretend patrol: rides its round, takes the jobs that its phone shows, goes there by street, arrives, finishes."""

import asyncio
from typing import Any

from safetyzone.simulation.person import Person
from safetyzone.simulation.plan import Pace
from safetyzone.simulation.streets import LonLat, Rider, Streets, metres

LOOKS_EVERY_S = 2.5
ROUND_M_S = 3.5
HURRY_M_S = 11.0
IS_THERE_M = 40.0


class Patrol:
    """One patrol with its phone."""

    def __init__(self, person: Person, streets: Streets, pace: Pace, starts: LonLat) -> None:
        self.person, self.pace = person, pace
        self.rider = Rider(streets, starts)
        self.home = starts
        self.job: str | None = None
        self.moved_at = 0.0
        self.looks = 0

    async def live(self) -> None:
        """For ever: on duty, look at the phone, move, tell where it is."""
        await self.person.enter()
        await self.person.do("/patrol/duty", call_sign=self.person.key.call_sign, duty="free")
        while True:
            seen = await self.person.ask("/patrol/job.json")
            job = (seen or {}).get("job")
            if job:
                await self._work(job)
            else:
                self._stroll()
            await self._tell_where(hurries=bool(job))
            await self.pace.wait(LOOKS_EVERY_S * 0.8, LOOKS_EVERY_S * 1.2)

    def _stroll(self) -> None:
        self.job = None
        if not self.rider.rest:
            self.rider.head_for(self.rider.streets.somewhere(self.home, self.pace.chance))
        self.rider.roll(ROUND_M_S * self._seconds_since())

    def _seconds_since(self) -> float:
        """Pretend seconds since he last moved: a slow web must not slow the wheels. At most 20, or he would jump."""
        now = asyncio.get_running_loop().time()
        passed, self.moved_at = (now - self.moved_at) * self.pace.speed, now
        return min(passed, 20.0)

    async def _work(self, job: dict[str, Any]) -> None:
        step = f"/patrol/job/{job['id']}"
        if job["state"] == "offered":
            await self.pace.wait(1.5, 4)
            await self.person.do(f"{step}/acknowledge")
        elif job["state"] == "acknowledged":
            await self.pace.wait(1, 2.5)
            await self.person.do(f"{step}/set_out")
        elif job["state"] == "en_route":
            await self._ride(job, step)
        elif job["state"] == "on_scene":
            await self.pace.wait(5, 9)
            await self.person.do(f"{step}/finish", words="เรียบร้อย ผู้แจ้งปลอดภัย")

    async def _ride(self, job: dict[str, Any], step: str) -> None:
        if job["lon"] is None:  # a call without a place: ask around for a while
            await self.pace.wait(8, 12)
            await self.person.do(f"{step}/arrive")
            return
        goal = (job["lon"], job["lat"])
        if self.job != job["id"]:
            self.job = job["id"]
            self.rider.head_for(goal)
            self._seconds_since()  # the wheels begin to roll now
        if self.rider.roll(HURRY_M_S * self._seconds_since()) or metres(self.rider.at, goal) < IS_THERE_M:
            self.rider.rest = []
            await self.person.do(f"{step}/arrive")

    async def _tell_where(self, *, hurries: bool) -> None:
        """Every time while on a job, every third time on the round: never older than ten seconds, and gentle on the radio."""
        self.looks += 1
        if not hurries and self.looks % 3 != 1:
            return
        lon, lat = self.rider.at
        await self.person.do(
            "/patrol/position", call_sign=self.person.key.call_sign, lon=f"{lon:.6f}", lat=f"{lat:.6f}", accuracy_m="8"
        )
