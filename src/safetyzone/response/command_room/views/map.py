"""What the map shows besides streets, as rows rather than GeoJSON: a thousand poles stay under 100 kB."""

import hashlib
from typing import Any

import orjson
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.ground.zones import queries as zones
from safetyzone.kernel.geometry import Point
from safetyzone.response.command_room.views.edge import station_of, timed
from safetyzone.response.dispatch import queries as dispatch
from safetyzone.response.incidents import queries as incidents
from safetyzone.senses.sos import queries as sos

DECIMALS = 6
"""Of a degree: 11 cm."""


@require_safe
def map_data(request: OfficerRequest) -> HttpResponse:
    """The station's zones, poles, units and open incidents; the same bytes, and so the same ETag, while nothing changes."""
    station = station_of(request)
    body = orjson.dumps(
        {
            "station": station,
            "zones": [_zone(zone) for zone in zones.zones(station)],
            "poles": [[pole.code, *_at(pole.where), pole.state] for pole in sos.poles(station)],
            "units": [_unit(u, u.where) for u in dispatch.unit_board(station, request.now) if u.where is not None],
            "incidents": [
                _incident(i, i.where) for i in incidents.queue(station, for_=request.who) if i.where is not None
            ],
        }
    )
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    same = request.headers.get("If-None-Match") == tag
    answer = HttpResponse(status=304) if same else HttpResponse(body, content_type="application/json")
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    return timed(request, answer)


def _at(where: Point) -> tuple[float, float]:
    return round(where.lon, DECIMALS), round(where.lat, DECIMALS)


def _zone(zone: zones.ZoneView) -> dict[str, Any]:
    return {"code": zone.code, "name_th": zone.name_th, "name_en": zone.name_en, "border": zone.border}


def _unit(unit: dispatch.UnitView, where: Point) -> list[Any]:
    """Call sign, place, state, the radio's word for it, whether the position is old, the incident it is sent to."""
    order = unit.order.incident_id if unit.order else None
    return [unit.call_sign, *_at(where), unit.state, unit.radio_code, unit.stale, order]


def _incident(incident: incidents.IncidentView, where: Point) -> list[Any]:
    """Number, place, priority, kind, status, whether it rings."""
    return [incident.id, *_at(where), incident.priority, incident.kind, incident.status.value, incident.ringing]
