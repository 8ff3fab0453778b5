"""A street, a shape of the base map, and where each comes from."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Source(StrEnum):
    """Who drew it; always shown on the map."""

    OSM = "osm"
    SCHEMATIC = "schematic"


CREDIT = {
    Source.OSM: "© OpenStreetMap contributors (ODbL)",
    Source.SCHEMATIC: "แผนผังวาดเอง / schematic",
}

LonLat = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Segment:
    """A street. ``nodes`` are (lon, lat); streets meet where they share one; ``one_way`` follows their order."""

    nodes: tuple[LonLat, ...]
    road_class: str
    """As OpenStreetMap says it: primary, secondary, tertiary, residential, service, footway, steps …"""
    name_th: str = ""
    name_en: str = ""
    one_way: bool = False
    speed_kmh: float | None = None
    """Only where a sign makes it slower than its class."""
    source: Source = Source.SCHEMATIC
    lit: bool = False
    """The map says that street lamps burn there."""
    covered: bool = False
    """In a tunnel or inside a building: not under the open sky."""
    raised: bool = False
    """On a bridge, a skywalk or an upper level: not on the ground, where another street may run below."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What the base map shows besides streets: ``kind`` is building, block, green, water, canal, rail or place."""

    kind: str
    geometry: Any
    name_th: str = ""
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Streets:
    """All streets of a station's ground."""

    segments: tuple[Segment, ...]
    sources: tuple[Source, ...]

    @property
    def credit(self) -> str:
        """What must stand on every map made of these."""
        return " · ".join(CREDIT[source] for source in self.sources)
