"""Reading units and orders: the only readers for the other rooms."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from safetyzone.ground.officers.access import SYSTEM, Who, may
from safetyzone.kernel.geometry import Point
from safetyzone.response.dispatch import rules
from safetyzone.response.dispatch.advice import advise, asked_already, place_of, times_of
from safetyzone.response.dispatch.lifecycle import ACTIVE, State
from safetyzone.response.dispatch.models import Dispatch, SafetyClock, Unit, UnitStateName
from safetyzone.response.dispatch.rules import Advice
from safetyzone.response.dispatch.travel import RoadAnswer
from safetyzone.response.incidents import queries as incidents
from safetyzone.response.incidents.queries import IncidentView
from safetyzone.response.incidents.rules import OPEN_FOR_REPEATS


@dataclass(frozen=True, slots=True)
class Proposal:
    """A unit that could go, its rank and reasons, and whether it was asked before for this incident."""

    advice: Advice
    asked: bool

    @property
    def call_sign(self) -> str:
        return self.advice.call_sign


def proposals(incident_id: int, at: datetime) -> list[Proposal]:
    """Whom one could send, best first; those who cannot go last, with the reason. Ask ``incidents.incident`` who reads."""
    about = incidents.brief(incident_id)
    asked = asked_already(incident_id)
    return [Proposal(a, a.call_sign in asked) for a in advise(about.station, to=about.where, at=at)]


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as the room sees it."""

    id: UUID
    incident_id: int
    call_sign: str
    state: State
    by: str
    why: str
    why_en: str
    """The same in English where the system made the reason; a person's own words stay as they were said."""
    offered_at: datetime
    answer_by: datetime
    acknowledged_at: datetime | None
    en_route_at: datetime | None
    on_scene_at: datetime | None
    ended_at: datetime | None

    @property
    def why_th(self) -> str:
        return self.why

    @property
    def since(self) -> datetime:
        """When it entered its present state."""
        return self.ended_at or self.on_scene_at or self.en_route_at or self.acknowledged_at or self.offered_at


def orders(incident_id: int) -> list[OrderView]:
    """Every order for an incident, in the order given. Ask ``incidents.incident`` who reads."""
    return [_order(o) for o in Dispatch.objects.filter(incident_id=incident_id).order_by("offered_at", "id")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockView:
    """An officer's safety clock."""

    officer_id: int
    officer: str
    due_at: datetime
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitView:
    """A unit on the board. ``state`` is its order's state, or else its duty; ``radio_code`` is the station's own word."""

    call_sign: str
    station: str
    kind: str
    skills: tuple[str, ...]
    duty: str
    state: str
    radio_code: str
    state_th: str
    state_en: str
    confirmed: bool
    """False: the radio code is an example that the radio room has not confirmed."""
    crew: tuple[str, ...]
    where: Point | None
    accuracy_m: float | None
    fix_age: timedelta | None
    stale: bool
    order: OrderView | None
    clocks: tuple[ClockView, ...]


def unit_board(station: str, at: datetime) -> list[UnitView]:
    """Every unit of a station by call sign. Ask ``may(who, "see_room")`` first."""
    return _views(Unit.objects.filter(station=station), station, at)


def units_of(officer: Who, at: datetime) -> list[UnitView]:
    """The units in whose crew an officer rides and where he patrols today; the one with a job first, then those on duty."""
    found = Unit.objects.filter(crew=officer.officer_id) if officer.officer_id is not None else Unit.objects.none()
    stations = set(found.values_list("station", flat=True))
    mine = [view for s in stations if may(officer, "patrol", station=s) for view in _views(found.filter(station=s), s, at)]
    return sorted(mine, key=lambda view: (view.order is None, view.duty == Unit.Duty.OFF, view.call_sign))


def _views(found: QuerySet[Unit], station: str, at: datetime) -> list[UnitView]:
    jobs = Dispatch.objects.filter(state__in=ACTIVE).prefetch_related(
        Prefetch("safety_clocks", SafetyClock.objects.filter(stopped_at__isnull=True).select_related("officer"))
    )
    units = found.order_by("call_sign").prefetch_related("crew", Prefetch("dispatches", jobs, to_attr="jobs"))
    names = state_names(station)
    return [_view(unit, unit.jobs, names, at) for unit in units]


def state_names(station: str) -> dict[str, UnitStateName]:
    """The radio's words by state: the station's own where it has them, else the examples."""
    rows = UnitStateName.objects.filter(station__in=["", station]).order_by("station")
    return {row.state: row for row in rows}


def _view(unit: Unit, jobs: list[Dispatch], names: dict[str, UnitStateName], at: datetime) -> UnitView:
    job = jobs[0] if jobs else None
    state = job.state if job else unit.duty
    name = names.get(state)
    age = None if unit.fixed_at is None else max(at - unit.fixed_at, timedelta())
    clocks = sorted(job.safety_clocks.all(), key=lambda clock: clock.due_at) if job else []
    return UnitView(
        call_sign=unit.call_sign, station=unit.station, kind=unit.kind, skills=tuple(unit.skills), duty=unit.duty,
        state=state, radio_code=name.radio_code if name else "", state_th=name.name_th if name else state,
        state_en=name.name_en if name else state, confirmed=bool(name and name.confirmed),
        crew=tuple(sorted(officer.username for officer in unit.crew.all())),
        where=place_of(unit),
        accuracy_m=unit.accuracy_m, fix_age=age, stale=age is None or age > rules.FRESH_FOR,
        order=_order(job) if job else None, clocks=tuple(_clock(clock, at) for clock in clocks),
    )  # fmt: skip


def _clock(clock: SafetyClock, at: datetime) -> ClockView:
    return ClockView(
        officer_id=clock.officer_id, officer=clock.officer.username, due_at=clock.due_at, overdue=clock.due_at <= at
    )


def _order(o: Dispatch) -> OrderView:
    return OrderView(
        o.id, o.incident_id, o.unit_id, State(o.state), o.by, o.why, o.facts.get("why_en", o.why), o.offered_at, o.answer_by,
        o.acknowledged_at,
        o.en_route_at, o.on_scene_at, o.ended_at,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a patrol's phone shows of the one job in hand."""

    order: OrderView
    unit: UnitView
    incident: IncidentView
    way: RoadAnswer | None
    notes: tuple[str, ...]
    others: tuple[tuple[str, State], ...]
    """Other units with an order for the same incident."""
    my_clock: ClockView | None


def job_of(officer: Who, at: datetime) -> Job | None:
    """The job of the unit in whose crew the officer rides; None when there is none."""
    unit = next((view for view in units_of(officer, at) if view.order is not None), None)
    if unit is None or unit.order is None:
        return None
    number = unit.order.incident_id
    about = incidents.incident(number, for_=SYSTEM)  # a patrol sees its own job, and no other incident
    ways = times_of(list(Unit.objects.filter(call_sign=unit.call_sign)), about.where)
    said = [line.facts.get("words", "") for line in incidents.timeline(number) if line.code == "noted"]
    others = Dispatch.objects.filter(incident_id=number, state__in=ACTIVE).exclude(id=unit.order.id)
    return Job(
        order=unit.order, unit=unit, incident=about, way=ways.get(unit.call_sign),
        notes=tuple(words for words in reversed(said) if words)[:5],
        others=tuple((call_sign, State(state)) for call_sign, state in others.values_list("unit_id", "state")),
        my_clock=next((clock for clock in unit.clocks if clock.officer_id == officer.officer_id), None),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something the desk must hear: ``kind`` is silent, nobody_left or officer_overdue."""

    kind: str
    incident_id: int
    call_sign: str
    officer: str
    since: datetime


def alarms(station: str, at: datetime) -> list[Alarm]:
    """What rings at the desk just now, the longest overdue first. Ask ``may(who, "see_room")`` first."""
    late = SafetyClock.objects.filter(
        dispatch__station=station, stopped_at__isnull=True, due_at__lte=at
    ).select_related("dispatch", "officer")  # fmt: skip
    rings = [
        Alarm("officer_overdue", c.dispatch.incident_id, c.dispatch.unit_id, c.officer.username, c.due_at) for c in late
    ]
    rings += _silences(station, at)
    return sorted(rings, key=lambda alarm: (alarm.since, alarm.incident_id, alarm.call_sign))


def _silences(station: str, at: datetime) -> list[Alarm]:
    """Units that did not answer, for incidents to which nobody has said "I go" since."""
    silent = Dispatch.objects.filter(
        station=station, state=State.SILENT, ended_at__gte=at - timedelta(hours=12), ended_at__lte=at
    ).order_by("ended_at")
    numbers = {order.incident_id for order in silent}
    after = Dispatch.objects.filter(incident_id__in=numbers, state__in=[*ACTIVE, State.DONE])
    states: dict[int, set[str]] = {}
    for number, state in after.values_list("incident_id", "state"):
        states.setdefault(number, set()).add(state)
    taken = {n for n, has in states.items() if has - {State.OFFERED}}
    over = {n for n in numbers - taken if incidents.brief(n).status not in OPEN_FOR_REPEATS}
    return [
        Alarm("silent" if o.incident_id in states else "nobody_left", o.incident_id, o.unit_id, "", o.ended_at or o.answer_by)
        for o in silent
        if o.incident_id not in taken | over
    ]
