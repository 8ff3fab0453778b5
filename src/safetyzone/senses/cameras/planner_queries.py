"""What the planner shows besides coverage itself: what changed last, and advice put into rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import Greatest

from safetyzone.senses.cameras.advice_queries import AdviceView
from safetyzone.senses.cameras.models import Camera

LOOK_BACK = timedelta(days=90)
SAME_WAY_DEG = 5.0
"""A camera that looks within so much of where the advice wants it has been turned."""
BEST_GAP = 1e-4


@dataclass(frozen=True, slots=True)
class Change:
    """A camera that changed lately: its state, or anything else of it."""

    code: str
    name_th: str
    name_en: str
    at: datetime
    state: str
    of_state: bool
    """Whether its state is what changed last."""


@dataclass(frozen=True, slots=True)
class Hanging:
    """How many cameras hang at a station, and how many of them do what they should."""

    all: int
    offline: int
    paused: int
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class Move:
    """One turn of an advice. ``done`` when the camera looks that way already, ``moved`` when it looks neither way."""

    number: int
    camera: str
    name_th: str
    name_en: str
    from_azimuth: float
    to_azimuth: float
    from_tilt: float
    to_tilt: float
    gain_m: float
    gain_risk: float
    keeps: int
    done: bool
    moved: bool

    @property
    def by_deg(self) -> float:
        """The turn itself: clockwise above 0, at most 180."""
        return (self.to_azimuth - self.from_azimuth + 180) % 360 - 180


@dataclass(frozen=True, slots=True)
class Proof:
    """How good an answer is known to be. ``share``: of what is possible at most; None while no bound is known."""

    share: float | None
    best: bool


def changed_last(station: str, *, most: int = 5) -> list[Change]:
    """The cameras that changed last, the latest first."""
    here = Camera.objects.filter(station=station, retired_at=None, withdrawn_at=None)
    found = here.annotate(last=Greatest("changed_at", "state_since")).order_by("-last", "code")[:most]
    return [
        Change(each.code, each.name_th, each.name_en or each.name_th, each.last, each.state, each.state_since >= each.changed_at)
        for each in found
    ]


def hanging(station: str) -> Hanging:
    """Counts over the station's register."""
    here = Camera.objects.filter(station=station, retired_at=None, withdrawn_at=None)
    counts = here.aggregate(
        all=Count("code"), offline=Count("code", filter=Q(state=Camera.State.OFFLINE)),
        paused=Count("code", filter=Q(paused_at__isnull=False)),
    )  # fmt: skip
    newest = here.order_by("-changed_at").values_list("changed_at", flat=True).first()
    return Hanging(counts["all"], counts["offline"], counts["paused"], newest)


def moves_of(advice: AdviceView) -> list[Move]:
    """The turns of an answer beside where each camera looks now; a camera that is gone is left out."""
    rows: list[dict[str, Any]] = advice.answer.get("moves", [])
    cameras = Camera.objects.filter(station=advice.station, retired_at=None, withdrawn_at=None).in_bulk([row["camera"] for row in rows])
    found = []
    for number, row in enumerate(rows):
        if camera := cameras.get(row["camera"]):
            done = _alike(camera.azimuth_deg, row["to_azimuth"])
            moved = not done and not _alike(camera.azimuth_deg, row["from_azimuth"])
            move = Move(
                number, camera.code, camera.name_th, camera.name_en or camera.name_th, row["from_azimuth"], row["to_azimuth"],
                row["from_tilt"], row["to_tilt"], row["gain_m"], row["gain_risk"], row.get("keeps", 0), done, moved,
            )  # fmt: skip
            found.append(move)
    return found


def _alike(one_deg: float, other_deg: float) -> bool:
    return abs((one_deg - other_deg + 180) % 360 - 180) <= SAME_WAY_DEG


def proof_of(facts: dict[str, Any]) -> Proof:
    """From the ``value``, ``bound`` and ``gap`` of progress or of an answer."""
    value, bound, gap = facts.get("value"), facts.get("bound"), facts.get("gap")
    if value is None or not bound:
        return Proof(None, best=False)
    return Proof(min(1.0, value / bound), best=gap is not None and gap <= BEST_GAP)


def newest(found: Iterable[AdviceView], kind: str) -> AdviceView | None:
    """The last question of a kind."""
    return next((each for each in found if each.kind == kind), None)
