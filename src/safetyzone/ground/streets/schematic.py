"""Our own drawing of the Ratchaprasong zone, for a station that has no extract and for the parts that its extract lacks."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import shapely

from safetyzone.ground.streets.model import LonLat, Segment, Shape, Source

DRAWING = Path(__file__).parent / "data" / "schematic.geojson"
WELL_KNOWN = frozenset({"primary", "secondary", "tertiary", "residential", "trunk", "unclassified"})
SAME_STREET_DEG = 0.00040
"""About 45 m: nearer than this to a street of the extract, a street of ours is that street, drawn less well."""
JOINS_WITHIN_DEG = 0.0015
"""About 160 m: how far a cut end of ours may reach for a node of the extract."""


@lru_cache(maxsize=1)
def streets() -> tuple[Segment, ...]:
    """The drawn streets; they share nodes where they meet."""
    return tuple(
        Segment(
            nodes=tuple((lon, lat) for lon, lat in feature["geometry"]["coordinates"]),
            road_class=feature["properties"]["class"],
            name_th=feature["properties"]["name_th"],
            name_en=feature["properties"]["name_en"],
            source=Source.SCHEMATIC,
        )
        for feature in _features()
        if feature["properties"]["kind"] == "street"
    )


@lru_cache(maxsize=1)
def shapes() -> tuple[Shape, ...]:
    """Parks, blocks, water, railways and the names of junctions."""
    return tuple(
        Shape(
            feature["properties"]["kind"],
            shapely.geometry.shape(feature["geometry"]),
            name_th=feature["properties"]["name_th"],
            name_en=feature["properties"]["name_en"],
        )
        for feature in _features()
        if feature["properties"]["kind"] != "street"
    )


def _features() -> list[dict[str, Any]]:
    return json.loads(DRAWING.read_text())["features"]  # type: ignore[no-any-return]


def covered_by(surveyed: list[Segment], box: shapely.Geometry | None) -> shapely.Geometry:
    """Where the extract knows better: inside its box, and beside its streets that reach out of it."""
    lines = [shapely.LineString(segment.nodes) for segment in surveyed if segment.road_class in WELL_KNOWN]
    beside = shapely.buffer(shapely.union_all(lines), SAME_STREET_DEG) if lines else shapely.Polygon()
    return shapely.union(beside, box) if box is not None else beside


def streets_outside(covered: shapely.Geometry, surveyed: list[Segment]) -> list[Segment]:
    """Our streets where the extract has none, their cut ends tied to its nearest node so that one can drive across."""
    shapely.prepare(covered)
    nodes = [node for segment in surveyed if segment.road_class in WELL_KNOWN for node in segment.nodes]
    tree = shapely.STRtree(shapely.points(nodes)) if nodes else None
    left = []
    for segment in streets():
        rest = shapely.difference(shapely.LineString(segment.nodes), covered)
        for piece in shapely.get_parts(rest):
            if shapely.is_empty(piece):
                continue
            points: list[LonLat] = [(lon, lat) for lon, lat in shapely.get_coordinates(piece).tolist()]
            ours = set(segment.nodes)
            if tree is not None:
                head = [] if points[0] in ours else _nearest(points[0], tree, nodes)
                tail = [] if points[-1] in ours else _nearest(points[-1], tree, nodes)
                points = [*head, *points, *tail]
            left.append(
                Segment(tuple(points), segment.road_class, segment.name_th, segment.name_en, source=Source.SCHEMATIC)
            )
    return left


def _nearest(point: LonLat, tree: shapely.STRtree, nodes: list[LonLat]) -> list[LonLat]:
    """The extract's node that a cut end reaches; none if it is too far."""
    found = tree.query_nearest(shapely.Point(point), max_distance=JOINS_WITHIN_DEG, all_matches=False)
    return [nodes[int(found[0])]] if len(found) else []
