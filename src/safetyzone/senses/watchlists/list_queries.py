"""What the pages of lists show. Whoever asks has asked first who reads; what is about a person does not print itself."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from safetyzone.kernel.refusals import NotFound
from safetyzone.senses.watchlists import rules
from safetyzone.senses.watchlists.lifecycle import State
from safetyzone.senses.watchlists.models import Activation, KillSwitch, LegalBasis, ListEntry, ProtectedPlace, Viewpoint, WatchList
from safetyzone.senses.watchlists.sealing import unseal_bytes
from safetyzone.senses.watchlists.terms import Kind
from safetyzone.trust.cases import queries as cases


@dataclass(frozen=True, slots=True)
class BasisView:
    """A law that a list may stand on."""

    basis_id: int
    code: str
    kind: str
    purpose: str
    law_th: str
    law_en: str
    offences: tuple[str, ...]
    needs_court: bool
    longest_days: int


@dataclass(frozen=True, slots=True)
class ListView:
    """A list with how many live entries it has."""

    list_id: int
    station: str
    kind: str
    purpose: str
    name_th: str
    name_en: str
    who: str
    where: str
    basis: BasisView
    made_by: str
    made_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    ended_why: str
    entries: int
    waiting: int
    is_over: bool


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry. ``over`` says why it is compared no longer; empty: it is alive."""

    entry_id: int
    list_id: int
    list_th: str
    list_en: str
    station: str
    kind: str
    purpose: str
    series: str = field(repr=False)
    number: str = field(repr=False)
    province: str = field(repr=False)
    vehicle_class: str
    looks: str = field(repr=False)
    case: str
    case_open: bool
    warrant: str
    reason: str = field(repr=False)
    subject: str = field(repr=False)
    minor: bool
    image_source: str
    image_quality: float | None
    image_taken_on: object
    state: str
    asked_by: str
    asked_unit: str
    asked_at: datetime
    expires_at: datetime
    approved_by: str
    approved_at: datetime | None
    checked_at: datetime
    check_by: datetime | None
    withdrawn_at: datetime | None
    withdrawn_why: str = field(repr=False)
    over: str = ""


@dataclass(frozen=True, slots=True)
class ActivationView:
    """A list on its cameras."""

    activation_id: int
    list_id: int
    list_th: str
    list_en: str
    station: str
    kind: str
    purpose: str
    state: str
    urgent: bool
    reason: str
    dpia: str
    court: str
    asked_by: str
    asked_unit: str
    asked_at: datetime
    starts_at: datetime
    ends_at: datetime
    expected: float
    approved_by: str
    stopped_at: datetime | None
    stopped_why: str
    cameras: tuple[str, ...]
    is_on: bool
    approve_by: datetime | None


def bases(*, at: datetime, kind: str = "") -> list[BasisView]:
    """The laws in force, in their order by code; of several versions the newest."""
    in_force = Q(valid_from__lte=at) & (Q(valid_until=None) | Q(valid_until__gt=at))
    newest: dict[str, LegalBasis] = {}
    for one in LegalBasis.objects.filter(in_force).order_by("code", "version"):
        if not kind or one.kind == kind:
            newest[one.code] = one
    return [_basis(one) for one in newest.values()]


def lists(station: str, *, at: datetime, over: bool = False) -> list[ListView]:
    """A station's lists, the newest first; with ``over`` also those that are."""
    alive = Q() if over else Q(expires_at__gt=at, ended_at=None)
    found = WatchList.objects.filter(alive, station=station).select_related("basis").order_by("-made_at", "-id")[:200]
    return [_list(one, at) for one in found]


def watch_list(list_id: int, *, at: datetime) -> ListView:
    """One list. Raises NotFound."""
    found = WatchList.objects.select_related("basis").filter(pk=list_id).first()
    if found is None:
        raise NotFound
    return _list(found, at)


def entries(list_id: int, *, at: datetime) -> list[EntryView]:
    """The entries of a list: those alive first, then the rest, the newest first."""
    found = _entries(ListEntry.objects.filter(list_id=list_id, purged_at=None).order_by("-asked_at", "-id")[:500], at)
    return sorted(found, key=lambda one: (one.over != "", one.over))


def entry(entry_id: int, *, at: datetime) -> EntryView:
    """One entry. Raises NotFound."""
    found = _entries(ListEntry.objects.filter(pk=entry_id), at)
    if not found:
        raise NotFound
    return found[0]


def entry_photo(entry_id: int) -> bytes:
    """The photo of a face that is listed; empty: there is none."""
    sealed = ListEntry.objects.filter(pk=entry_id).values_list("image", flat=True).first()
    return unseal_bytes(bytes(sealed or b""), "image")


def entries_waiting(station: str, *, at: datetime) -> list[EntryView]:
    """What waits for a second person, the oldest first."""
    return _entries(ListEntry.objects.filter(station=station, state=State.ASKED, expires_at__gt=at).order_by("asked_at", "id"), at)


def activations(station: str, *, at: datetime, list_id: int | None = None) -> list[ActivationView]:
    """Those that are on, wait, or ended within a month; the newest first."""
    found = Activation.objects.filter(station=station, ends_at__gt=at - timedelta(days=30)).select_related("list")
    if list_id is not None:
        found = found.filter(list_id=list_id)
    return [_activation(one, at) for one in found.order_by("-asked_at", "-id")[:200]]


def activation(activation_id: int, *, at: datetime) -> ActivationView:
    """One activation. Raises NotFound."""
    found = Activation.objects.select_related("list").filter(pk=activation_id).first()
    if found is None:
        raise NotFound
    return _activation(found, at)


def activations_waiting(station: str, *, at: datetime) -> list[ActivationView]:
    """What waits for a second person, what is urgent first."""
    found = Activation.objects.filter(station=station, state__in=[State.ASKED, State.URGENT]).select_related("list")
    waiting = [_activation(one, at) for one in found.order_by("-urgent", "asked_at")]
    return [one for one in waiting if at < (one.approve_by or one.ends_at)]


@dataclass(frozen=True, slots=True)
class SwitchView:
    """How matching of one kind stands at a station since it was last switched."""

    kind: str
    off: bool
    at: datetime | None
    by: str
    why: str
    line: str
    signature: str


def switches(station: str, *, at: datetime) -> list[SwitchView]:
    """Both kinds."""
    shown = []
    for kind in Kind:
        last = KillSwitch.objects.filter(station=station, kind=kind, at__lte=at).order_by("-at", "-id").first()
        if last is None:
            shown.append(SwitchView(kind.value, False, None, "", "", "", ""))
        else:
            line = rules.switch_line(station, kind, off=last.off, at=last.at)
            shown.append(SwitchView(kind.value, last.off, last.at, last.by, last.why, line, last.signature))
    return shown


def described(station: str) -> dict[str, str]:
    """Cameras of a station whose class is known: code -> class."""
    return dict(Viewpoint.objects.filter(station=station).order_by("camera").values_list("camera", "camera_class"))


def protected_places(station: str, *, at: datetime) -> list[tuple[str, str, float, datetime, datetime | None]]:
    """(kind, name, radius in metres, since, until) of those that are not over."""
    found = ProtectedPlace.objects.filter(Q(until=None) | Q(until__gt=at), station=station).order_by("since")
    return [(one.kind, one.name_th, one.radius_m, one.since, one.until) for one in found]


def _basis(one: LegalBasis) -> BasisView:
    return BasisView(
        one.pk, str(one), one.kind, one.purpose, one.law_th, one.law_en, tuple(one.offences), one.needs_court, one.longest_days
    )


def _list(one: WatchList, at: datetime) -> ListView:
    here = ListEntry.objects.filter(list=one, expires_at__gt=at)
    return ListView(
        one.pk, one.station, one.kind, one.purpose, one.name_th, one.name_en or one.name_th, one.who, one.where, _basis(one.basis),
        one.made_by, one.made_at, one.expires_at, one.ended_at, one.ended_why, here.filter(state=State.APPROVED).count(),
        here.filter(state=State.ASKED).count(), one.ended_at is not None or one.expires_at <= at,
    )  # fmt: skip


def _entries(found: QuerySet[ListEntry] | Iterable[ListEntry], at: datetime) -> list[EntryView]:
    open_cases = cases.open_ids(at)
    return [_entry(one, one.case_id in open_cases, at) for one in found]


def _entry(one: ListEntry, case_open: bool, at: datetime) -> EntryView:
    case = cases.case(one.case_id, at=at)
    check_by = one.checked_at + rules.RECHECK_WITHIN if one.kind == Kind.FACE or one.warrant else None
    return EntryView(
        one.pk, one.list_id, one.list.name_th, one.list.name_en or one.list.name_th, one.station, one.kind, one.purpose, one.series,
        one.number, one.province, one.vehicle_class, one.looks, case.number if case else "", case_open, one.warrant, one.reason,
        unseal_bytes(bytes(one.subject), "subject").decode(), one.minor, one.image_source, one.image_quality, one.image_taken_on, one.state,
        one.asked_by, one.asked_unit, one.asked_at, one.expires_at, one.approved_by, one.approved_at, one.checked_at, check_by,
        one.withdrawn_at, one.withdrawn_why, _over(one, case_open, check_by, at),
    )  # fmt: skip


def _over(one: ListEntry, case_open: bool, check_by: datetime | None, at: datetime) -> str:
    """Why it is compared no longer; the first reason that holds."""
    reasons = {
        "refused": one.state == State.REFUSED,
        "withdrawn": one.withdrawn_at is not None and one.withdrawn_at <= at,
        "expired": one.expires_at <= at,
        "case_closed": not case_open,
        "waiting": one.state == State.ASKED,
        "unchecked": check_by is not None and check_by <= at,
    }
    return next((code for code, holds in reasons.items() if holds), "")


def _activation(one: Activation, at: datetime) -> ActivationView:
    cameras = tuple(sorted(one.cameras.values_list("camera", flat=True)))
    is_on = one.state in (State.APPROVED, State.URGENT) and one.starts_at <= at < one.ends_at
    approve_by = one.asked_at + rules.APPROVE_URGENT_WITHIN if one.urgent and one.approved_at is None else None
    return ActivationView(
        one.pk, one.list_id, one.list.name_th, one.list.name_en or one.list.name_th, one.station, one.kind, one.purpose, one.state,
        one.urgent, one.reason, one.dpia, one.court, one.asked_by, one.asked_unit, one.asked_at, one.starts_at, one.ends_at, one.expected,
        one.approved_by, one.stopped_at, one.stopped_why, cameras, is_on, approve_by,
    )  # fmt: skip
