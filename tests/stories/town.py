"""A pretend town on the real database, with a clock moved by hand. It acts through the rooms' actions and reads the room's own screens."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from django.contrib.auth import get_user_model
from django.test import Client

from safetyzone.contracts.health import PoleHealth
from safetyzone.contracts.press import PhonePress, PolePress, Position, PressAnswer, sign
from safetyzone.ground.officers.access import COMMAND_LINE, SYSTEM, Who
from safetyzone.ground.officers.actions import add_officer, load_duties, post
from safetyzone.ground.officers.queries import who
from safetyzone.ground.zones.actions import load_ground
from safetyzone.kernel.clock import HandClock
from safetyzone.kernel.geometry import Point
from safetyzone.response.dispatch import actions as dispatch
from safetyzone.response.dispatch import deadlines as dispatch_deadlines
from safetyzone.response.dispatch import queries as dispatch_queries
from safetyzone.response.dispatch.queries import OrderView
from safetyzone.response.incidents import actions as incidents
from safetyzone.response.incidents import deadlines
from safetyzone.response.incidents import queries as incident_queries
from safetyzone.response.incidents.queries import IncidentView
from safetyzone.senses.sos import pole_actions, supervision
from safetyzone.senses.sos.actions import hear
from safetyzone.senses.sos.heard import from_phone, from_pole
from safetyzone.trust.audit.queries import acts_on

STATION, ZONE = "lumphini", "ratchaprasong"
JUNCTION = Point(lon=100.5402, lat=13.7446)
NINE_IN_THE_EVENING = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
PLACES = {
    "pole 7": JUNCTION,
    "pole 8": JUNCTION.moved(east_m=60),
    "pole 9": JUNCTION.moved(north_m=600),
    "near pole 7": JUNCTION.moved(north_m=70),
    "the park gate": JUNCTION.moved(north_m=-400),
    "the far end": JUNCTION.moved(east_m=900),
}


@dataclass
class Patrol:
    """A patrol with its phone."""

    town: "Town"
    call_sign: str
    me: Who

    def was_asked_to_go_to(self, place: str) -> bool:
        """Its phone shows a job at that place now."""
        job = dispatch_queries.job_of(self.me, self.town.clock.now())
        return job is not None and self.town.code(place) == job.incident.device

    def has_nothing_to_do(self) -> bool:
        return dispatch_queries.job_of(self.me, self.town.clock.now()) is None

    def reports(self, place: str) -> None:
        """Its phone tells where it is."""
        dispatch.report_position(call_sign=self.call_sign, point=PLACES[place], by=self.me, at=self.town.clock.now())

    def acknowledges(self) -> None:
        dispatch.acknowledge(dispatch_id=self._order(), by=self.me, at=self.town.clock.now())

    def sets_out(self) -> None:
        dispatch.set_out(dispatch_id=self._order(), by=self.me, at=self.town.clock.now())

    def arrives(self) -> None:
        dispatch.arrive(dispatch_id=self._order(), by=self.me, at=self.town.clock.now())

    def finishes(self) -> None:
        dispatch.finish(dispatch_id=self._order(), words="ปลอดภัยแล้ว", by=self.me, at=self.town.clock.now())

    def _order(self) -> UUID:
        job = dispatch_queries.job_of(self.me, self.town.clock.now())
        assert job is not None, f"{self.call_sign} has no job"
        return job.order.id


@dataclass
class Board:
    """The command room's own screen, fetched as a console fetches it."""

    town: "Town"
    client: Client

    def _html(self, path: str) -> str:
        reply = self.client.get(path)
        assert reply.status_code == 200, f"{path}: {reply.status_code}"
        return reply.content.decode()

    def queue(self) -> str:
        return _text(self._html("/room/_queue"))

    def incident(self, number: int) -> str:
        return _text(self._html(f"/room/_incident/{number}"))

    def rows(self) -> list[int]:
        """The incidents in the queue, from the top."""
        return [int(n) for n in re.findall(r'data-key="row-(\d+)"', self._html("/room/_queue"))]



def _text(html: str) -> str:
    """What a reader sees."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@dataclass
class Town:
    """Poles, patrols, an operator and a clock."""

    clock: HandClock
    keys: dict[str, bytes] = field(default_factory=dict)
    seq: int = 0

    def __post_init__(self) -> None:
        at = self.clock.now()
        load_ground(by=COMMAND_LINE, at=at)
        load_duties(by=COMMAND_LINE, at=at)
        self.malee = self.officer("malee", "operator")
        for name, where in PLACES.items():
            if name.startswith("pole"):
                given = pole_actions.add_pole(
                    code=self.code(name), zone=ZONE, name_th=f"เสา {name[5:]}", name_en=name, point=where, by=COMMAND_LINE, at=at
                )
                self.keys[name] = bytes.fromhex(given.signing_key_hex)
        client = Client()
        client.force_login(get_user_model().objects.get(username="malee"))
        self.board = Board(self, client)

    @staticmethod
    def code(place: str) -> str:
        return f"LPN-P00{place[5:]}"

    def officer(self, name: str, duty: str) -> Who:
        at = self.clock.now()
        number = add_officer(username=name, password="a-long-night-in-november", station=STATION, by=COMMAND_LINE, at=at)
        post(officer_id=number, duty=duty, station=STATION, by=COMMAND_LINE, at=at)
        return who(get_user_model().objects.get(pk=number), at=at)

    def patrol(self, call_sign: str, *, near: str) -> Patrol:
        """A patrol on duty, whose phone has just told where it is."""
        at = self.clock.now()
        me = self.officer(call_sign.lower(), "patrol")
        dispatch.add_unit(call_sign=call_sign, station=STATION, crew=[me.officer_id or 0], by=COMMAND_LINE, at=at)
        dispatch.set_duty(call_sign=call_sign, duty="free", by=me, at=at)
        patrol = Patrol(self, call_sign, me)
        patrol.reports(near)
        return patrol

    # ------------------------------------------------------------------ what happens in the street

    def press(self, place: str, *, press_id: UUID | None = None, hold_ms: int = 1800, forged: bool = False) -> PressAnswer:
        """Somebody presses a pole."""
        self.seq += 1
        said = PolePress(
            pole=self.code(place), press_id=press_id or uuid4(), pressed_at=self.clock.now(), seq=self.seq, hold_ms=hold_ms, sig=""
        )
        key = b"not the pole's key" if forged else self.keys[place]
        signed = said.model_copy(update={"sig": sign(said, key)})
        return hear([from_pole(signed, topic_pole=said.pole)], by=SYSTEM, at=self.clock.now())[0]

    def press_by_phone(self, where: Point | None = None, *, words: str = "") -> PressAnswer:
        """Somebody holds the round button of the SOS page."""
        position = Position(lon=where.lon, lat=where.lat, accuracy_m=15) if where else None
        said = PhonePress(
            press_id=uuid4(), phone=uuid4(), pressed_at=self.clock.now(), hold_ms=2000, position=position, words=words
        )
        return hear([from_phone(said)], by=SYSTEM, at=self.clock.now())[0]

    def heartbeat(self, *places: str) -> None:
        at = self.clock.now()
        pole_actions.heartbeats(
            [PoleHealth(pole=self.code(place), at=at, battery_percent=90) for place in places], by=SYSTEM, at=at
        )

    def settle(self) -> None:
        """What the worker's loop does at this moment."""
        at = self.clock.now()
        while deadlines.due(at) or dispatch_deadlines.due(at) or supervision.due(at):
            pass

    def forward(self, **how_long: float) -> None:
        """Time passes, and the loop does what falls due, second by second."""
        until = self.clock.now() + timedelta(**how_long)
        while self.clock.now() < until:
            self.clock.forward(seconds=1)
            self.settle()

    # ------------------------------------------------------------------ what is known

    def incident(self, number: int) -> IncidentView:
        return incident_queries.incident(number, for_=self.malee)

    def orders(self, number: int) -> list[OrderView]:
        return dispatch_queries.orders(number)

    def timeline(self, number: int) -> list[str]:
        return [line.code for line in incident_queries.timeline(number)]

    def audit(self, number: int) -> list[str]:
        """What the audit log says was done to an incident, in order."""
        return [act.action for act in acts_on(f"incident:{number}")]

    def does_every_step(self, number: int) -> None:
        for step in incident_queries.steps(number):
            if not step.done_at and not step.skipped_why:
                incidents.do_step(incident_id=number, code=step.code, by=self.malee, at=self.clock.now())
