"""What pages may ask about evidence. Frozen answers, never models; who may read is asked by the page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet, Sum

from safetyzone.kernel.refusals import NotFound
from safetyzone.trust.evidence import rules
from safetyzone.trust.evidence.custody import WORDS
from safetyzone.trust.evidence.lifecycle import State
from safetyzone.trust.evidence.models import EvidenceExport, EvidenceItem


@dataclass(frozen=True, slots=True)
class PieceView:
    """A piece as it was taken over."""

    from_ms: int
    ms: int
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class CameraOfItem:
    """One camera with its pieces and what is missing between them."""

    code: str
    name_th: str
    name_en: str
    clock_offset_ms: int | None
    pieces: tuple[PieceView, ...]
    gaps: tuple[rules.Gap, ...]

    @property
    def size_bytes(self) -> int:
        """Of all its pieces."""
        return sum(piece.size_bytes for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class CustodyLine:
    """One line of the custody log."""

    at: datetime
    by: str
    act: str
    why: str
    facts: dict[str, Any]

    @property
    def act_th(self) -> str:
        """The act in Thai."""
        return WORDS[self.act][0]

    @property
    def act_en(self) -> str:
        """The act in English."""
        return WORDS[self.act][1]


@dataclass(frozen=True, slots=True)
class ExportView:
    """A package: asked for, under way, or finished."""

    export_id: int
    item_id: int
    station: str
    clear: bool
    plates_shown: bool
    case: str
    why: str
    asked_by: str
    asked_at: datetime
    approved_by: str
    approved_at: datetime | None
    state: State
    percent: int
    fault: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ItemView:
    """A locked item as lists show it."""

    item_id: int
    station: str
    incident: int | None
    incident_kind: str
    incident_title: str
    from_at: datetime
    to_at: datetime
    reason: str
    locked_by: str
    locked_at: datetime
    until: datetime | None
    gathered_at: datetime | None
    released_at: datetime | None
    released_by: str
    released_why: str
    swept_at: datetime | None
    cameras: int
    size_bytes: int

    @property
    def number(self) -> str:
        """As people call it."""
        return f"EV-{self.item_id:05d}"


def items(station: str, *, released: bool = False) -> list[ItemView]:
    """Everything locked at a station, the newest first; with ``released``, also what was let go."""
    found = EvidenceItem.objects.filter(station=station)
    return [_item_view(one) for one in _counted(found if released else found.filter(released_at=None)).order_by("-locked_at")[:500]]


def item(item_id: int) -> ItemView:
    """One item.

    Raises:
        NotFound: none such.
    """
    found = _counted(EvidenceItem.objects.filter(pk=item_id)).first()
    if found is None:
        raise NotFound
    return _item_view(found)


def items_of_incident(incident_id: int) -> list[ItemView]:
    """What is locked of an incident."""
    return [_item_view(one) for one in _counted(EvidenceItem.objects.filter(incident=incident_id)).order_by("locked_at")]


def items_with_camera(code: str) -> list[ItemView]:
    """Locked items that hold pictures of a camera: its owner reads this."""
    found = EvidenceItem.objects.filter(pk__in=EvidenceItem.objects.filter(cameras__code=code).values("pk"), swept_at=None)
    return [_item_view(one) for one in _counted(found).order_by("locked_at")]


def cameras(item_id: int) -> list[CameraOfItem]:
    """The cameras of an item in the order of their codes."""
    found = EvidenceItem.objects.filter(pk=item_id).first()
    if found is None:
        raise NotFound
    from_ms, to_ms = (round(at.timestamp() * 1000) for at in (found.from_at, found.to_at))
    answer = []
    for camera in found.cameras.order_by("code"):
        pieces = tuple(PieceView(p.from_ms, p.ms, p.size_bytes, p.sha256) for p in camera.pieces.order_by("from_ms"))
        holes = tuple(rules.gaps([(piece.from_ms, piece.ms) for piece in pieces], from_ms, to_ms))
        answer.append(CameraOfItem(camera.code, camera.name_th, camera.name_en, camera.clock_offset_ms, pieces, holes))
    return answer


def custody(item_id: int) -> list[CustodyLine]:
    """The custody log, the oldest first."""
    found = EvidenceItem.objects.get(pk=item_id).custody.order_by("at", "id")
    return [CustodyLine(line.at, line.by, line.act, line.why, line.facts) for line in found]


def export(export_id: int) -> ExportView:
    """One export.

    Raises:
        NotFound: none such.
    """
    found = EvidenceExport.objects.select_related("item").filter(pk=export_id).first()
    if found is None:
        raise NotFound
    return _export_view(found)


def exports(item_id: int) -> list[ExportView]:
    """The exports of an item, the newest first."""
    return [_export_view(one) for one in EvidenceExport.objects.select_related("item").filter(item=item_id).order_by("-id")]


def silent_since(moment: datetime) -> list[int]:
    """Exports that run and whose process has said nothing since."""
    return list(EvidenceExport.objects.filter(state=State.RUNNING, heard_at__lt=moment).values_list("pk", flat=True))


def not_gathered() -> list[int]:
    """Items whose pieces have not all been taken over."""
    return list(EvidenceItem.objects.filter(gathered_at=None, released_at=None).values_list("pk", flat=True))


def _counted(found: QuerySet[EvidenceItem]) -> QuerySet[EvidenceItem]:
    return found.annotate(camera_count=Count("cameras", distinct=True), size_sum=Sum("cameras__pieces__size_bytes"))


def _item_view(one: Any) -> ItemView:
    return ItemView(
        one.pk, one.station, one.incident, one.incident_kind, one.incident_title, one.from_at, one.to_at, one.reason, one.locked_by,
        one.locked_at, one.until, one.gathered_at, one.released_at, one.released_by, one.released_why, one.swept_at,
        one.camera_count, one.size_sum or 0,
    )  # fmt: skip


def _export_view(one: EvidenceExport) -> ExportView:
    return ExportView(
        one.pk, one.item_id, one.item.station, one.clear, one.plates_shown, one.case, one.why, one.asked_by, one.asked_at, one.approved_by,
        one.approved_at, State(one.state), one.percent, one.fault, one.size_bytes, one.sha256,
    )  # fmt: skip
