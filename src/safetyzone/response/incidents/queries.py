"""Reading incidents: the only readers for the other rooms, each asking first who reads."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from safetyzone.ground.officers.access import Who, may
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.refusals import NotFound
from safetyzone.response.incidents.lifecycle import MAY_BECOME, OPEN, Status
from safetyzone.response.incidents.models import Incident, IncidentEntry, IncidentStep, JoinOffer
from safetyzone.response.incidents.rules import OPEN_FOR_REPEATS, WARN_UNASSIGNED_AFTER, rings
from safetyzone.senses.alerts import queries as alerts
from safetyzone.senses.alerts.rules import ONE_THING_WITHIN, Seen, may_be_one_thing

MOST_IN_A_QUEUE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentView:
    """One incident as the room sees it. ``times`` are t0 to t7 and the closing, by field name, None where not yet."""

    id: int
    station: str
    zone: str
    kind: str
    priority: int
    status: Status
    device: str
    place_th: str
    place_en: str
    where: Point | None
    accuracy_m: float | None
    presses: int
    drill: bool
    heard_at: datetime
    changed_at: datetime
    times: dict[str, datetime | None]
    owner: str
    outcome: str
    outcome_words: str = field(repr=False)
    merged_into: int | None
    ringing: bool
    red_at: datetime | None
    """When the row turns red for want of a unit; None once one is assigned or none is needed."""


TIMES = (
    "pressed_at", "heard_at", "shown_at", "answered_at", "verified_at", "assigned_at", "acknowledged_at", "en_route_at",
    "on_scene_at", "resolved_at", "closed_at",
)  # fmt: skip


def _view(i: Incident) -> IncidentView:
    status = Status(i.status)
    return IncidentView(
        id=i.id, station=i.station, zone=i.zone, kind=i.kind, priority=i.priority, status=status, device=i.device,
        place_th=i.place_th, place_en=i.place_en, where=Point(i.lon, i.lat) if i.lon is not None and i.lat is not None else None,
        accuracy_m=i.accuracy_m, presses=i.presses, drill=i.drill, heard_at=i.heard_at, changed_at=i.changed_at,
        times={name: getattr(i, name) for name in TIMES}, owner=i.owner.username if i.owner else "", outcome=i.outcome,
        outcome_words=i.outcome_words, merged_into=i.merged_into_id,
        ringing=i.owner_id is None and status in OPEN_FOR_REPEATS and rings(i.kind),
        red_at=i.heard_at + WARN_UNASSIGNED_AFTER[i.priority]
        if i.assigned_at is None and status in OPEN_FOR_REPEATS
        else None,
    )  # fmt: skip


def incident(incident_id: int, *, for_: Who) -> IncidentView:
    """One incident.

    Raises:
        NotFound: none such, or of a station that this person may not see: the two are not told apart.
    """
    found = Incident.objects.select_related("owner").filter(id=incident_id).first()
    if found is None or not may(for_, "see_room", station=found.station):
        raise NotFound("There is no incident {number} here.", "ไม่พบเหตุหมายเลข {number}", number=incident_id)
    return _view(found)


def queue(station: str, *, for_: Who) -> list[IncidentView]:
    """Everything open at a station: by priority, then the oldest first."""
    if not may(for_, "see_room", station=station):
        return []
    found = (
        Incident.objects.select_related("owner")
        .filter(station=station, status__in=[status.value for status in OPEN])
        .order_by("priority", "heard_at", "id")[:MOST_IN_A_QUEUE]
    )
    return [_view(i) for i in found]


def ringing(station: str, *, for_: Who) -> list[IncidentView]:
    """Calls that nobody has taken, the oldest first: the ring strip."""
    return sorted((view for view in queue(station, for_=for_) if view.ringing), key=lambda view: (view.heard_at, view.id))


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One line: who did what when; ``code`` becomes a sentence at the edge."""

    at: datetime
    by: str
    code: str
    facts: dict[str, Any]


def timeline(incident_id: int) -> list[TimelineLine]:
    """What the sources said and what was done, in order. Ask ``incident`` first: it checks who reads."""
    said = [
        TimelineLine(s.heard_at, s.device if s.kind != "sos_phone" else "phone", f"alert_{s.kind}", s.facts)
        for s in alerts.sources(incident_id)
    ]
    done = [TimelineLine(e.at, e.by, e.code, e.facts) for e in IncidentEntry.objects.filter(incident_id=incident_id).order_by("id")]
    return sorted(said + done, key=lambda line: line.at)


@dataclass(frozen=True, slots=True)
class StepView:
    """A step of the procedure."""

    code: str
    name_th: str
    name_en: str
    mandatory: bool
    due_at: datetime | None
    done_at: datetime | None
    done_by: str
    skipped_why: str


def steps(incident_id: int) -> list[StepView]:
    """The procedure of one incident, in order."""
    return [
        StepView(s.code, s.name_th, s.name_en, s.mandatory, s.due_at, s.done_at, s.done_by, s.skipped_why)
        for s in IncidentStep.objects.filter(incident_id=incident_id)
    ]


@dataclass(frozen=True, slots=True)
class Offer:
    """Two open incidents that may be one: near in place and in time."""

    older: int
    newer: int
    metres: float
    seconds: float


def offers(station: str, *, for_: Who, among: Sequence[IncidentView] | None = None) -> list[Offer]:
    """Pairs to offer as one incident (D16), computed from what is open; a pair that was answered is not offered again.

    Give ``among`` what ``queue`` has just answered to the same person, and it is not read a second time.
    """
    open_now = queue(station, for_=for_) if among is None else among
    views = [v for v in open_now if v.where is not None and v.status in OPEN_FOR_REPEATS and rings(v.kind)]
    views.sort(key=lambda view: (view.heard_at, view.id))
    answered = set(
        JoinOffer.objects.filter(newer__station=station, newer_id__in=[v.id for v in views]).values_list("older_id", "newer_id")
    )
    found = []
    for number, newer in enumerate(views):
        for older in reversed(views[:number]):
            if newer.heard_at - older.heard_at > ONE_THING_WITHIN:
                break
            if (older.id, newer.id) not in answered and may_be_one_thing(_seen(older), _seen(newer)):
                found.append(_offer(older, newer))
                break
    return found


def _seen(view: IncidentView) -> Seen:
    return Seen(view.where, view.times["pressed_at"] or view.heard_at)


def _offer(older: IncidentView, newer: IncidentView) -> Offer:
    one, other = _seen(older), _seen(newer)
    metres = one.where.metres_to(other.where) if one.where and other.where else 0.0
    return Offer(older.id, newer.id, metres, abs((other.at - one.at).total_seconds()))


def next_steps(view: IncidentView, who: Who) -> list[str]:
    """What this person may do with it now, as codes: made from the same table and the same permissions that guard the deed."""
    station = view.station
    can = set(MAY_BECOME[view.status])
    codes = []
    if may(who, "answer", station=station):
        if not view.owner and view.status in OPEN_FOR_REPEATS:
            codes.append("answer")
        if view.status in OPEN_FOR_REPEATS - {Status.NEW} and view.times["verified_at"] is None:
            codes.append("verify")
        codes += [code for code, to in _ANSWERERS_STEPS if to in can]
        if view.owner and view.status in OPEN_FOR_REPEATS:
            codes.append("release")
        if view.merged_into is not None:
            codes.append("undo_join")
        if view.status in {Status.RESOLVED, Status.FALSE_PRESS, Status.TEST}:
            codes.append("reopen")
    if view.status in OPEN_FOR_REPEATS and may(who, "dispatch", station=station):
        codes.append("dispatch")
    if Status.CLOSED in can and may(who, "close", station=station):
        codes.append("close")
    if may(who, "see_room", station=station) and view.status is not Status.CLOSED:
        codes.append("note")
    return codes


_ANSWERERS_STEPS = (("resolve", Status.RESOLVED), ("false_press", Status.FALSE_PRESS), ("test", Status.TEST))


def false_since(station: str, since: datetime) -> set[int]:
    """Incidents of a station judged false since a moment."""
    return set(
        Incident.objects.filter(station=station, heard_at__gte=since, outcome="false_press").values_list("id", flat=True)
    )


def between(station: str, *, since: datetime, until: datetime, for_: Who) -> list[IncidentView]:
    """Incidents heard within a half-open period: for the shift's page and the figures."""
    if not may(for_, "see_room", station=station):
        return []
    found = Incident.objects.select_related("owner").filter(station=station, heard_at__gte=since, heard_at__lt=until).order_by("id")
    return [_view(i) for i in found]


@dataclass(frozen=True, slots=True)
class Brief:
    """What rooms below the command room need of an incident, without a person who reads: no words, no owner."""

    id: int
    station: str
    kind: str
    status: Status
    device: str
    place_th: str
    place_en: str
    where: Point | None
    assigned: bool


def brief(incident_id: int) -> Brief:
    """For dispatch, the citizen's own page and the loops.

    Raises:
        NotFound: none such.
    """
    i = Incident.objects.filter(id=incident_id).first()
    if i is None:
        raise NotFound("There is no incident {number} here.", "ไม่พบเหตุหมายเลข {number}", number=incident_id)
    where = Point(i.lon, i.lat) if i.lon is not None and i.lat is not None else None
    return Brief(i.id, i.station, i.kind, Status(i.status), i.device, i.place_th, i.place_en, where, i.assigned_at is not None)


def follow_joins(incident_id: int) -> int:
    """The incident that stands for this one today: itself, or the one into which it was joined."""
    for _ in range(20):  # joins do not make circles; should one appear, we stop rather than spin
        into = Incident.objects.filter(id=incident_id).values_list("merged_into_id", flat=True).first()
        if into is None:
            return incident_id
        incident_id = into
    return incident_id
