"""The hub: cameras on one side, windows on the other, and the web's word on who may look at what."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog

from safetyzone.contracts.video import INIT, KEY, STANDING_EVERY_S, STANDING_LOST_S, TICKET_FOR_S, Close, Pull, Running, Ticket
from safetyzone.kernel.settings import Settings
from safetyzone.programs.video import store, wire
from safetyzone.programs.video.asking import Web, WebAway
from safetyzone.programs.video.nursery import Nursery
from safetyzone.programs.video.pullers import Pullers
from safetyzone.programs.video.quota import Quota, kept_of, note_kept
from safetyzone.programs.video.viewer import WHY, Stream, Tile, Viewer

log = structlog.get_logger()

PULLS_EVERY_S = 2.0
QUOTA_EVERY_S = 60.0
USED_S = 2.0 * TICKET_FOR_S
RECORDED_IDLE_S = 60.0
"""A look at a recording ends when nothing was fetched for so long."""
NOT_ASKED = Close(look=0, th="ตรวจสิทธิ์ไม่ได้ชั่วคราว", en="rights cannot be checked just now")


@dataclass
class Look:
    """A look that runs. ``tile`` for live ones; recorded ones have none."""

    ticket: Ticket
    viewer: Viewer | None = None
    tile: Tile | None = None
    began_s: float = field(default_factory=time.monotonic)
    last_s: float = field(default_factory=time.monotonic)
    ended: bool = False

    def seconds(self) -> float:
        """How long it has lasted."""
        return max(0.0, (self.last_s if self.tile is None or self.ended else time.monotonic()) - self.began_s)


class Hub:
    """All that one video program knows."""

    def __init__(self, of: Settings, nursery: Nursery) -> None:
        self.of = of
        self.root = of.state.resolve() / store.FOLDER
        self.web = Web(of)
        self.streams: dict[str, Stream] = {}
        self.pulls: dict[str, Pull] = {}
        self.viewers: set[Viewer] = set()
        self.looks: dict[int, Look] = {}
        self.used: dict[int, float] = {}
        self.pullers = Pullers(nursery, self._fragment, self._state, self._watched)
        self.asked_s = time.monotonic()
        self.activity: dict[str, int] = {}
        """Camera → when it became active, in ms."""
        self.spans: list[dict[str, Any]] = []
        self._pull_now = asyncio.Event()

    # ------------------------------------------------------------------ cameras

    def _watched(self) -> set[str]:
        return {stream for viewer in self.viewers for tile in viewer.tiles.values() for stream in tile.streams()}

    def _fragment(self, camera: str, kind: int, ms: int, payload: bytes) -> None:
        if (stream := self.streams.get(camera)) is None:
            return
        stream.take(kind, ms, payload)
        for viewer in self.viewers:
            for tile in viewer.of(camera):
                viewer.fragment(tile, kind, ms, payload)
            for tile in list(viewer.waiting_for(camera)) if kind == KEY else ():
                self._turn(viewer, tile, stream)

    def _state(self, facts: dict[str, Any]) -> None:
        camera = facts["camera"]
        if (stream := self.streams.get(camera)) is None:
            return
        woke = bool(facts.get("active")) and not stream.state.get("active")
        self._note_activity(camera, bool(facts.get("active")))
        stream.state = facts
        if facts["why"] != "playing":
            stream.forget()
        th, en = WHY.get(facts["why"], ("", ""))
        for viewer in self.viewers:
            if camera.endswith(wire.SMALL) and facts["why"] not in ("opening", "playing"):
                for tile in [*viewer.of(camera), *viewer.waiting_for(camera)]:
                    self._small_lost(viewer, tile)
            for tile in (*viewer.of(camera), *viewer.with_main(camera)):
                if woke and tile.quiet and not tile.flowing:
                    viewer.begin(tile)
                viewer.tell(tile, th=th, en=en)

    def _turn(self, viewer: Viewer, tile: Tile, stream: Stream) -> None:
        """Show another stream of the tile's camera; one that nobody shows any more is no longer sent."""
        before, watched = tile.stream, self._watched()
        tile.turn(stream)
        self._mind_watched(watched, {before.camera})
        if stream.camera not in watched:
            self.pullers.watch(stream.camera, on=True)
        viewer.begin(tile)
        viewer.tell(tile)

    def _small_lost(self, viewer: Viewer, tile: Tile) -> None:
        """Without its small stream a tile shows the main one, and says so; opened anew, it asks again."""
        lost, main = tile.small, tile.main
        tile.small, tile.small_lost = None, True
        if main is not None:
            self._turn(viewer, tile, main)
        viewer.tell(tile)
        if lost is not None:
            self._mind_watched({lost.camera}, {lost.camera})

    def _mind_watched(self, before: set[str], of: set[str]) -> None:
        for name in (before & of) - self._watched():
            self.pullers.watch(name, on=False)
            if (stream := self.streams.get(name)) is not None:
                stream.forget()
            if name.endswith(wire.SMALL):
                self.streams.pop(name, None)

    def _note_activity(self, camera: str, active: bool) -> None:
        if camera.endswith(wire.SMALL):
            return
        now_ms = time.time_ns() // 1_000_000
        if active:
            self.activity.setdefault(camera, now_ms)
        elif (since := self.activity.pop(camera, None)) is not None:
            self.spans.append({"camera": camera, "from_ms": since, "to_ms": now_ms})

    def hold(self, pulls: list[Pull]) -> None:
        """Hold these cameras and no others."""
        self.pulls = {pull.code: pull for pull in pulls}
        for code in self.pulls:
            self.streams.setdefault(code, Stream(code))
        for code in [name for name in self.streams if wire.camera_of(name) not in self.pulls]:
            stream = self.streams.pop(code)
            self._note_activity(code, active=False)
            stream.state = {**stream.state, "why": "stopped"}
            for viewer in self.viewers:
                for tile in viewer.of(code):
                    viewer.tell(tile, th=WHY["stopped"][0], en=WHY["stopped"][1])
        self.pullers.hold(pulls)
        for pull in pulls:
            note_kept(self.root, pull)

    # ------------------------------------------------------------------ looks

    def admit(self, ticket: Ticket) -> bool:
        """A ticket opens one look, once."""
        if ticket.look in self.used or ticket.look in self.looks:
            return False
        self.used[ticket.look] = time.monotonic()
        return True

    def open(self, viewer: Viewer, number: int, ticket: Ticket, *, quiet: bool, small: bool = False) -> None:
        """A tile of a window, whose ticket was read and admitted. ``small``: it would rather have the small stream, where there is one.

        The main stream is shown until the small one has its first picture: nobody waits for it.
        """
        if number in viewer.tiles:
            self.close(viewer, number)
        if ticket.camera not in self.streams:  # pulled for this incident: its camera has only now been named
            self.streams[ticket.camera] = Stream(ticket.camera)
            self._pull_now.set()
        tile = Tile(number, ticket, self.streams[ticket.camera], quiet)
        watched = self._watched()
        if small and self._has_small(ticket.camera):
            name = wire.small_of(ticket.camera)
            tile.small = self.streams.setdefault(name, Stream(name))
            if tile.small.gop:
                tile.turn(tile.small)
        self.looks[ticket.look] = Look(ticket, viewer, tile)
        viewer.open(tile)
        for name in sorted(tile.streams() - watched):
            self.pullers.watch(name, on=True)

    def _has_small(self, camera: str) -> bool:
        """A camera names a sub-stream; where its main one is H.265, that is what is shown already."""
        return camera in self.pulls and bool(self.pulls[camera].sub_address) and not self.streams[camera].state.get("small")

    def close(self, viewer: Viewer, number: int) -> None:
        """A tile is no longer shown."""
        if (tile := viewer.tiles.pop(number, None)) is None:
            return
        self._end(tile.ticket.look)
        self._mind_watched(tile.streams(), tile.streams())

    def leave(self, viewer: Viewer) -> None:
        """A window has gone."""
        for number in list(viewer.tiles):
            self.close(viewer, number)
        self.viewers.discard(viewer)

    def _end(self, look: int) -> None:
        if (running := self.looks.get(look)) is not None and not running.ended:
            running.last_s = time.monotonic() if running.tile is not None else running.last_s
            running.ended = True

    def recorded(self, ticket: Ticket) -> Look | None:
        """The look of a recorded ticket: opened by its first use, kept by the following ones; None when it may not go on."""
        look = self.looks.get(ticket.look)
        if look is None and self.admit(ticket):
            look = self.looks[ticket.look] = Look(ticket)
        if look is None or look.ended:
            return None
        look.last_s = time.monotonic()
        return look

    # ------------------------------------------------------------------ what runs beside

    async def run(self, stop: asyncio.Event) -> None:
        """Ask the web what to pull and who may go on looking, and keep the disk within its bounds, until told to stop."""
        if left := await self.pullers.adopt():
            log.info("cameras_taken_over", cameras=len(left))
            self.hold(left)
        tasks = [asyncio.create_task(each()) for each in (self._ask_pulls, self._ask_standing, self._mind_disk)]
        try:
            await stop.wait()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.pullers.close()
            await self.web.close()

    async def _ask_pulls(self) -> None:
        while True:
            with suppress(WebAway):
                if (pulls := await self.web.pulls()) is not None:
                    self.hold(pulls)
            self._pull_now.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._pull_now.wait(), PULLS_EVERY_S)

    async def _ask_standing(self) -> None:
        while True:
            await asyncio.sleep(STANDING_EVERY_S)
            await self.ask_once()

    async def ask_once(self) -> None:
        """Tell which looks run, end those that must end."""
        now = time.monotonic()
        for running in self.looks.values():
            if running.tile is None and now - running.last_s > RECORDED_IDLE_S:
                running.ended = True
        told = {look: Running(look=look, seconds=round(each.seconds(), 1), ended=each.ended) for look, each in self.looks.items()}
        self.used = {look: at for look, at in self.used.items() if now - at < USED_S or look in told}
        try:
            close = await self.web.standing(list(told.values()), self._spans())
        except WebAway:
            if now - self.asked_s > STANDING_LOST_S:
                self._close_all()
            return
        self.asked_s = now
        for look, said in told.items():
            if said.ended:
                self.looks.pop(look, None)
        for no in close:
            self._must_close(no)

    def _spans(self) -> list[dict[str, Any]]:
        spans, self.spans = self.spans, []
        return spans

    def _must_close(self, no: Close) -> None:
        running = self.looks.get(no.look)
        if running is None or running.ended:
            return
        viewer, tile = running.viewer, running.tile
        if viewer is not None and tile is not None and viewer.tiles.get(tile.number) is tile:
            viewer.tell(tile, state="closed", th=no.th, en=no.en)
            self.close(viewer, tile.number)
        self._end(no.look)

    def _close_all(self) -> None:
        for look in [look for look, each in self.looks.items() if not each.ended]:
            self._must_close(NOT_ASKED.model_copy(update={"look": look}))

    async def _mind_disk(self) -> None:
        quota = Quota(self.root)
        sizes = {name: gb * 1e9 for name, gb in self.of.recording_quota_gb.items()}
        while True:
            kept = kept_of(self.root, self.pulls)
            freed = await asyncio.to_thread(quota.enforce, kept, sizes, now_ms=time.time_ns() // 1_000_000)
            if freed:
                log.info("recordings_given_up", bytes=freed)
            await asyncio.sleep(QUOTA_EVERY_S)


__all__ = ["INIT", "Hub", "Look"]
