"""The only writers of provinces, stations and zones."""

from datetime import datetime
from typing import Any, Protocol

from django.db import transaction
from django.db.models import Model

from safetyzone.ground.zones import published, rules
from safetyzone.ground.zones.models import Province, Station, Zone
from safetyzone.kernel.refusals import NotFound, NotYours
from safetyzone.trust.audit.actions import Act, record


class Actor(Protocol):
    """Whoever acts. Officers live up the hill; this is all that the ground needs to know of them."""

    @property
    def name(self) -> str: ...

    def has(self, permission: str, station: str) -> bool: ...


@transaction.atomic
def load_ground(*, by: Actor, at: datetime) -> int:
    """Bring the published facts up to date, again and again without harm; returns how many rows were new.

    What a station changed itself stays: a border that it drew, and where its command room is. Anybody may: the facts are public.
    """
    before = _rows()
    _keep(Province, published.provinces(), own=set())
    room_of = {"command_room_lon": "lon", "command_room_lat": "lat"}
    stations = [{**row, **{room: row[house] for room, house in room_of.items()}} for row in published.stations()]
    _keep(Station, stations, own=set(room_of))
    drawn = set(Zone.objects.filter(border_is="drawn").values_list("code", flat=True))
    zones = published.zones()
    _keep(Zone, [row for row in zones if row["code"] not in drawn], own=set())
    _keep(Zone, [row for row in zones if row["code"] in drawn], own={"border", "border_is", "area_km2"})
    new = _rows() - before
    if new:
        record(Act(actor=by.name, action="ground.loaded", object="ground", station="", at=at, facts={"new_rows": new}))
    return new


@transaction.atomic
def draw_border(*, zone: str, border: rules.Border, by: Actor, at: datetime, why: str = "") -> None:
    """The station draws the true border of its zone (GeoJSON Polygon, longitude first).

    Raises:
        NotFound: no such zone.
        NotYours: without the permission ``edit_ground`` at the zone's station.
        WrongBorder: the line cannot be a border; says why.
    """
    found = Zone.objects.select_for_update().filter(code=zone).first()
    if found is None:
        raise NotFound
    if not by.has("edit_ground", found.station_id):
        raise NotYours
    found.border, found.border_is = rules.checked_border(border), "drawn"
    found.area_km2 = round(rules.measured_km2(found.border), 4)
    found.save(update_fields=["border", "border_is", "area_km2"])
    corners = len(found.border["coordinates"][0]) - 1
    record(Act(
        actor=by.name, action="zone.border_drawn", object=f"zone:{zone}", station=found.station_id, at=at, why=why,
        facts={"corners": corners, "area_m2": round(found.area_km2 * 1_000_000)},
    ))  # fmt: skip


def _keep(model: type[Model], rows: list[dict[str, Any]], *, own: set[str]) -> None:
    """Write rows by code; of those already there, all but what is the station's ``own``."""
    changed = [name for name in rows[0] if name != "code" and name not in own] if rows else []
    model._default_manager.bulk_create(
        [model(**row) for row in rows], update_conflicts=True, unique_fields=["code"], update_fields=changed
    )


def _rows() -> int:
    return sum(model._default_manager.count() for model in (Province, Station, Zone))
