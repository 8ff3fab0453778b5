"""The board of hits and the card of one. Blind: nobody sees another's answer before it is decided, or a name before her own first."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from safetyzone.ground.officers.access import Who
from safetyzone.kernel.refusals import NotFound
from safetyzone.senses.cameras.place_queries import CameraPlace, places_of
from safetyzone.senses.watchlists import access, list_queries, rules
from safetyzone.senses.watchlists.models import Hit, HitPicture, Judgement
from safetyzone.senses.watchlists.queries import visible
from safetyzone.senses.watchlists.sealing import unseal_bytes, unseal_facts
from safetyzone.senses.watchlists.tallies import false_share
from safetyzone.senses.watchlists.terms import Kind

MOST = 100


@dataclass(frozen=True, slots=True)
class HitRow:
    """A line of the board."""

    hit_id: int
    kind: str
    purpose: str
    camera: str
    camera_th: str
    camera_en: str
    read_at: datetime
    came_at: datetime
    shown: str = field(repr=False)
    """The plate as it was read; of a face nothing."""
    edits: int
    likeness: float
    state: str
    delete_at: datetime | None
    answered: int
    needed: int
    mine: str
    """What this reader said; empty: nothing yet."""

    @property
    def read_at_ms(self) -> int:
        """UTC, milliseconds."""
        return int(self.read_at.timestamp() * 1000)


@dataclass(frozen=True, slots=True)
class Sign:
    """One place of both plates, one above the other."""

    read: str = field(repr=False)
    listed: str = field(repr=False)

    @property
    def differs(self) -> bool:
        """Shown in red."""
        return self.read != self.listed


@dataclass(frozen=True, slots=True)
class HitCard:
    """All that a person needs who compares, and no more before she has answered."""

    row: HitRow
    signs: tuple[Sign, ...] = field(repr=False)
    read_province: str = field(repr=False)
    listed_province: str = field(repr=False)
    province: str
    alternative: bool
    alternatives: tuple[tuple[str, float], ...] = field(repr=False)
    read: dict[str, Any] = field(repr=False)
    entry: list_queries.EntryView = field(repr=False)
    entry_age: timedelta
    threshold: float
    quality: float
    frames: int
    model: str
    false_30_days: int
    judged_30_days: int
    share_30_days: float | None
    subject: str = field(repr=False)
    """Who it is about; empty until the reader has answered."""
    answers: tuple[tuple[str, str, str, datetime], ...] = field(repr=False)
    """(officer, answer, reason, when): her own, and once it is decided, everybody's."""
    corrections: tuple[tuple[str, str, str, datetime], ...] = field(repr=False)
    outcomes: tuple[tuple[str, str, str, str, datetime], ...] = field(repr=False)
    place: CameraPlace | None


def board(station: str, *, for_: Who, at: datetime, decided: bool = False) -> list[HitRow]:
    """Hits that wait, the newest first; with ``decided`` those that were decided and are still there."""
    access.must_see_hits(for_, station=station)
    found = Hit.objects.filter(visible(at), station=station).select_related("activation")
    found = found.exclude(state="waiting") if decided else found.filter(state="waiting")
    hits = list(found.order_by("-came_at", "-id")[:MOST])
    places = places_of(hit.camera for hit in hits)
    return [_row(hit, places.get(hit.camera), for_) for hit in hits]


def row(hit_id: int, *, for_: Who, at: datetime) -> HitRow:
    """One line. Raises NotFound."""
    hit = _hit(hit_id, for_, at)
    return _row(hit, places_of([hit.camera]).get(hit.camera), for_)


def card(hit_id: int, *, for_: Who, at: datetime) -> HitCard:
    """One card. Raises NotFound: no such hit, one that is gone, or one that is not this reader's."""
    hit = _hit(hit_id, for_, at)
    place = places_of([hit.camera]).get(hit.camera)
    line, entry, read = _row(hit, place, for_), list_queries.entry(hit.entry_id, at=at), unseal_facts(bytes(hit.read), "read")
    false, judged, share = false_share(hit.camera, hit.kind, at)
    decided = hit.state != Hit.State.WAITING
    said = [one for one in hit.judgements.order_by("at", "id") if decided or one.officer == for_.name]
    return HitCard(
        row=line, signs=tuple(Sign(*pair) for pair in _list_of(read, "signs")), read_province=_plate(read).get("province", ""),
        listed_province=entry.province, province=str(read.get("province", "")), alternative=bool(read.get("alternative")),
        alternatives=tuple((_shown(one["plate"]), float(one["sure"])) for one in _list_of(read, "alternatives")), read=read, entry=entry,
        entry_age=at - (entry.approved_at or entry.asked_at), threshold=hit.threshold, quality=hit.quality, frames=hit.frames,
        model=hit.model, false_30_days=false, judged_30_days=judged, share_30_days=share,
        subject=entry.subject if decided or line.mine else "", answers=tuple((one.officer, one.answer, one.reason, one.at) for one in said),
        corrections=tuple(
            (_shown(unseal_facts(bytes(one.read), "read")), one.by, one.why, one.at) for one in hit.corrections.order_by("at")
        ),
        outcomes=tuple((one.found, one.independent_evidence, one.words, one.by, one.at) for one in hit.outcomes.order_by("at")),
        place=place,
    )  # fmt: skip


def picture(hit_id: int, which: str, *, for_: Who, at: datetime) -> bytes:
    """``crop`` or ``scene`` of a hit, as JPEG; empty: there is none. Raises NotFound."""
    hit = _hit(hit_id, for_, at)
    sealed = HitPicture.objects.filter(hit=hit).values_list(which, flat=True).first()
    return unseal_bytes(bytes(sealed or b""), which)


def _hit(hit_id: int, for_: Who, at: datetime) -> Hit:
    found = Hit.objects.filter(visible(at), pk=hit_id).select_related("activation").first()
    if found is None:
        raise NotFound
    access.must_see_hits(for_, station=found.station)
    return found


def _row(hit: Hit, place: CameraPlace | None, for_: Who) -> HitRow:
    mine = Judgement.objects.filter(hit=hit, officer=for_.name).values_list("answer", flat=True).first() or ""
    shown = _shown(_plate(unseal_facts(bytes(hit.read), "read"))) if hit.kind == Kind.PLATE else ""
    return HitRow(
        hit.pk, hit.kind, hit.purpose, hit.camera, place.name_th if place else hit.camera, place.name_en if place else hit.camera,
        hit.read_at, hit.came_at, shown, hit.edits, hit.likeness, hit.state, hit.delete_at, hit.judgements.count(),
        rules.answers_needed(hit.kind), mine,
    )  # fmt: skip


def _plate(read: dict[str, Any]) -> dict[str, str]:
    plate: dict[str, str] = read.get("plate", {})
    return plate


def _shown(plate: dict[str, Any]) -> str:
    return f"{plate.get('series', '')} {plate.get('number', '')}".strip()


def _list_of(read: dict[str, Any], name: str) -> list[Any]:
    found: list[Any] = read.get(name, [])
    return found
