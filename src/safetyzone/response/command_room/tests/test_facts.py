"""What one console read is given to another only if it is as new as what that one has heard. Broken twins show that we would see."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import cast

import pytest
from django.test import Client

from safetyzone.response.command_room.hub import Hub
from safetyzone.response.command_room.tests.conftest import Town
from safetyzone.response.command_room.views import facts as facts_module
from safetyzone.response.command_room.views.facts import KEPT_FOR_S, Facts, Shared


@dataclass
class World:
    """What is committed, what this process's hub has heard of it, and a clock. Facts are the notes that a reader saw."""

    committed: list[int] = field(default_factory=list)
    heard: list[int] = field(default_factory=list)
    time_s: float = 100.0
    readings: int = 0
    while_reading: Callable[[], None] = lambda: None

    @property
    def notes(self) -> int:
        return len(self.heard)

    def has_heard(self, note_ids: Sequence[int]) -> bool:
        return set(note_ids) <= set(self.heard)

    def commit(self, note: int, *, hear: bool = True) -> None:
        self.committed.append(note)
        if hear:
            self.heard.append(note)

    def read(self) -> Facts:
        self.readings += 1
        seen = list(self.committed)
        self.while_reading()
        return Facts(cast("list[object]", seen), {}, [], [])  # type: ignore[arg-type]

    def shared(self, kind: type[Shared] = Shared) -> Shared:
        return kind(lambda: cast(Hub, self), lambda: self.time_s)

    def see(self, shared: Shared, *heard: int) -> list[int]:
        return cast("list[int]", shared.facts("lumphini", heard=heard, read=self.read).rows)


def out_of_order(kind: type[Shared]) -> bool:
    """Number 8 is committed after 9: who has heard 8 sees 8."""
    world = World()
    shared = world.shared(kind)
    world.commit(9)
    world.see(shared, 9)
    world.commit(8)
    return world.see(shared, 8) == [9, 8]


def heard_while_reading(kind: type[Shared]) -> bool:
    """A change comes between the first console's reading and its end: who has heard of it is not given what was read before."""
    world = World()
    shared = world.shared(kind)
    world.commit(1)

    def meanwhile() -> None:
        world.while_reading = lambda: None
        world.commit(2)

    world.while_reading = meanwhile
    world.see(shared, 1)
    return world.see(shared, 2) == [1, 2]


def another_process_was_faster(kind: type[Shared]) -> bool:
    """The console has heard 2 from another web process; our hub has not yet."""
    world = World()
    shared = world.shared(kind)
    world.commit(1)
    world.see(shared, 1)
    world.commit(2, hear=False)
    return world.see(shared, 1, 2) == [1, 2]


def for_another_reason(kind: type[Shared]) -> bool:
    """An operator's own deed is on his screen before the hub has heard of it."""
    world = World()
    shared = world.shared(kind)
    world.commit(1)
    world.see(shared, 1)
    world.commit(2, hear=False)
    return world.see(shared) == [1, 2]


def time_passes(kind: type[Shared]) -> bool:
    """After a second everything is read anew, whether anything was heard or not."""
    world = World()
    shared = world.shared(kind)
    world.commit(1)
    world.see(shared, 1)
    world.time_s += KEPT_FOR_S
    world.see(shared, 1)
    return world.readings == 2


class CountsAfterReading(Shared):
    def facts(self, station: str, *, heard: Sequence[int], read: Callable[[], Facts]) -> Facts:
        answer = super().facts(station, heard=heard, read=read)
        hub = self._hub()
        if hub is not None and station in self._read:
            self._read[station] = self._read[station]._replace(notes=hub.notes)
        return answer


class TrustsAnyone(Shared):
    def facts(self, station: str, *, heard: Sequence[int], read: Callable[[], Facts]) -> Facts:
        hub = self._hub()
        known = [one for one in heard if hub is not None and hub.has_heard([one])]
        return super().facts(station, heard=known, read=read)


class AsksNotWhy(Shared):
    def facts(self, station: str, *, heard: Sequence[int], read: Callable[[], Facts]) -> Facts:
        return super().facts(station, heard=heard or [1], read=read)


class ComparesNumbers(Shared):
    """Keeps what was read for everybody who has heard no larger number."""

    newest = 0

    def facts(self, station: str, *, heard: Sequence[int], read: Callable[[], Facts]) -> Facts:
        if station in self._read and heard and max(heard) <= self.newest:
            return self._read[station].facts
        self.newest = max([self.newest, *heard])
        return super().facts(station, heard=heard, read=read)


class KeepsForEver(Shared):
    def facts(self, station: str, *, heard: Sequence[int], read: Callable[[], Facts]) -> Facts:
        if station in self._read:
            self._read[station] = self._read[station]._replace(began_s=self._monotonic())
        return super().facts(station, heard=heard, read=read)


@pytest.mark.parametrize(
    ("story", "twin"),
    [
        (out_of_order, ComparesNumbers),
        (heard_while_reading, CountsAfterReading),
        (another_process_was_faster, TrustsAnyone),
        (for_another_reason, AsksNotWhy),
        (time_passes, KeepsForEver),
    ],
)
def test_nobody_is_given_what_is_older_than_what_he_has_heard(story: Callable[[type[Shared]], bool], twin: type[Shared]) -> None:
    assert story(Shared)
    assert not story(twin), "the story would catch a store that is wrong in this way"


def test_ten_consoles_that_heard_of_one_change_read_once() -> None:
    world = World()
    shared = world.shared()
    world.commit(1)
    assert [world.see(shared, 1) for _ in range(10)] == [[1]] * 10
    assert world.readings == 1
    assert world.see(shared, 1) == [1]
    deaf = Shared(lambda: None, lambda: world.time_s)
    for _ in range(2):
        assert world.see(deaf, 1) == [1]
    assert world.readings == 3, "without a hub that hears nothing is given away"


def test_the_hub_counts_a_note_before_it_knows_it() -> None:
    """Another thread that finds the note must find it counted, or what was read before could pass for new."""

    class Watched(set[int]):
        def add(self, note_id: int) -> None:
            seen.append((note_id, hub.notes))
            super().add(note_id)

    async def keep() -> Hub:
        return Hub({})

    seen: list[tuple[int, int]] = []
    hub = asyncio.run(keep())
    hub._kept = Watched()
    for note_id in (7, 5, 7):
        hub._keep(note_id, "lumphini", [["incident", "1"]])
    assert seen == [(7, 1), (5, 2)]
    assert hub.has_heard([5, 7])
    assert not hub.has_heard([5, 6])


def test_a_console_sees_the_row_for_whose_sake_it_asks(town: Town, desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    monkeypatch.setattr(facts_module.SHARED, "_hub", lambda: world)
    monkeypatch.setattr(facts_module.SHARED, "_read", {})

    def rows(heard: str) -> list[str]:
        return [key for key, _ in desk.get("/room/_parts", {"want": "queue", "heard": heard}).json()["queue"]["pieces"]]

    first = town.press()
    world.commit(1)
    assert rows("1") == [f"row-{first}"]
    second = town.press("LPN-P012", east_m=2000)
    assert rows("1") == [f"row-{first}"], "nothing was heard since: what another console read is given again"
    assert rows("") == rows("1,2") == [f"row-{first}", f"row-{second}"], "asked for another reason, or for more than is known here"
    world.commit(2)
    assert rows("2") == [f"row-{first}", f"row-{second}"]
