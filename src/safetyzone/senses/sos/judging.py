"""What a batch of presses is, before anything is written: class, place, and the call each belongs to.

Reads the register and the recent presses; decides by ``rules``; writes nothing.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from safetyzone.contracts.press import sign
from safetyzone.ground.zones import queries as zones
from safetyzone.kernel.bulk import Answer, as_json, asked
from safetyzone.kernel.geometry import Point, is_in_thailand
from safetyzone.kernel.ids import new_id
from safetyzone.kernel.settings import settings
from safetyzone.senses.sos import rules
from safetyzone.senses.sos.heard import Heard
from safetyzone.senses.sos.keys import signing_key
from safetyzone.senses.sos.rules import Call, Reason


@dataclass(frozen=True, slots=True)
class Registered:
    """A pole as the register knows it."""

    zone: str
    station: str
    name_th: str
    name_en: str
    where: Point
    generation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A press with all that will be written about it."""

    heard: Heard
    alert: UUID
    reasons: tuple[Reason, ...]
    at: datetime
    station: str
    zone: str
    place_th: str
    place_en: str
    where: Point | None
    same_call_as: UUID | int | None

    @property
    def technical(self) -> bool:
        return bool(self.reasons)


@dataclass(slots=True)
class _Recent:
    """What one device said lately, trusted and technical apart."""

    last: dict[bool, tuple[Call, UUID | int]]
    heard_at: list[datetime]


@dataclass(frozen=True, slots=True)
class Question:
    """What the register and the recent presses say about a batch: asked, and perhaps not answered yet."""

    register: Answer
    recent: Answer


def ask(batch: Sequence[Heard], *, at: datetime) -> Question:
    """Ask what ``judge`` needs to know of these presses."""
    poles = {one.device for one in batch if one.source == "pole"}
    devices = {(one.source, one.device) for one in batch}
    given = asked({"source": source, "device": device} for source, device in devices)
    return Question(
        register=Answer(_REGISTER, [as_json(list(poles))]), recent=Answer(_RECENT, [given, at - _LATELY, rules.FLOOD_FROM + 1])
    )


def judge(batch: Sequence[Heard], known: Question, *, at: datetime) -> list[Judged]:
    """Judge new presses in the order in which they arrived."""
    register, recent = _register(known.register), _recent(known.recent)
    return [_judged(one, register.get(one.device) if one.source == "pole" else None, recent, at) for one in batch]


def _judged(heard: Heard, pole: Registered | None, recent: dict[tuple[str, str], _Recent], at: datetime) -> Judged:
    lately = recent.setdefault((heard.source, heard.device), _Recent({}, []))
    reasons = _reasons(heard, pole, lately, at)
    happened = rules.happened_at(heard.pressed_at, at)
    call, alert = Call(heard.device, bool(reasons), happened), new_id()
    previous = lately.last.get(call.technical)
    same = previous[1] if previous and rules.is_same_call(call, previous[0]) else None
    # A chain of repeats points at the call itself, so that the listener never has to follow it.
    lately.last[call.technical] = (call, same if same is not None else alert)
    lately.heard_at.append(at)
    station, zone, place_th, place_en, where = _place(heard, pole)
    return Judged(
        heard=heard, alert=alert, reasons=reasons, at=happened, station=station, zone=zone, place_th=place_th,
        place_en=place_en, where=where, same_call_as=same,
    )  # fmt: skip


def _reasons(heard: Heard, pole: Registered | None, lately: _Recent, at: datetime) -> tuple[Reason, ...]:
    """Everything that makes the press technical; none makes it ordinary."""
    reasons = list(heard.reasons)
    if heard.source == "pole":
        if pole is None:
            reasons.append(Reason.UNKNOWN_POLE)
        elif heard.said is None or not _signature_holds(heard, pole):
            reasons.append(Reason.BAD_SIGNATURE)
    reasons.extend(rules.clock_reasons(heard.pressed_at, at))
    if rules.is_flood(sum(1 for moment in lately.heard_at if at - moment < rules.FLOOD_WITHIN)):
        reasons.append(Reason.FLOOD)
    return tuple(reasons)


def _signature_holds(heard: Heard, pole: Registered) -> bool:
    said = heard.said
    if said is None:
        return False
    key = signing_key(settings().master_key_cached(), said.pole, pole.generation)
    return hmac.compare_digest(sign(said, key).encode(), said.sig.encode())


def _place(heard: Heard, pole: Registered | None) -> tuple[str, str, str, str, Point | None]:
    """Station, zone, words and point. A pole's place comes from the register, never from its message."""
    if pole is not None:
        return pole.station, pole.zone, pole.name_th, pole.name_en, pole.where
    home = settings().station
    where = heard.where if heard.where and is_in_thailand(heard.where.lon, heard.where.lat) else None
    if heard.source == "pole":
        return home, "", f"เสา {heard.device} (ไม่มีในทะเบียน)", f"Pole {heard.device} (not in the register)", where
    if where is None:
        return home, "", "โทรศัพท์ ไม่ทราบตำแหน่ง", "Phone, place unknown", None
    code = zones.zone_containing(where)
    zone = zones.zone(code) if code else None
    if zone is None:
        return home, "", "โทรศัพท์ นอกเขต", "Phone, outside the zone", where
    return zone.station, zone.code, f"โทรศัพท์ ในเขต{zone.name_th}", f"Phone, in {zone.name_en}", where


_REGISTER = """
    SELECT pole.code, pole.zone_id, zone.station_id, pole.name_th, pole.name_en, pole.lon, pole.lat, pole.generation
    FROM sos_pole AS pole JOIN zones_zone AS zone ON zone.code = pole.zone_id
    WHERE pole.code IN (SELECT json_array_elements_text(%s)) AND pole.retired_at IS NULL
"""


def _register(answer: Answer) -> dict[str, Registered]:
    return {
        row[0]: Registered(row[1], row[2], row[3], row[4] or row[3], Point(row[5], row[6]), row[7]) for row in answer.rows()
    }


_LATELY = rules.STILL_AN_ALARM + timedelta(minutes=2)
_RECENT = """
    SELECT given.source, given.device, press.kind = 'technical', press.pressed_at, press.heard_at, press.incident_id
    FROM json_to_recordset(%s) AS given(source text, device text)
    CROSS JOIN LATERAL (
        SELECT kind, pressed_at, heard_at, incident_id FROM sos_press
        WHERE source = given.source AND device = given.device AND heard_at > %s
        ORDER BY heard_at DESC, id DESC LIMIT %s
    ) AS press
"""


def _recent(answer: Answer) -> dict[tuple[str, str], _Recent]:
    """Each device's latest presses: enough to fold repeats and to see a flood."""
    found: dict[tuple[str, str], _Recent] = {}
    for source, device, technical, pressed_at, heard_at, incident in answer.rows():
        lately = found.setdefault((source, device), _Recent({}, []))
        happened = rules.happened_at(pressed_at, heard_at)
        lately.last.setdefault(technical, (Call(device, technical, happened), incident))
        lately.heard_at.append(heard_at)
    return found


def without_words(heard: Heard) -> Heard:
    """The press alone, when what came with it cannot be stored: the call for help still counts."""
    return replace(heard, words="", where=None, accuracy_m=None, said=None)
