"""The ground of the demo: public places of the Ratchaprasong zone with pretend poles, and pretend people with pretend names."""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.contrib.auth import get_user_model
from django.test import override_settings

from safetyzone.ground.officers import queries as officers
from safetyzone.ground.officers.access import COMMAND_LINE, Who
from safetyzone.ground.officers.actions import add_officer, post
from safetyzone.ground.streets.model import Segment
from safetyzone.ground.streets.network import extracts_of, load
from safetyzone.ground.streets.obstacles import obstacles
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.refusals import OutOfOrder
from safetyzone.kernel.settings import Settings
from safetyzone.programs import demo_plates
from safetyzone.programs.demo_cameras import add_cameras, made_register
from safetyzone.programs.demo_lists import list_a_stolen_plate
from safetyzone.programs.demo_places import COMMANDER, FIRST_POLE, KINDS, OPERATOR, PLACES, PLATE_CAMERA, STATION, ZONE
from safetyzone.programs.demo_scenes import scenes
from safetyzone.programs.web.demo_login import link
from safetyzone.response.command_room.actions import begin_shift
from safetyzone.response.dispatch.actions import add_unit
from safetyzone.senses.sos.actions import add_pole
from safetyzone.simulation.plan import PersonKey, Plan, PoleKey

NEAR_THE_FIRST_M = 110.0
"""Where the first patrol stands: its first job should be done while a newcomer still watches."""
NOBODY_RIDES = {"footway", "steps", "pedestrian", "path", "cycleway", "corridor", "elevator"}


@dataclass(frozen=True)
class Prepared:
    """The plan for the simulation, the path of the link that signs the person in, and what the pretend cameras show."""

    plan: Plan
    link: str
    scenes: Path
    no_plates: str
    """Why no vehicles with plates pass, in both languages; empty: they do, and one of them is on a list."""


def prepare_zone(of: Settings, *, at: datetime) -> Prepared:
    """Poles, officers, units, a shift and cameras, through the same actions that a station uses; safe to repeat on a kept folder."""
    folder = of.state / "demo"
    folder.mkdir(mode=0o700, exist_ok=True)
    poles = []
    for number, (name_th, name_en, lon, lat) in enumerate(PLACES, start=1):
        code = f"LPN-P{number:03}"
        given = add_pole(
            code=code, zone=ZONE, name_th=f"เสา {number} {name_th}", name_en=f"Pole {number}, {name_en}",
            point=Point(lon=lon, lat=lat), by=COMMAND_LINE, at=at,
        )  # fmt: skip
        poles.append(PoleKey(code=code, lon=lon, lat=lat, mqtt_password=given.mqtt_password, signing_key_hex=given.signing_key_hex))
    commander = _officer(COMMANDER, "commander", "พ.ต.ท. (สมมุติ)", at)
    _officer(OPERATOR, "operator", "ร.ต.อ. (สมมุติ)", at)
    _command(commander, at)
    extracts = extracts_of(of.state, of.osm_extract)
    segments = load(extracts).segments
    no_plates = demo_plates.why_not()
    register = made_register(segments, port=of.pretend_cameras_port, plates=not no_plates)
    add_cameras(register, at=at)
    if not no_plates:
        list_a_stolen_plate(demo_plates.STOLEN, [PLATE_CAMERA], station=STATION, at=at)
    shown = folder / "scenes.json"
    shown.write_text(scenes(register, segments, obstacles(extracts), at=at).model_dump_json(), encoding="utf-8")
    plan = Plan(
        web_url=of.public_url,
        sos_url=of.sos_url,
        mqtt_host=of.mqtt_host,
        mqtt_port=of.mqtt_port,
        poles=tuple(poles),
        patrols=tuple(_patrol(number, kind, at) for number, kind in enumerate(KINDS, start=1)),
        operator=PersonKey(name=OPERATOR, link=link(OPERATOR, at=at, to="/room/_queue")),
        streets=_streets(segments, folder),
        alive=folder / "alive",
        first_pole=FIRST_POLE,
    )
    return Prepared(plan, link(COMMANDER, at=at, to="/room/"), shown, no_plates)


def write(plan: Plan, file: Path) -> None:
    """The plan holds keys: for its owner alone. Sessions and signs of life of an earlier evening go."""
    for old in (*file.parent.glob("*.session"), file.parent / "alive", file):
        old.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text(plan.model_dump_json(), encoding="utf-8")


def _officer(name: str, duty: str, rank: str, at: datetime) -> Who:
    """A pretend officer with a password that nobody knows: the demo enters by links.

    A quick hash is right for 256 random bits, and saves four seconds of the person's first minute.
    """
    found = get_user_model().objects.filter(username=name).first()
    if found is None:
        with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
            number = add_officer(username=name, password=secrets.token_urlsafe(32), station=STATION, rank_th=rank, by=COMMAND_LINE, at=at)
        post(officer_id=number, duty=duty, station=STATION, by=COMMAND_LINE, at=at)
        found = get_user_model().objects.get(pk=number)
    return officers.who(found, at=at)


def _patrol(number: int, kind: str, at: datetime) -> PersonKey:
    name, call_sign = f"demo-patrol-{number:02}", f"LPN-{number}"
    who = _officer(name, "patrol", "ส.ต.อ. (สมมุติ)", at)
    crew = [who.officer_id] if who.officer_id is not None else []
    add_unit(call_sign=call_sign, station=STATION, kind=kind, crew=crew, by=COMMAND_LINE, at=at)
    _, _, lon, lat = PLACES[(number * 5 - 1) % len(PLACES)]
    starts = Point(lon=lon, lat=lat)
    if number == 1:
        first = next(place for count, place in enumerate(PLACES, start=1) if f"LPN-P{count:03}" == FIRST_POLE)
        starts = Point(lon=first[2], lat=first[3]).moved(north_m=NEAR_THE_FIRST_M)
    return PersonKey(name=name, link=link(name, at=at, to="/patrol/job.json"), call_sign=call_sign, starts=(starts.lon, starts.lat))


def _command(commander: Who, at: datetime) -> None:
    """Somebody is in command tonight, unless a kept evening goes on."""
    try:
        begin_shift(station=STATION, by=commander, at=at)
    except OutOfOrder:
        return


def _streets(segments: Iterable[Segment], folder: Path) -> Path:
    """The streets as plain GeoJSON, so that the pretend patrols need nothing of ours to find their way."""
    file = folder / "streets.geojson"
    features = [
        {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": segment.nodes}}
        for segment in segments
        if segment.road_class not in NOBODY_RIDES
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return file
