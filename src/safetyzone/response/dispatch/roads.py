"""How long units need to a place: along the streets where they are loaded, else by a straight line that says so.

Times are estimates of an ordinary drive, not of one with siren.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol

from safetyzone.kernel.geometry import Point
from safetyzone.response.dispatch.net import Net
from safetyzone.response.dispatch.travel import ELSE, TRAVEL, How, RoadAnswer, Segment, Traveller

DETOUR = 1.4
"""City streets are this much longer than the crow flies; used where no street is known."""


class RoadTime(Protocol):
    """What dispatch asks of whatever knows the streets."""

    def times(self, travellers: Sequence[Traveller], to: Point) -> list[RoadAnswer]:
        """One answer a traveller, in their order."""
        ...


class StraightLine:
    """No streets are loaded: the crow's way, times 1.4, at city speed."""

    def times(self, travellers: Sequence[Traveller], to: Point) -> list[RoadAnswer]:
        return [self._one(traveller, to) for traveller in travellers]

    @staticmethod
    def _one(traveller: Traveller, to: Point) -> RoadAnswer:
        metres = traveller.place.metres_to(to) * DETOUR
        kmh = TRAVEL.get(traveller.kind, ELSE).city_kmh
        return RoadAnswer(metres * 3.6 / kmh, metres, How.STRAIGHT_LINE)


class StreetRoadTime:
    """Road times on loaded streets; built once, read by many threads."""

    def __init__(self, segments: Iterable[Segment]) -> None:
        self._segments = list(segments)
        self._nets: dict[str, Net] = {}

    def times(self, travellers: Sequence[Traveller], to: Point) -> list[RoadAnswer]:
        answers: list[RoadAnswer | None] = [None] * len(travellers)
        for kind in {traveller.kind for traveller in travellers}:
            numbers = [number for number, traveller in enumerate(travellers) if traveller.kind == kind]
            found = self._net(kind).search([travellers[number].place for number in numbers], to)
            for number, answer in zip(numbers, found, strict=True):
                answers[number] = answer
        crow = StraightLine()
        return [answer or crow.times([t], to)[0] for answer, t in zip(answers, travellers, strict=True)]

    def _net(self, kind: str) -> "Net":
        if kind not in self._nets:  # two threads may build it twice; the later one replaces an equal
            self._nets[kind] = Net(self._segments, TRAVEL.get(kind, ELSE))
        return self._nets[kind]
