"""Reading the review queue: what exists today, as items, with what this person has looked at; and the marks of a timeline."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from safetyzone.ground.officers.access import Who
from safetyzone.response.command_room import words as room_words
from safetyzone.response.incidents import queries as incidents
from safetyzone.response.incidents.queries import IncidentView
from safetyzone.response.review import access, rules, words
from safetyzone.response.review.models import ActivitySpan, ReviewMark
from safetyzone.response.review.rules import Severity
from safetyzone.response.review.spots import cameras_of_incident
from safetyzone.senses.cameras import health_queries
from safetyzone.senses.cameras.queries import CameraView
from safetyzone.senses.looks import queries as looks

Period = tuple[datetime, datetime]
"""Half open."""
MOST_ITEMS = 2000
FAULTS_ASKED = 500
MOST_INCIDENTS_PLACED = 200


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to look at: one camera, or one event in the zone over several, and one span of time."""

    key: str
    severity: Severity
    kind: str
    cameras: tuple[str, ...]
    from_ms: int
    to_ms: int
    at_ms: int
    """What is to be seen begins here."""
    title_th: str
    title_en: str
    place_th: str
    place_en: str
    priority: int = 0
    strength: float = 0.0
    incident: int | None = None
    reviewed: bool = False
    verdict: str = ""

    @property
    def opens_ms(self) -> int:
        """Where playback opens: a little before."""
        return self.at_ms - rules.OPENS_BEFORE_MS if self.incident is None else self.from_ms


@dataclass(frozen=True, slots=True)
class Queue:
    """The items of a day, with what is left of each severity."""

    items: list[Item]
    left: dict[str, int]
    all_: dict[str, int] = field(default_factory=dict)


def ms(at: datetime) -> int:
    """A moment as milliseconds of UTC."""
    return round(at.timestamp() * 1000)


def queue(station: str, *, since: datetime, until: datetime, all_: Sequence[CameraView], for_: Who, at: datetime) -> Queue:
    """What is to be looked at within a half-open period, the latest first, as this person has left it.

    Raises:
        NotYours: no right to see recordings.
    """
    access.must_watch(for_, station=station)
    names = {camera.code: camera for camera in all_}
    found = [
        *_incidents(station, (since, until), names, for_, at),
        *_faults(station, (since, until), names, for_),
        *_activity(station, (since, until), names),
    ]
    found.sort(key=lambda item: item.at_ms, reverse=True)
    items = _as_left(found[:MOST_ITEMS], for_)
    left = Counter(str(item.severity) for item in items if not item.reviewed)
    whole = Counter(str(item.severity) for item in items)
    return Queue(items, {str(s): left[str(s)] for s in Severity}, {str(s): whole[str(s)] for s in Severity})


def _as_left(items: Sequence[Item], who: Who) -> list[Item]:
    mine = ReviewMark.objects.filter(officer_id=who.officer_id) if who.officer_id is not None else ReviewMark.objects.none()
    marks = {mark.item: mark for mark in mine.filter(item__in=[item.key for item in items])}
    return [_marked(item, marks.get(item.key)) for item in items]


def _marked(item: Item, mark: ReviewMark | None) -> Item:
    if mark is None:
        return item
    seen = mark.to_ms if mark.reviewed else None
    reviewed = rules.is_reviewed(to_ms=item.to_ms, seen_to_ms=seen, grows=item.severity is Severity.ACTIVITY)
    return Item(**{**{name: getattr(item, name) for name in Item.__slots__}, "reviewed": reviewed, "verdict": mark.verdict})


def _incidents(
    station: str, within: Period, names: dict[str, CameraView], for_: Who, at: datetime
) -> Iterable[Item]:
    found = incidents.between(station, since=within[0], until=within[1], for_=for_)
    views, all_ = [view for view in found if view.merged_into is None], list(names.values())
    for number, view in enumerate(reversed(views)):
        codes = tuple(cameras_of_incident(view, all_=all_, for_=for_)) if number < MOST_INCIDENTS_PLACED else ()
        yield _incident(view, codes, at)


def _incident(view: IncidentView, codes: tuple[str, ...], at: datetime) -> Item:
    pressed = ms(view.times["pressed_at"] or view.heard_at)
    ended = view.times["resolved_at"] or view.times["closed_at"]
    to_ms = min(max(pressed + rules.AFTER_PRESS_MS, ms(ended) if ended else 0), ms(at))
    th, en = room_words.KIND.get(view.kind, (view.kind, view.kind))
    return Item(
        key=f"incident-{view.id}", severity=rules.severity_of_incident(view.kind), kind=view.kind, cameras=codes,
        from_ms=pressed - rules.BEFORE_PRESS_MS, to_ms=max(to_ms, pressed), at_ms=pressed, title_th=f"{th} · เหตุ {view.id}",
        title_en=f"{en} · incident {view.id}", place_th=view.place_th, place_en=view.place_en or view.place_th, priority=view.priority,
        incident=view.id,
    )  # fmt: skip


def _faults(station: str, within: Period, names: dict[str, CameraView], for_: Who) -> Iterable[Item]:
    for fault in health_queries.faults(station, for_=for_, ended=True, most=FAULTS_ASKED):
        if within[0] <= fault.opened_at < within[1] and fault.camera in names:
            began = ms(fault.opened_at)
            th, en = words.FAULT.get(fault.kind, (fault.kind, fault.kind))
            yield Item(
                key=f"fault-{fault.id}", severity=Severity.DETECTION, kind=fault.kind, cameras=(fault.camera,),
                from_ms=began - rules.BEFORE_FAULT_MS, to_ms=began + rules.AFTER_FAULT_MS, at_ms=began, title_th=th, title_en=en,
                place_th=fault.name_th, place_en=fault.name_en,
            )  # fmt: skip


def _activity(station: str, within: Period, names: dict[str, CameraView]) -> Iterable[Item]:
    spans = ActivitySpan.objects.filter(station=station, from_ms__gte=ms(within[0]), from_ms__lt=ms(within[1])).order_by("-from_ms")
    for span in spans[:MOST_ITEMS]:
        if span.camera in names:
            camera = names[span.camera]
            yield Item(
                key=f"activity-{span.pk}", severity=Severity.ACTIVITY, kind="activity", cameras=(span.camera,), from_ms=span.from_ms,
                to_ms=span.to_ms, at_ms=span.from_ms, title_th=words.ACTIVITY[0], title_en=words.ACTIVITY[1], place_th=camera.name_th,
                place_en=camera.name_en, strength=span.strength,
            )  # fmt: skip


# ------------------------------------------------------------ the timeline


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands on the timeline: an incident over all rows, a bookmark or a fault on its camera's."""

    ms: int
    kind: str
    """p1 to p4, fault or bookmark: the shapes of the house."""
    th: str
    en: str
    camera: str = ""
    incident: int | None = None


def marks(station: str, cameras: Sequence[str], from_ms: int, to_ms: int, *, for_: Who) -> list[Mark]:
    """What happened within a span, in order. ``cameras``: those that are watched.

    Raises:
        NotYours: no right to see recordings.
    """
    access.must_watch(for_, station=station)
    since, until = (datetime.fromtimestamp(each / 1000, UTC) for each in (from_ms, to_ms))
    found = [_incident_mark(view) for view in incidents.between(station, since=since, until=until + timedelta(seconds=1), for_=for_)]
    for fault in health_queries.faults(station, for_=for_, ended=True, most=FAULTS_ASKED):
        if since <= fault.opened_at < until and fault.camera in cameras:
            th, en = words.FAULT.get(fault.kind, (fault.kind, fault.kind))
            found.append(Mark(ms(fault.opened_at), "fault", th, en, fault.camera))
    for camera in cameras:
        found += [Mark(one.at_ms, "bookmark", one.words, one.words, camera) for one in looks.bookmarks(camera, from_ms, to_ms)]
    return sorted(found, key=lambda mark: mark.ms)


def _incident_mark(view: IncidentView) -> Mark:
    th, en = room_words.KIND.get(view.kind, (view.kind, view.kind))
    kind = "fault" if view.kind == "device_fault" else f"p{min(4, max(1, view.priority))}"
    return Mark(
        ms(view.times["pressed_at"] or view.heard_at), kind, f"เหตุ {view.id} · {th} · {view.place_th}",
        f"Incident {view.id} · {en} · {view.place_en or view.place_th}", incident=view.id,
    )  # fmt: skip


def activity(cameras: Sequence[str], from_ms: int, to_ms: int) -> dict[str, list[tuple[int, int]]]:
    """When something moved before these cameras. Ask first whether the reader may watch them."""
    found: dict[str, list[tuple[int, int]]] = {camera: [] for camera in cameras}
    spans = ActivitySpan.objects.filter(camera__in=cameras, from_ms__lt=to_ms, to_ms__gt=from_ms).order_by("from_ms")[:MOST_ITEMS]
    for camera, begin, end in spans.values_list("camera", "from_ms", "to_ms"):
        found[camera].append((begin, end))
    return found


def judged(station: str, *, since: datetime) -> dict[str, float | None]:
    """Share of useful items by kind of source (row B16), over everybody's verdicts; None: nobody has judged any."""
    rows = ReviewMark.objects.filter(station=station, reviewed_at__gte=since).exclude(verdict="").values_list("item", "verdict")
    by_source: dict[str, list[str]] = {}
    for item, verdict in rows:
        by_source.setdefault(item.partition("-")[0], []).append(verdict)
    return {source: rules.precision(verdicts) for source, verdicts in by_source.items()}
