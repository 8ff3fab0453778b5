"""What each of the demo's cameras looks at: the map around it as plain metres, for pretend cameras that know nothing of ours."""

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import shapely

from safetyzone.ground.streets.model import LonLat, Segment
from safetyzone.ground.streets.obstacles import Obstacles
from safetyzone.programs import demo_plates
from safetyzone.programs.demo_places import PLATE_CAMERA
from safetyzone.senses.cameras.register.cells import Cell
from safetyzone.simulation.cameras.scenes.scene import Building, EastNorth, Scene, Scenes, Street

THERE = ZoneInfo("Asia/Bangkok")
DAY_H = range(6, 18)
"""Near the equator the sun keeps its hours."""
STREETS_M, BUILDINGS_M = 200.0, 160.0
M_A_DEGREE = 111_320.0
KEY_FRAME_EVERY_S = (2.0, 2.0, 2.0, 1.0, 2.0, 4.0)
"""Cameras are set up by different people."""
NOT_SEEN = frozenset({"steps", "corridor", "elevator"})
FONT = Path(__file__).parents[1] / "static/vendor/ibm-plex-sans-thai/IBMPlexSansThai-SemiBold.woff2"


def scenes(rows: Sequence[dict[str, Cell]], streets: Sequence[Segment], found: Obstacles, *, at: datetime) -> Scenes:
    """A scene for every row of the demo's register: by day or by night, as it is there at ``at``."""
    night = at.astimezone(THERE).hour not in DAY_H
    lines = [segment for segment in streets if not segment.covered and segment.road_class not in NOT_SEEN]
    by_street = shapely.STRtree([shapely.LineString(segment.nodes) for segment in lines])
    by_building = shapely.STRtree([footprint for footprint, _ in found.buildings])
    made = []
    for number, row in enumerate(rows):
        lon, lat = float(str(row["lon"])), float(str(row["lat"]))
        near = _to_metres(lon, lat)
        made.append(
            Scene(
                code=str(row["code"]), name_th=str(row["name_th"]), name_en=str(row["name_en"]), seed=number, night=night,
                gop_s=KEY_FRAME_EVERY_S[number % len(KEY_FRAME_EVERY_S)],
                height_m=_number(row, "height_m"), azimuth_deg=_number(row, "azimuth_deg"), tilt_deg=_number(row, "tilt_deg"),
                hfov_deg=_number(row, "hfov_deg"),
                buildings=tuple(
                    Building(ring=tuple(near(place) for place in footprint.exterior.coords[:-1]), height_m=height)
                    for footprint, height in (found.buildings[one] for one in _within(by_building, lon, lat, BUILDINGS_M))
                ),
                streets=tuple(
                    Street(line=tuple(near(place) for place in line.nodes), road_class=line.road_class, one_way=line.one_way)
                    for line in (lines[one] for one in _within(by_street, lon, lat, STREETS_M))
                ),
                passing=demo_plates.passing() if row["code"] == PLATE_CAMERA else (),
            )
        )  # fmt: skip
    return Scenes(scenes=tuple(made), font=str(FONT))


def _number(row: dict[str, Cell], name: str) -> float:
    return float(str(row[name]))


def _to_metres(lon: float, lat: float) -> Callable[[LonLat], EastNorth]:
    """East and north of a place, to the centimetre: what is written is the same on every machine."""
    shrinks = math.cos(math.radians(lat))

    def near(place: LonLat) -> EastNorth:
        return round((place[0] - lon) * M_A_DEGREE * shrinks, 2), round((place[1] - lat) * M_A_DEGREE, 2)

    return near


def _within(tree: shapely.STRtree, lon: float, lat: float, metres: float) -> Iterator[int]:
    yield from sorted(int(one) for one in tree.query(shapely.Point(lon, lat), "dwithin", distance=metres / M_A_DEGREE))
