"""How right models, cameras and rules are: the cards, the hand-checked passages of a week, the alert-value meter, what was stopped."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from safetyzone.contracts.plates import parse
from safetyzone.senses.cameras.health_queries import unseeing_hours
from safetyzone.senses.sightings.sampling_queries import sample
from safetyzone.senses.watchlists import rules
from safetyzone.senses.watchlists.models import CameraSuspension, EvaluationRecord, HitFigure, PassageCheck, Viewpoint
from safetyzone.senses.watchlists.tallies import false_share, tally_of
from safetyzone.senses.watchlists.terms import Kind


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A model on one class of camera (row H13). ``ends_at``: from then on it allows nothing."""

    evaluation_id: int
    kind: str
    model: str
    camera_class: str
    evaluated_at: datetime
    ends_at: datetime
    threshold: float
    passages: int
    missed: int
    strangers: int
    false_matches: int
    at_most: float
    """Upper end of the false match rate, 95 %."""
    groups: tuple[tuple[str, float], ...]
    test_set: str
    by: str
    counts: bool

    @property
    def right(self) -> float:
        """Share of those listed that were found."""
        return 1 - self.missed / self.passages

    @property
    def false_match_rate(self) -> float:
        """Share of comparisons with strangers that matched."""
        return self.false_matches / self.strangers


@dataclass(frozen=True, slots=True)
class CameraAccuracy:
    """A camera in the week that ended yesterday, and in 30 days (rows B4 and B10)."""

    camera: str
    camera_class: str
    people_a_day: int
    vehicles_a_day: int
    checked: int
    right: float | None
    province_right: float | None
    night_right: float | None
    measured: bool
    """At least a hundred passages were checked by hand; with fewer a share is shown as a hint."""
    offline_h: float | None
    """None: nobody probes it."""
    false_plate: tuple[int, int, float | None]
    false_face: tuple[int, int, float | None]
    faces_seen: int
    """In 30 days, or since it was last set going again."""
    false_a_face: float | None
    """Wrong alerts a face seen in that time; None: too few were seen to say."""
    suspended: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleMeter:
    """A rule (what a list is for) on a camera in 7 days: how many of its alerts were of use (row B16)."""

    purpose: str
    kind: str
    camera: str
    alerts: int
    useful: int
    false: int
    useless: bool

    @property
    def precision(self) -> float | None:
        """Share of the judged ones that were right."""
        judged = self.useful + self.false
        return self.useful / judged if judged else None


@dataclass(frozen=True, slots=True)
class SuspensionView:
    """A camera that was stopped."""

    suspension_id: int
    camera: str
    kind: str
    since: datetime
    why: str
    figures: dict[str, int]
    asked_by: str
    asked_why: str


def cards(*, at: datetime) -> list[ModelCard]:
    """All cards that were not withdrawn, the newest of each model and class first; the overdue ones say so."""
    found = EvaluationRecord.objects.filter(withdrawn_at=None).order_by("kind", "model", "camera_class", "-evaluated_at")
    return [
        ModelCard(
            one.pk, one.kind, one.model, one.camera_class, one.evaluated_at, one.evaluated_at + rules.EVALUATION_FOR, one.threshold,
            one.passages, one.missed, one.strangers, one.false_matches, rules.upper_rate(one.false_matches, one.strangers),
            tuple(sorted(one.groups.items())), one.test_set, one.by, rules.evaluation_counts(one.evaluated_at, at=at),
        )
        for one in found
    ]  # fmt: skip


def camera_accuracy(cameras: Iterable[str], *, at: datetime) -> dict[str, CameraAccuracy]:
    """For search results and for the page: each camera's week of hand-checked passages and hours offline, by code."""
    codes = sorted(set(cameras))
    views = {one.camera: one for one in Viewpoint.objects.filter(camera__in=codes)}
    since = at - timedelta(days=7)
    offline = unseeing_hours(codes, since, at)
    return {code: _accuracy(code, views.get(code), offline.get(code), since, at) for code in codes}


def _accuracy(code: str, view: Viewpoint | None, offline_h: float | None, since: datetime, at: datetime) -> CameraAccuracy:
    week = PassageCheck.objects.filter(camera=code, passed_at__gt=since, passed_at__lte=at, right__isnull=False)
    checked = week.count()
    provinces = week.filter(province_right__isnull=False)
    stopped = CameraSuspension.objects.filter(camera=code, lifted_at=None).values_list("kind", flat=True)
    faces = tally_of(code, Kind.FACE, at)
    return CameraAccuracy(
        code, view.camera_class if view else "", view.people_a_day if view else 0, view.vehicles_a_day if view else 0, checked,
        week.filter(right=True).count() / checked if checked else None, _share(provinces, Q(province_right=True)),
        _share(week.filter(night=True), Q(right=True)), checked >= rules.LEAST_PASSAGES, offline_h,
        false_share(code, Kind.PLATE, at), false_share(code, Kind.FACE, at), faces.faces_seen_30_days, faces.false_a_face,
        tuple(sorted(stopped)),
    )  # fmt: skip


def _share(found: QuerySet[PassageCheck], right: Q) -> float | None:
    counted = found.aggregate(all=Count("pk"), right=Count("pk", filter=right))
    return counted["right"] / counted["all"] if counted["all"] else None


def described_cameras(station: str) -> list[str]:
    """Cameras of a station whose class is known, by code."""
    return list(Viewpoint.objects.filter(station=station).order_by("camera").values_list("camera", flat=True))


def meters(station: str, *, at: datetime) -> list[RuleMeter]:
    """The alert-value meter: what hardly ever was of use first."""
    week = HitFigure.objects.filter(station=station, at__gt=at - timedelta(days=7), at__lte=at)
    rows = week.values("purpose", "kind", "camera").annotate(
        alerts=Count("pk"), useful=Count("pk", filter=Q(answer="true")), false=Count("pk", filter=Q(answer="false"))
    )
    found = [RuleMeter(**row, useless=rules.is_useless(row["useful"], row["useful"] + row["false"])) for row in rows]
    return sorted(found, key=lambda one: (not one.useless, one.precision if one.precision is not None else 2, one.camera))


def suspensions(station: str) -> list[SuspensionView]:
    """Cameras that compare nothing since they were wrong too often."""
    found = CameraSuspension.objects.filter(station=station, lifted_at=None).order_by("-since")
    return [SuspensionView(one.pk, one.camera, one.kind, one.since, one.why, one.figures, one.asked_by, one.asked_why) for one in found]


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of which a reading is kept, to be compared with its recording."""

    reading: UUID
    camera: str
    passed_at: datetime
    shown: str = field(repr=False)
    province: str = field(repr=False)
    vehicle: str
    accepted: bool

    @property
    def at_ms(self) -> int:
        """Where its recording is."""
        return int(self.passed_at.timestamp() * 1000)


def passages(station: str, *, at: datetime, most: int) -> list[Passage]:
    """Passages of the week that nobody has checked, as many of each camera; none where no history is kept."""
    drawn = sample(station, at - timedelta(days=7), at=at, most=8 * most)
    known = set(PassageCheck.objects.filter(reading__in=[one.id for one in drawn]).values_list("reading", flat=True))
    fresh = [one for one in drawn if one.id not in known][:most]
    return [Passage(one.id, one.camera, one.at, parse(one.text).shown, one.province, one.vehicle_class, one.accepted) for one in fresh]
