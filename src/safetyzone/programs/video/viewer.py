"""One browser window: its tiles, what they are allowed, and what goes to it over its one channel."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from safetyzone.contracts.video import DELTA, INIT, KEY, QUIET_EVERY_S, Ticket, part
from safetyzone.programs.video.mark import mark

MOST_WAITING = 8_000_000
"""Bytes for a window that does not read; beyond it pictures are left out up to the next key frame."""
QUIET_WAITING_S = 0.5
"""Of the window's line: when more than it carries in so long is waiting, tiles that woke leave out pictures rather than show old ones."""
QUIET_FRAMES = 3
"""A decoder may hold a picture back until others follow: a quiet tile gets its key frame and so many after it."""
ACTIVE_FOR_S = 10.0


@dataclass
class Stream:
    """A camera as the hub holds it: how it is, and what came since its last key frame while somebody watches."""

    camera: str
    state: dict[str, Any] = field(default_factory=lambda: {"why": "opening"})
    init: bytes = b""
    gop: list[tuple[int, int, bytes]] = field(default_factory=list)

    def take(self, kind: int, ms: int, payload: bytes) -> None:
        """Keep a fragment for who comes next."""
        if kind == INIT:
            self.init, self.gop = payload, []
        elif kind == KEY:
            self.gop = [(kind, ms, payload)]
        elif self.gop:
            self.gop.append((kind, ms, payload))

    def forget(self) -> None:
        """Nobody watches, or the stream was lost."""
        self.init, self.gop = b"", []


@dataclass
class Tile:
    """A camera in a window. ``sent_init`` is what its decoder has; ``flowing`` whether it gets each fragment."""

    number: int
    ticket: Ticket
    stream: Stream
    quiet: bool = False
    small: Stream | None = None
    """The camera's small stream, wanted in the place of the main one; ``stream`` is this one as soon as it shows something."""
    main: Stream | None = None
    """The main stream, while the small one is shown."""
    small_lost: bool = False
    flowing: bool = False
    sent_init: bytes = b""
    opened_s: float = field(default_factory=time.monotonic)
    shown_s: float = -1e9
    more: int = 0
    told: tuple[object, ...] = ()

    @property
    def active(self) -> bool:
        """Whether something moves before the camera: its main stream is always pulled, and knows."""
        return bool((self.main or self.stream).state.get("active"))

    def streams(self) -> set[str]:
        """What is pulled for it."""
        return {self.stream.camera} | ({self.small.camera} if self.small else set())

    def turn(self, stream: Stream) -> None:
        """Show another stream of the same camera; its decoder begins anew with it."""
        self.main = self.stream if stream is self.small else None
        self.stream, self.sent_init, self.flowing, self.more, self.shown_s = stream, b"", False, 0, -1e9


class Viewer:
    """A window. ``send_text`` and ``send_bytes`` are awaited one at a time by ``run``."""

    def __init__(self, session: str, *, budget_bps: float) -> None:
        self.session = session
        self.budget_bps = budget_bps
        self.tiles: dict[int, Tile] = {}
        self._texts: list[dict[str, Any]] = []
        self._parts: list[bytes] = []
        self._bytes = 0
        self._some = asyncio.Event()

    # ------------------------------------------------------------------ what the hub says

    def open(self, tile: Tile) -> None:
        """A tile's ticket was good."""
        self.tiles[tile.number] = tile
        self.tell(tile)
        self.begin(tile)

    def begin(self, tile: Tile) -> None:
        """Show what there is: all since the last key frame to a live tile, the key frame and a few more to a quiet one."""
        stream = tile.stream
        if not stream.init or not stream.gop or self._bytes > MOST_WAITING:
            tile.flowing = False
            return
        if tile.sent_init is not stream.init:
            self._put(tile, INIT, stream.gop[0][1], stream.init)
            tile.sent_init = stream.init
        live = self.is_live(tile)
        for kind, ms, fragment in stream.gop if live else stream.gop[: 1 + QUIET_FRAMES]:
            self._put(tile, kind, ms, fragment)
        tile.flowing = live
        tile.more = 0 if live else max(0, 1 + QUIET_FRAMES - len(stream.gop))
        tile.shown_s = time.monotonic()
        self.tell(tile)

    def fragment(self, tile: Tile, kind: int, ms: int, payload: bytes) -> None:
        """A fragment of its camera."""
        if kind == INIT:
            tile.flowing, tile.more = False, 0
        elif kind == KEY:
            if self._is_behind(tile):
                tile.flowing = False
            elif not tile.flowing and self._is_due(tile):
                self.begin(tile)
            elif tile.flowing:
                self._put(tile, kind, ms, payload)
                if not self.is_live(tile):
                    tile.flowing, tile.more = False, QUIET_FRAMES
                    tile.shown_s = time.monotonic()
                    self.tell(tile)
        elif tile.flowing and tile.quiet and self._is_behind(tile):
            tile.flowing = False
        elif tile.flowing or tile.more:
            tile.more = max(0, tile.more - 1)
            self._put(tile, kind, ms, payload)

    def _is_behind(self, tile: Tile) -> bool:
        """The window does not read as fast as we write: its line is narrower than it said, or is used by others."""
        return self._bytes > (min(MOST_WAITING, self.budget_bps / 8 * QUIET_WAITING_S) if tile.quiet else MOST_WAITING)

    def _is_due(self, tile: Tile) -> bool:
        return self.is_live(tile) or time.monotonic() - tile.shown_s >= QUIET_EVERY_S

    def is_live(self, tile: Tile) -> bool:
        """Each frame, or one a minute: quiet tiles wake while something moves, as far as the window's line carries it."""
        if not tile.quiet:
            return True
        return tile.active and tile.number in self._affordable()

    def _affordable(self) -> set[int]:
        """The active quiet tiles that the budget carries, those in the order of the wall first."""
        left = self.budget_bps - sum(_rate(tile) for tile in self.tiles.values() if not tile.quiet)
        found = set()
        for number, tile in sorted(self.tiles.items()):
            if tile.quiet and tile.active and _rate(tile) <= left:
                left -= _rate(tile)
                found.add(number)
        return found

    def tell(self, tile: Tile, *, state: str = "", th: str = "", en: str = "") -> None:
        """How a tile is, once for each change."""
        facts = tile.stream.state
        state = state or state_of(facts, live=self.is_live(tile))
        said = (state, facts.get("codec"), facts.get("width"), th or facts.get("why"), tile.small_lost)
        if said == tile.told:
            return
        tile.told = said
        self._texts.append(
            {
                "tile": tile.number, "camera": tile.ticket.camera, "state": state, "why": facts.get("why", ""),
                "codec": facts.get("codec", ""), "width": facts.get("width", 0),
                "height": facts.get("height", 0), "viewer": tile.ticket.name, "look": tile.ticket.look,
                "since_ms": facts.get("since_ms", 0), "th": th, "en": en, "small": bool(facts.get("small")),
                "note_th": SMALL_LOST[0] if tile.small_lost else "", "note_en": SMALL_LOST[1] if tile.small_lost else "",
            }
        )  # fmt: skip
        self._some.set()

    def refuse(self, number: int, th: str, en: str) -> None:
        """A tile whose ticket was not good."""
        self._texts.append({"tile": number, "state": "refused", "th": th, "en": en})
        self._some.set()

    def _put(self, tile: Tile, kind: int, ms: int, payload: bytes) -> None:
        if kind == KEY:
            payload = mark(tile.ticket.look) + payload
        self._parts.append(part(tile.number, kind, ms, payload))
        self._bytes += len(payload)
        self._some.set()

    # ------------------------------------------------------------------ what goes out

    async def run(self, send_text: Callable[[dict[str, Any]], Any], send_bytes: Callable[[bytes], Any]) -> None:
        """Send what is waiting, all tiles of a moment in one message, until the channel breaks."""
        while True:
            await self._some.wait()
            self._some.clear()
            texts, parts = self._texts, self._parts
            self._texts, self._parts, self._bytes = [], [], 0
            for said in texts:
                await send_text(said)
            if parts:
                await send_bytes(b"".join(parts))
            if len(self.tiles) > 1:
                await asyncio.sleep(0.02)

    def of(self, camera: str) -> Iterator[Tile]:
        """The tiles that show this camera."""
        return (tile for tile in self.tiles.values() if tile.stream.camera == camera)

    def with_main(self, camera: str) -> Iterator[Tile]:
        """Those that show the small stream of this camera."""
        return (tile for tile in self.tiles.values() if tile.main is not None and tile.main.camera == camera)

    def waiting_for(self, stream: str) -> Iterator[Tile]:
        """Those that will show this small stream when it comes."""
        return (tile for tile in self.tiles.values() if tile.small is not None and tile.small.camera == stream and tile.main is None)


def _rate(tile: Tile) -> float:
    return float(tile.stream.state.get("bit_s") or 0)


SMALL_LOST = ("ภาพย่อยของกล้องใช้ไม่ได้ แสดงภาพหลัก", "the camera's sub-stream fails; its main stream is shown")
WHY = {
    "refused": ("ที่อยู่กล้องนี้ไม่อนุญาต", "this camera's address is not allowed"),
    "password": ("ชื่อผู้ใช้หรือรหัสผ่านของกล้องไม่ถูกต้อง", "the camera refuses our user or password"),
    "gone": ("กล้องไม่ตอบ กำลังต่อใหม่", "the camera does not answer; trying again"),
    "unsupported": ("กล้องส่งภาพแบบที่เปิดไม่ได้", "the camera sends a kind of picture that cannot be shown"),
    "no_key_frame": ("กล้องไม่ส่งภาพหลัก (key frame)", "the camera sends no key frame"),
    "broken": ("ภาพจากกล้องเสีย กำลังต่อใหม่", "the camera's stream is broken; trying again"),
    "stopped": ("หยุดรับภาพจากกล้องนี้แล้ว", "this camera is no longer pulled"),
}
"""Why there is no picture, for the person before the tile; the program's own words for it are those of ``pull.State``."""


def state_of(facts: dict[str, Any], *, live: bool) -> str:
    """A tile's state from its camera's."""
    why = facts.get("why", "opening")
    if why == "playing":
        return "playing" if live else "quiet"
    if why == "opening":
        return "opening"
    return "unsupported" if why == "unsupported" else "lost"


__all__ = ["DELTA", "WHY", "Stream", "Tile", "Viewer", "state_of"]
