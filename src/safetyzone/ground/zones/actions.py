"""The only writers of provinces, stations and zones."""

from datetime import datetime
from typing import Protocol

from django.db import transaction

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
    new = 0
    for province in published.provinces():
        new += Province.objects.update_or_create(code=province.pop("code"), defaults=province)[1]
    for station in published.stations():
        room = {"command_room_lon": station["lon"], "command_room_lat": station["lat"]}
        new += Station.objects.update_or_create(
            code=station.pop("code"), defaults=station, create_defaults={**station, **room}
        )[1]
    for zone in published.zones():
        drawn = Zone.objects.filter(code=zone["code"], border_is="drawn").exists()
        theirs = {"border", "border_is", "area_km2"} if drawn else set()
        facts = {name: value for name, value in zone.items() if name not in theirs}
        new += Zone.objects.update_or_create(code=facts.pop("code"), defaults=facts)[1]
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
    found.area_km2 = round(rules.area_km2(found.border), 4)
    found.save(update_fields=["border", "border_is", "area_km2"])
    corners = len(found.border["coordinates"][0]) - 1
    record(Act(
        actor=by.name, action="zone.border_drawn", object=f"zone:{zone}", station=found.station_id, at=at, why=why,
        facts={"corners": corners, "area_m2": round(found.area_km2 * 1_000_000)},
    ))  # fmt: skip
