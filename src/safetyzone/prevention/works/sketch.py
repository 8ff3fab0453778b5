"""A small map for the sheet: north above, streets and houses around, where the camera looks now (dashed) and where it shall (full)."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from django.utils.safestring import SafeString, mark_safe

from safetyzone.kernel.refusals import Refused
from safetyzone.prevention.works.queries import WorkView
from safetyzone.senses.cameras.coverage.ground import Ground
from safetyzone.senses.cameras.coverage.scene import SOLID
from safetyzone.senses.cameras.grounds import ground_of

SIZE, MIDDLE, LENGTH, HALF_DEG, RING = 200, 100.0, 70.0, 30.0, 90.0
AROUND_M = 60.0
"""From the pole to the ring: far enough to know the corner by, near enough to see which way the lens goes."""
PIXELS_A_METRE = RING / AROUND_M
A_GAP_M = 4.0
"""Street points lie 2 m apart; where there is more between two, a house stands over the street."""
MOST_LINES = 600


@dataclass(frozen=True, slots=True)
class Around:
    """What is drawn around a place: lines of (x, y) in the drawing's own units."""

    streets: tuple[tuple[tuple[float, float], ...], ...] = ()
    houses: tuple[tuple[tuple[float, float], ...], ...] = ()


NOTHING = Around()


def around(view: WorkView) -> Around:
    """Streets and houses near the place of the work; nothing where the station has no ground, or the work no place."""
    lon, lat = view.what.get("lon"), view.what.get("lat")
    if not isinstance(lon, int | float) or not isinstance(lat, int | float):
        return NOTHING
    try:
        ground = ground_of(view.station)
    except Refused:
        return NOTHING
    x, y = (float(each) for each in ground.to_metres(lon, lat))
    return Around(tuple(_streets(ground, x, y)), tuple(_houses(ground, x, y)))


def sketch(view: WorkView, about: Around = NOTHING) -> SafeString:
    """An SVG made of numbers only, so nothing in it can be anything but a drawing."""
    before = view.what.get("from_azimuth")
    after = view.what.get("to_azimuth", view.what.get("azimuth"))
    wedges = [_wedge(before, "was")] if before is not None else []
    wedges += [_wedge(after, "shall")] if after is not None else []
    lines = [_line(line, "street") for line in about.streets] + [_line(line, "house") for line in about.houses]
    return mark_safe(  # noqa: S308 - only our own words and numbers
        f'<svg class="sketch" viewBox="0 0 {SIZE} {SIZE}" role="img" aria-hidden="true">'
        f'<clipPath id="ring"><circle cx="100" cy="100" r="{RING:.0f}"/></clipPath><circle cx="100" cy="100" r="{RING:.0f}" class="ring"/>'
        f'<g clip-path="url(#ring)">{"".join(lines)}</g>{"".join(wedges)}'
        f'<path d="M100 2 105 12 95 12 Z" class="pole"/><text x="100" y="24" text-anchor="middle">N</text>'
        f'<circle cx="100" cy="100" r="5" class="pole"/></svg>'
    )


def _streets(ground: Ground, x: float, y: float) -> Iterator[tuple[tuple[float, float], ...]]:
    """Runs of street points, each street by itself and in its order."""
    points = ground.points
    near = np.flatnonzero(np.hypot(points.x - x, points.y - y) <= AROUND_M)
    near = near[np.lexsort((points.along[near], points.segment[near]))]
    breaks = np.flatnonzero((np.diff(points.segment[near]) != 0) | (np.diff(points.along[near]) > A_GAP_M)) + 1
    for run in np.split(near, breaks)[:MOST_LINES]:
        if len(run) > 1:
            yield tuple(_drawn(points.x[i] - x, points.y[i] - y) for i in run)


def _houses(ground: Ground, x: float, y: float) -> Iterator[tuple[tuple[float, float], ...]]:
    """Walls of houses that come into the square around the ring."""
    s, half = ground.scene, AROUND_M
    reaches = (np.minimum(s.ax, s.bx) < x + half) & (np.maximum(s.ax, s.bx) > x - half)
    reaches &= (np.minimum(s.ay, s.by) < y + half) & (np.maximum(s.ay, s.by) > y - half)
    for edge in np.flatnonzero(reaches & (s.kind[s.edge_owner] == SOLID))[:MOST_LINES]:
        yield _drawn(s.ax[edge] - x, s.ay[edge] - y), _drawn(s.bx[edge] - x, s.by[edge] - y)


def _drawn(east_m: float, north_m: float) -> tuple[float, float]:
    return MIDDLE + float(east_m) * PIXELS_A_METRE, MIDDLE - float(north_m) * PIXELS_A_METRE


def _line(line: tuple[tuple[float, float], ...], kind: str) -> str:
    return f'<polyline class="{kind}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in line)}"/>'


def _wedge(azimuth_deg: float, kind: str) -> str:
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in (_at(azimuth_deg - HALF_DEG), _at(azimuth_deg + HALF_DEG)))
    return f'<polygon class="{kind}" points="{MIDDLE},{MIDDLE} {corners}"/>'


def _at(azimuth_deg: float) -> tuple[float, float]:
    angle = math.radians(float(azimuth_deg))
    return MIDDLE + LENGTH * math.sin(angle), MIDDLE - LENGTH * math.cos(angle)
