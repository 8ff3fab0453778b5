"""A station with people, poles and patrols for the browser tests, filled by the real actions and by nothing else."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.contrib.auth import get_user_model

from safetyzone.contracts.health import PoleHealth, PoleSelfTest
from safetyzone.contracts.press import PhonePress, PolePress, Position, sign
from safetyzone.ground.officers import actions as officer_actions
from safetyzone.ground.officers import queries as officers
from safetyzone.ground.officers.access import COMMAND_LINE, SYSTEM, Who
from safetyzone.ground.zones.actions import load_ground
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.settings import settings
from safetyzone.response.command_room import actions as room
from safetyzone.response.dispatch import actions as dispatch
from safetyzone.response.incidents import actions as incidents
from safetyzone.response.incidents import deadlines
from safetyzone.response.incidents.lifecycle import Status
from safetyzone.senses.sos import pole_actions
from safetyzone.senses.sos.actions import hear
from safetyzone.senses.sos.heard import Heard, from_phone, from_pole
from safetyzone.senses.sos.keys import signing_key

STATION, ZONE = "lumphini", "ratchaprasong"
CENTRE = Point(lon=100.5405, lat=13.7445)
PASSWORD = "a-long-night-in-november"
POLES = (
    ("LPN-P007", "เสา 7 หน้าห้างเซ็นทรัลเวิลด์", "Pole 7, CentralWorld", -120, 260),
    ("LPN-P012", "เสา 12 ป้ายรถเมล์สี่แยกราชประสงค์", "Pole 12, Ratchaprasong bus stop", 20, 30),
    ("LPN-P017", "เสา 17 หน้าน้ำพุลานเอนกประสงค์", "Pole 17, fountain square", 60, 75),
    ("LPN-P021", "เสา 21 ท่าเรือประตูน้ำ", "Pole 21, Pratunam pier", -60, 560),
    ("LPN-P024", "เสา 24 ปากซอยมหาดเล็กหลวง", "Pole 24, Mahatlek soi", 40, -380),
)
UNITS = (
    ("LPN-1", "motorcycle", 250, 120),
    ("LPN-2", "motorcycle", -500, 80),
    ("LPN-3", "car", 900, -300),
    ("LPN-4", "foot", 60, -150),
    ("LPN-5", "motorcycle", -800, -600),
)


@dataclass
class Town:
    """What the scenes are made of. ``at`` is the moment of the last thing that was done."""

    at: datetime
    people: dict[str, Who] = field(default_factory=dict)
    keys: dict[str, bytes] = field(default_factory=dict)

    def officer(self, name: str, duty: str, station: str = STATION) -> Who:
        number = officer_actions.add_officer(username=name, password=PASSWORD, station=station, by=_MANAGER, at=self.at)
        officer_actions.post(officer_id=number, duty=duty, station=station, by=_MANAGER, at=self.at)
        self.people[name] = self.who(name)
        return self.people[name]

    def who(self, name: str) -> Who:
        return officers.who(get_user_model().objects.get(username=name), at=self.at)

    def press(self, code: str, *, at: datetime, hold_ms: int = 2100, forged: bool = False) -> int:
        said = PolePress(pole=code, press_id=uuid4(), pressed_at=at - timedelta(seconds=1), seq=1, hold_ms=hold_ms, sig="")
        key = b"wrong" if forged else self.keys[code]
        signed = said.model_copy(update={"sig": sign(said, key)})
        return self.hear(from_pole(signed, topic_pole=code), at=at)

    def phone(self, *, east_m: float, north_m: float, at: datetime, words: str = "") -> int:
        place = CENTRE.moved(east_m=east_m, north_m=north_m)
        position = Position(lon=place.lon, lat=place.lat, accuracy_m=18)
        said = PhonePress(press_id=uuid4(), phone=uuid4(), pressed_at=at, hold_ms=2000, position=position, words=words)
        return self.hear(from_phone(said), at=at)

    def hear(self, heard: Heard, *, at: datetime) -> int:
        return hear([heard], by=SYSTEM, at=at)[0].incident

    def settle(self, at: datetime) -> None:
        """What the deadline loop would have done by then."""
        while deadlines.due(at):
            pass


_MANAGER = Who(name="setup", grants=frozenset((s, p) for s in (STATION, "huai-khwang") for p in ("manage_officers", "see_room")))


def found(at: datetime | None = None) -> Town:
    """A quiet station: people posted, poles healthy, patrols free."""
    town = Town(at=(at or datetime.now(UTC)) - timedelta(hours=5))
    load_ground(by=COMMAND_LINE, at=town.at)
    officer_actions.load_duties(by=COMMAND_LINE, at=town.at)
    town.officer("malee", "operator")
    town.officer("somchai", "commander")
    town.officer("wichai", "operator")
    now = at or datetime.now(UTC)
    for code, th, en, east, north in POLES:
        given = pole_actions.add_pole(
            code=code, zone=ZONE, name_th=th, name_en=en, point=CENTRE.moved(east_m=east, north_m=north), by=COMMAND_LINE, at=town.at
        )
        town.keys[code] = bytes.fromhex(given.signing_key_hex)
    beats = [PoleHealth(pole=code, at=now, battery_percent=90 - n * 7) for n, (code, *_) in enumerate(POLES)]
    pole_actions.heartbeats(beats, by=SYSTEM, at=now)
    tests = [PoleSelfTest(pole=c, at=now, button="ok", lamp="ok", battery="ok") for c, *_ in POLES]
    pole_actions.self_tests(tests, by=SYSTEM, at=now - timedelta(hours=3))
    for call_sign, kind, east, north in UNITS:
        rider = town.officer(f"rider-{call_sign.lower()}", "patrol")
        dispatch.add_unit(
            call_sign=call_sign, station=STATION, kind=kind, crew=[rider.officer_id or 0], by=_MANAGER, at=town.at
        )
        dispatch.set_duty(call_sign=call_sign, duty="free", by=rider, at=town.at)
        place = CENTRE.moved(east_m=east, north_m=north)
        dispatch.report_position(call_sign=call_sign, point=place, by=rider, at=now - timedelta(seconds=4))
    return town


def before(now: datetime) -> Callable[..., datetime]:
    """``ago(minutes=5)`` before now."""
    return lambda **span: now - timedelta(**span)


def again(at: datetime) -> Town:
    """The station that ``found`` laid, as another program finds it: patrols have just reported, keys come from the master key."""
    town = Town(at=at)
    for code, *_ in POLES:
        town.keys[code] = signing_key(settings().master_key_cached(), code, 1)
    for call_sign, _, east, north in UNITS:
        place = CENTRE.moved(east_m=east, north_m=north)
        rider = town.who(f"rider-{call_sign.lower()}")
        dispatch.report_position(call_sign=call_sign, point=place, by=rider, at=at - timedelta(seconds=4))
    return town


def quiet(town: Town, now: datetime) -> dict[str, int]:
    """Nothing happens: somebody is in command, and the patrols have just reported."""
    room.begin_shift(station=STATION, by=town.who("somchai"), at=now - timedelta(hours=2))
    return {}


def one_press(town: Town, now: datetime) -> dict[str, int]:
    """Somebody presses pole 17, now."""
    return {"ringing": town.press("LPN-P017", at=now)}


def elsewhere(town: Town, now: datetime) -> dict[str, int]:
    """Somebody asks for help by telephone, far from any pole, now."""
    return {"ringing": town.phone(east_m=-700, north_m=-500, at=now)}


def two_near(town: Town, now: datetime) -> dict[str, int]:
    """A pole and a phone, sixty metres apart, ten seconds apart."""
    return {"older": town.press("LPN-P017", at=now - timedelta(seconds=10)), "newer": town.phone(east_m=45, north_m=50, at=now)}


def normal_night(town: Town, now: datetime) -> dict[str, int]:
    """One call being dealt with, one that rings, one judged false an hour ago, one device fault."""
    malee, somchai = town.who("malee"), town.who("somchai")
    ago = before(now)
    room.begin_shift(station=STATION, by=somchai, at=ago(hours=4))
    joke = town.press("LPN-P021", at=ago(hours=1))
    room.answer_call(incident_id=joke, by=malee, at=ago(hours=1) + timedelta(seconds=9))
    incidents.judge(incident_id=joke, as_=Status.FALSE_PRESS, why="เด็กกดเล่น", by=malee, at=ago(minutes=58))
    incidents.close(incident_id=joke, by=malee, at=ago(minutes=57))
    going = town.press("LPN-P007", at=ago(minutes=6))
    town.press("LPN-P007", at=ago(minutes=5, seconds=50))
    room.answer_call(incident_id=going, by=malee, at=ago(minutes=5, seconds=48))
    incidents.do_step(incident_id=going, code="look_and_listen", by=malee, at=ago(minutes=5, seconds=30))
    order = dispatch.offer(incident_id=going, call_sign="LPN-1", by=malee, at=ago(minutes=5, seconds=20))
    dispatch.acknowledge(dispatch_id=order.pk, by=malee, at=ago(minutes=5, seconds=5))
    dispatch.set_out(dispatch_id=order.pk, by=malee, at=ago(minutes=4, seconds=40))
    incidents.note(incident_id=going, words="ผู้แจ้งเป็นหญิง ยืนรอหน้าประตูทางเข้า", by=malee, at=ago(minutes=4))
    broken = PoleSelfTest(pole="LPN-P024", at=now, button="ok", lamp="failed", battery="ok")
    pole_actions.self_tests([broken], by=SYSTEM, at=ago(minutes=40))
    room.write_note(station=STATION, words="ฝนตกหนักตั้งแต่ 20:30 น. ลานน้ำพุปิดไฟบางส่วน", by=somchai, at=ago(minutes=30))
    ringing = town.press("LPN-P017", at=ago(seconds=12), hold_ms=3400)
    town.settle(now)
    return {"going": going, "ringing": ringing, "joke": joke}


def taken_by_wichai(town: Town, now: datetime) -> dict[str, int]:
    """A call that another operator has just answered."""
    call = town.press("LPN-P017", at=now - timedelta(seconds=5))
    room.answer_call(incident_id=call, by=town.who("wichai"), at=now)
    return {"taken": call}


def storm(town: Town, now: datetime) -> dict[str, int]:
    """Everything at once: an angry night on top of the normal one."""
    scene = normal_night(town, now)
    ago = before(now)
    for _ in range(11):
        town.press("LPN-P012", at=ago(seconds=70))
    scene["crowd"] = town.press("LPN-P012", at=ago(seconds=69))
    scene["forged"] = town.press("LPN-P021", at=ago(seconds=50), forged=True)
    scene["near"] = town.phone(east_m=45, north_m=50, at=ago(seconds=40), words="มีคนทะเลาะกันตรงน้ำพุ มีคนถือมีด")
    for n in range(14):
        town.phone(east_m=-400 + n * 130, north_m=300 - n * 70, at=ago(minutes=3, seconds=-n * 9))
    wichai = town.who("wichai")
    taken = town.phone(east_m=-700, north_m=-500, at=ago(seconds=15))
    room.answer_call(incident_id=taken, by=wichai, at=ago(seconds=8))
    for n, (place, priority) in enumerate((("รถเฉี่ยวชนแยกชิดลม", 2), ("เสียงดังซอยต้นสน", 4), ("คนหายแจ้งทางโทรศัพท์", 3))):
        english, moment = f"Telephone report {n + 1}", ago(minutes=20 - n)
        incidents.report(station=STATION, priority=priority, place_th=place, place_en=english, by=wichai, at=moment)
    town.settle(now)
    return scene


SCENES = {
    "quiet": quiet, "one_press": one_press, "elsewhere": elsewhere, "two_near": two_near, "taken": taken_by_wichai,
    "night": normal_night, "storm": storm,
}  # fmt: skip
