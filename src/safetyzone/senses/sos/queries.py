"""Reading poles and presses."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from safetyzone.kernel.geometry import Point
from safetyzone.senses.sos.models import NotUnderstood, Pole, Press

BANGKOK = ZoneInfo("Asia/Bangkok")


@dataclass(frozen=True, slots=True)
class PoleView:
    """A pole as the room sees it. ``state``: ok, lost, tamper, fault, or waiting (never heard yet)."""

    code: str
    zone: str
    name_th: str
    name_en: str
    where: Point
    state: str
    battery_percent: int | None
    mains: bool | None
    last_heard_at: datetime | None
    lost_at: datetime | None
    tested_at: datetime | None
    test_failures: list[str]


def poles(station: str) -> list[PoleView]:
    """Every pole of the station in service."""
    found = Pole.objects.filter(zone__station_id=station, retired_at__isnull=True).order_by("code")
    return [
        PoleView(
            p.code, p.zone_id, p.name_th, p.name_en or p.name_th, Point(p.lon, p.lat), _state(p), p.battery_percent, p.mains,
            p.last_heard_at, p.lost_at, p.tested_at, p.test_failures,
        )
        for p in found
    ]  # fmt: skip


def pole_station(code: str) -> str | None:
    """The station that a pole in service belongs to."""
    return Pole.objects.filter(code=code, retired_at__isnull=True).values_list("zone__station_id", flat=True).first()


def _state(pole: Pole) -> str:
    if pole.last_heard_at is None:
        return "waiting"
    if pole.lost_at is not None:
        return "lost"
    if pole.tamper:
        return "tamper"
    return "fault" if pole.button_stuck or pole.test_failures else "ok"


def mqtt_credentials() -> list[tuple[str, str]]:
    """(code, bcrypt hash) of every pole in service, for the bus's configuration."""
    return list(
        Pole.objects.filter(retired_at__isnull=True).order_by("code").values_list("code", "mqtt_password_hash")
    )


@dataclass(frozen=True, slots=True)
class PressView:
    """What the citizen who pressed may know of his own press."""

    incident: int
    heard_at: datetime
    technical: bool


def press_state(press_id: UUID) -> PressView | None:
    """By the press id, which only the device that made it knows."""
    press = Press.objects.filter(press_id=press_id).order_by("heard_at").first()
    return PressView(press.incident_id, press.heard_at, press.kind == Press.Kind.TECHNICAL) if press else None


@dataclass(frozen=True, slots=True)
class PressDetail:
    """A press as the room sees it beside its incident; ``words`` are a citizen's: shown, never logged."""

    source: str
    device: str
    pressed_at: datetime
    heard_at: datetime
    hold_ms: int
    kind: str
    reasons: list[str]
    same_call: bool
    resent: int
    words: str = field(repr=False)


def presses_of(incident: int, most: int = 50) -> list[PressDetail]:
    """The presses that opened or joined an incident, latest first."""
    found = Press.objects.filter(incident_id=incident).order_by("-heard_at", "-id")[:most]
    return [
        PressDetail(
            p.source, p.device if p.source == "pole" else "", p.pressed_at, p.heard_at, p.hold_ms, p.kind, p.reasons,
            p.same_call, p.resent, p.words,
        )
        for p in found
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class FalseShare:
    """How often the calls of one pole were judged false; a figure about a pole, never a reason to hide its next press."""

    pole: str
    calls: int
    judged_false: int
    by_hour: tuple[int, ...]
    """False calls by hour of the day in Bangkok, 24 of them: the school-hour pattern is in here."""


def false_shares(station: str, *, since: datetime, false_incidents: set[int]) -> list[FalseShare]:
    """False share per pole since a moment; which incidents were judged false is known to the rooms above, who ask."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT press.device, press.incident_id, min(press.heard_at)
            FROM sos_press AS press
            JOIN sos_pole AS pole ON pole.code = press.device JOIN zones_zone AS zone ON zone.code = pole.zone_id
            WHERE press.source = 'pole' AND zone.station_id = %s AND press.heard_at >= %s
            GROUP BY 1, 2
            """,
            [station, since],
        )
        calls: dict[str, list[tuple[int, datetime]]] = {}
        for pole, incident, at in cursor:
            calls.setdefault(pole, []).append((incident, at))
    return [_false_share(pole, of_pole, false_incidents) for pole, of_pole in sorted(calls.items())]


def _false_share(pole: str, calls: list[tuple[int, datetime]], false_incidents: set[int]) -> FalseShare:
    hours = [0] * 24
    for incident, at in calls:
        if incident in false_incidents:
            hours[at.astimezone(BANGKOK).hour] += 1
    return FalseShare(pole, len(calls), sum(hours), tuple(hours))


@dataclass(frozen=True, slots=True)
class Misheard:
    """Messages that could not be understood, by device and reason."""

    device: str
    field: str
    reason: str
    count: int
    last_at: datetime


def not_understood(*, at: datetime, within: timedelta = timedelta(days=7)) -> list[Misheard]:
    """What devices said lately that made no sense, most first."""
    found = NotUnderstood.objects.filter(last_at__gte=at - within).order_by("-count")[:100]
    return [Misheard(n.device, n.field, n.reason_en, n.count, n.last_at) for n in found]
