"""The only writers of poles: the register, heartbeats, self-tests, and the count of what could not be understood."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import bcrypt
from django.db import connection, transaction

from safetyzone.contracts.health import COMMAND_MEANT_FOR, PoleHealth, PoleSelfTest
from safetyzone.contracts.topics import DEVICE_CODE, SELF_TEST_NOW, STATUS, subject, told_to
from safetyzone.ground.officers.access import Who, must
from safetyzone.ground.zones import queries as zones
from safetyzone.kernel.geometry import Point, is_in_thailand
from safetyzone.kernel.ids import new_id
from safetyzone.kernel.live import Thing, changed
from safetyzone.kernel.outbox import command_done, post, say_again
from safetyzone.kernel.refusals import NotFound, Refused
from safetyzone.kernel.settings import settings
from safetyzone.senses.alerts.actions import raise_alerts
from safetyzone.senses.alerts.news import Raised
from safetyzone.senses.sos.keys import mqtt_password, signing_key
from safetyzone.senses.sos.models import NotUnderstood, Pole
from safetyzone.trust.audit.actions import Act, record

CHEAP_ROUNDS = 4
"""bcrypt's least: the password is 256 random bits, so slowness adds nothing, and 2,000 poles may return at once after a power cut."""


TESTED_WITHIN = timedelta(hours=25)
"""A day and an hour: one night's test may come a little later than the last one's."""


class BadPole(Refused):
    """The pole's entry cannot stand."""

    code = "bad_pole"


@dataclass(frozen=True, slots=True)
class PoleCredential:
    """What the installer types into the pole; printed once and kept nowhere."""

    code: str
    mqtt_user: str
    mqtt_password: str
    signing_key_hex: str

    def __repr__(self) -> str:
        return f"<PoleCredential {self.code} •••>"


@transaction.atomic
def add_pole(*, code: str, zone: str, name_th: str, name_en: str, point: Point, by: Who, at: datetime) -> PoleCredential:
    """Enter a pole in the register, or give one that is there a new credential, which ends the old one.

    Raises:
        BadPole: the code would not fit into a topic, the place is not in Thailand, or the zone is unknown.
    """
    if not DEVICE_CODE.fullmatch(code):
        raise BadPole(
            "A pole's code has 1 to 32 letters, digits, - or _: {code}", "รหัสเสาใช้ตัวอักษรอังกฤษ ตัวเลข - _ ไม่เกิน 32 ตัว: {code}", code=code
        )
    if not is_in_thailand(point.lon, point.lat):
        raise BadPole(
            "The place {lon}, {lat} is not in Thailand; longitude comes first.",
            "พิกัด {lon}, {lat} ไม่อยู่ในประเทศไทย ให้ใส่ลองจิจูดก่อน", lon=point.lon, lat=point.lat,
        )  # fmt: skip
    where = zones.zone(zone)
    if where is None:
        raise BadPole("There is no zone {zone}.", "ไม่พบเขต {zone}", zone=zone)
    must(by, "manage_devices", station=where.station)
    pole, is_new = Pole.objects.select_for_update().get_or_create(
        code=code, defaults={"zone_id": zone, "lon": point.lon, "lat": point.lat, "added_at": at, "generation": 0}
    )
    pole.zone_id, pole.name_th, pole.name_en, pole.lon, pole.lat = zone, name_th, name_en, point.lon, point.lat
    pole.generation, pole.retired_at = pole.generation + 1, None
    password = mqtt_password(settings().master_key_cached(), code, pole.generation)
    pole.mqtt_password_hash = bcrypt.hashpw(password.encode(), bcrypt.gensalt(CHEAP_ROUNDS)).decode()
    pole.save()
    changed([Thing("pole", code, where.station)])
    action = "pole.added" if is_new else "pole.given_new_credential"
    record(Act(actor=by.name, action=action, object=f"pole:{code}", station=where.station, at=at, facts={"generation": pole.generation}))
    key = signing_key(settings().master_key_cached(), code, pole.generation)
    return PoleCredential(code=code, mqtt_user=code, mqtt_password=password, signing_key_hex=key.hex())


@transaction.atomic
def retire_pole(*, code: str, by: Who, at: datetime, why: str) -> None:
    """Take a pole out of service: its credential ends, its history stays."""
    pole = Pole.objects.select_for_update().select_related("zone").filter(code=code, retired_at__isnull=True).first()
    if pole is None:
        raise NotFound("There is no pole {code} in service.", "ไม่พบเสา {code} ที่ใช้งานอยู่", code=code)
    must(by, "manage_devices", station=pole.zone.station_id)
    pole.retired_at = at
    pole.save(update_fields=["retired_at"])
    changed([Thing("pole", code, pole.zone.station_id)])
    record(Act(actor=by.name, action="pole.retired", object=f"pole:{code}", station=pole.zone.station_id, at=at, why=why))


@transaction.atomic
def request_self_test(*, code: str, by: Who, at: datetime) -> None:
    """Ask a pole to test itself now; the answer comes as its next self-test."""
    pole = Pole.objects.select_related("zone").filter(code=code, retired_at__isnull=True).first()
    if pole is None:
        raise NotFound("There is no pole {code} in service.", "ไม่พบเสา {code} ที่ใช้งานอยู่", code=code)
    must(by, "manage_devices", station=pole.zone.station_id)
    post(subject=subject(told_to(code, SELF_TEST_NOW)), body={"v": 1}, at=at, expires_at=at + COMMAND_MEANT_FOR)
    record(Act(actor=by.name, action="pole.self_test_asked", object=f"pole:{code}", station=pole.zone.station_id, at=at))


@transaction.atomic
def ask_for_nightly_tests(*, by: Who, at: datetime) -> int:
    """Ask every pole that we hear to test itself; raise an alert for each that was asked last night and never answered."""
    heard = Pole.objects.select_related("zone").filter(retired_at__isnull=True, lost_at__isnull=True, last_heard_at__isnull=False)
    silent = []
    for pole in heard:
        post(subject=subject(told_to(pole.code, SELF_TEST_NOW)), body={"v": 1}, at=at, expires_at=at + COMMAND_MEANT_FOR)
        known_since = max(pole.added_at, pole.tested_at or pole.added_at)
        if at - known_since > TESTED_WITHIN:
            silent.append(pole_alert(pole, "pole_fault", at, {"parts": ["self_test_missing"]}))
    raise_alerts(silent, by=by, at=at)
    return len(heard)


@transaction.atomic
def heartbeats(batch: Sequence[PoleHealth], *, by: Who, at: datetime) -> int:
    """Keep how poles are; the latest heartbeat of each counts. Tamper and a stuck button raise an alert when they begin.

    A pole that is heard can hear: what it may have missed while it was away is said again.

    Returns how many poles of the register were heard.
    """
    latest = {health.pole: health for health in batch}
    poles = {p.code: p for p in Pole.objects.select_for_update().select_related("zone").filter(code__in=latest, retired_at=None)}
    alerts, news = [], []
    for code, pole in poles.items():
        health = latest[code]
        if health.tamper and not pole.tamper:
            alerts.append(pole_alert(pole, "pole_tamper", at, {}))
        if health.button_stuck and not pole.button_stuck:
            alerts.append(pole_alert(pole, "pole_fault", at, {"part": "button_stuck"}))
        if pole.lost_at is not None or (pole.tamper, pole.button_stuck) != (health.tamper, health.button_stuck):
            news.append(Thing("pole", code, pole.zone.station_id))
        pole.last_heard_at, pole.lost_at = at, None
        pole.battery_percent, pole.mains = health.battery_percent, health.mains
        pole.tamper, pole.button_stuck = health.tamper, health.button_stuck
    fields = ["last_heard_at", "lost_at", "battery_percent", "mains", "tamper", "button_stuck"]
    Pole.objects.bulk_update(poles.values(), fields)
    raise_alerts(alerts, by=by, at=at)
    changed(news)
    say_again([subject(told_to(code, what)) for code in poles for what in (STATUS, SELF_TEST_NOW)], at=at)
    return len(poles)


@transaction.atomic
def self_tests(batch: Sequence[PoleSelfTest], *, by: Who, at: datetime) -> int:
    """Keep what self-tests found; a failed part raises an alert, so that somebody mends it before it is needed."""
    latest = {test.pole: test for test in batch}
    poles = {p.code: p for p in Pole.objects.select_for_update().select_related("zone").filter(code__in=latest, retired_at=None)}
    alerts = []
    for code, pole in poles.items():
        found = latest[code].model_dump(exclude={"v", "pole", "at"})
        failures = sorted(part for part, verdict in found.items() if verdict == "failed")
        if failures and failures != pole.test_failures:
            alerts.append(pole_alert(pole, "pole_fault", at, {"parts": failures}))
        pole.tested_at, pole.test_failures = at, failures
    Pole.objects.bulk_update(poles.values(), ["tested_at", "test_failures"])
    command_done([subject(told_to(code, SELF_TEST_NOW)) for code in poles], at=at)
    raise_alerts(alerts, by=by, at=at)
    changed(Thing("pole", code, pole.zone.station_id) for code, pole in poles.items())
    return len(poles)


def pole_alert(pole: Pole, kind: str, at: datetime, facts: dict[str, object]) -> Raised:
    """An alert about the pole itself, at the pole's own place."""
    return Raised(
        id=new_id(), kind=kind, station=pole.zone.station_id, zone=pole.zone_id, device=pole.code, place_th=pole.name_th,
        place_en=pole.name_en or pole.name_th, where=Point(pole.lon, pole.lat), at=at, heard_at=at, facts=facts,
    )  # fmt: skip


@transaction.atomic
def count_not_understood(refusals: Sequence[tuple[str, str, str]], *, by: Who, at: datetime) -> None:
    """Count malformed messages by device, field and reason; what they said is not kept."""
    with connection.cursor() as cursor:
        for device, field, reason in refusals:
            cursor.execute(
                f"INSERT INTO {NotUnderstood._meta.db_table} (device, field, reason_en, count, first_at, last_at)"  # noqa: S608 - our own table's name
                " VALUES (%s, %s, %s, 1, %s, %s)"
                " ON CONFLICT (device, field, reason_en) DO UPDATE SET count = sos_notunderstood.count + 1, last_at = %s",
                [device[:64], field[:64], reason[:200], at, at, at],
            )


