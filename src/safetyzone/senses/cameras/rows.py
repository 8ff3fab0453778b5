"""Between rows of the register and entries of lists. For this room's actions and queries only."""

from collections.abc import Collection, Iterable
from typing import Any

from safetyzone.ground.zones import queries as zones
from safetyzone.kernel.geometry import Point
from safetyzone.senses.cameras.models import Camera, CameraOwner
from safetyzone.senses.cameras.register.checking import Known
from safetyzone.senses.cameras.register.entry import COLUMNS, Entry

OF_THE_OWNER = {"owner", "owner_kind"}
COPIED = tuple(name for name in COLUMNS if name not in {*OF_THE_OWNER, "code", "must_see"})
"""Columns that are fields of the same name and the same value."""


def entry_of(camera: Camera) -> Entry:
    """A row as a list would state it."""
    return Entry(
        code=camera.code, owner=camera.owner.name, owner_kind=camera.owner.kind,
        must_see=tuple((float(lon), float(lat)) for lon, lat in camera.must_see),
        **{name: getattr(camera, name) for name in COPIED},
    )  # fmt: skip


def values_of(entry: Entry) -> dict[str, Any]:
    """An entry as fields of a row, without its owner and its code."""
    return {"must_see": [list(point) for point in entry.must_see], **{name: getattr(entry, name) for name in COPIED}}


def known(station: str, *, codes: Collection[str], lock: bool = False) -> tuple[Known, dict[str, Camera]]:
    """What the register says about some codes, and the rows themselves."""
    found = Camera.objects.select_related("owner").filter(code__in=codes)
    if lock:
        found = found.select_for_update(of=("self",)).order_by("code")  # in one order, so that two hands never wait for each other
    cameras = list(found)
    ours = {c.code: c for c in cameras if c.station == station and c.retired_at is None}
    kinds = dict(CameraOwner.objects.filter(station=station).values_list("name", "kind"))
    return (
        Known(
            entries={code: entry_of(camera) for code, camera in ours.items()},
            elsewhere=frozenset(c.code for c in cameras if c.station != station),
            retired=frozenset(c.code for c in cameras if c.station == station and c.retired_at is not None),
            owner_kinds=kinds,
        ),
        ours,
    )


def zones_of(station: str, entries: Iterable[Entry]) -> list[str | None]:
    """The zone of each place; None outside the station's own zones."""
    places = [Point(lon=entry.lon, lat=entry.lat) for entry in entries]
    if not places:
        return []
    ours = {zone.code for zone in zones.zones(station)}
    found = zones.zones_containing(places)
    return [code if code in ours else None for code in found]
