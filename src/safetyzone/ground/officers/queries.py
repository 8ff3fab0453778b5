"""What other rooms may ask about officers. Frozen answers, never models; real names stay at home."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from safetyzone.ground.officers.access import Who
from safetyzone.ground.officers.models import Duty, Officer, Posting


@dataclass(frozen=True, slots=True)
class PostingView:
    """A duty at a station, from and (if known) until: half open."""

    posting_id: int
    station: str
    duty: str
    duty_th: str
    duty_en: str
    valid_from: datetime
    valid_until: datetime | None
    given_by: str


@dataclass(frozen=True, slots=True)
class OfficerView:
    """An officer as lists show her: user name and rank, no real name."""

    officer_id: int
    username: str
    rank_th: str
    station: str
    active: bool
    postings: tuple[PostingView, ...]


@dataclass(frozen=True, slots=True)
class DutyView:
    code: str
    name_th: str
    name_en: str
    permissions: tuple[str, ...]


def _in_force(at: datetime) -> Q:
    """Half open: the second in which a posting ends belongs to whoever follows."""
    return Q(valid_from__lte=at) & (Q(valid_until__isnull=True) | Q(valid_until__gt=at))


def who(officer: Officer, *, at: datetime) -> Who:
    """The officer with what her postings grant at this moment; nothing once she is no longer active."""
    postings: QuerySet[Posting] = Posting.objects.none()
    if officer.is_active:
        postings = Posting.objects.filter(_in_force(at), officer=officer).select_related("duty")
    grants = frozenset((each.station_id, permission) for each in postings for permission in each.duty.permissions)
    return Who(name=officer.username, officer_id=officer.pk, language=officer.language, grants=grants)


def who_is(username: str, *, at: datetime) -> Who | None:
    """The same by user name, for programs that know only that; None if there is no such officer."""
    officer = Officer.objects.filter(username=username).first()
    return who(officer, at=at) if officer else None


def unit_of(username: str) -> str:
    """The station or office that an officer belongs to, whatever duties she has elsewhere; empty: none, or no such officer."""
    return Officer.objects.filter(username=username, is_active=True).values_list("station_id", flat=True).first() or ""


def who_are(usernames: Iterable[str], *, at: datetime) -> dict[str, Who]:
    """The same for many in one question, by user name; who is no officer, no longer active or without a duty now is left out."""
    found: dict[str, tuple[int, str, set[tuple[str, str]]]] = {}
    postings = Posting.objects.filter(_in_force(at), officer__username__in=set(usernames), officer__is_active=True)
    rows = postings.values_list("officer_id", "officer__username", "officer__language", "station_id", "duty__permissions")
    for officer_id, username, language, station, permissions in rows:
        _, _, grants = found.setdefault(username, (officer_id, language, set()))
        grants.update((station, permission) for permission in permissions)
    return {name: Who(name, officer_id, language, frozenset(grants)) for name, (officer_id, language, grants) in found.items()}


def duty_names(officer_id: int | None, permission: str, *, at: datetime) -> dict[str, tuple[str, str]]:
    """By station: the name (Thai, English) of the duty that grants an officer the permission there now."""
    return {station: names for (station, granted), names in duties_granting(officer_id, at=at).items() if granted == permission}


def duties_granting(officer_id: int | None, *, at: datetime) -> dict[tuple[str, str], tuple[str, str]]:
    """By station and permission: the name (Thai, English) of the duty that grants it to an officer now; of several, the oldest."""
    postings = Posting.objects.filter(_in_force(at), officer_id=officer_id or 0).order_by("-valid_from", "-id")
    rows = postings.values_list("station_id", "duty__permissions", "duty__name_th", "duty__name_en")
    return {(station, permission): (th, en) for station, permissions, th, en in rows for permission in permissions}


def on_duty(station: str, permission: str, at: datetime) -> list[str]:
    """User names of the active officers whose postings grant the permission there now, in alphabetical order."""
    postings = Posting.objects.filter(
        _in_force(at), station_id=station, officer__is_active=True, duty__permissions__contains=[permission]
    )
    return sorted(set(postings.values_list("officer__username", flat=True)))


def duties() -> list[DutyView]:
    """Every duty that can be given."""
    return [
        DutyView(code=duty.code, name_th=duty.name_th, name_en=duty.name_en, permissions=tuple(duty.permissions))
        for duty in Duty.objects.order_by("code")
    ]


def officers(station: str, *, at: datetime) -> list[OfficerView]:
    """Those who belong to the station or have a duty there now or to come, by user name."""
    not_over = Q(valid_until__isnull=True) | Q(valid_until__gt=at)
    here = Posting.objects.filter(not_over, station_id=station).select_related("duty").order_by("valid_from")
    by_officer: dict[int, list[PostingView]] = {}
    for posting in here:
        by_officer.setdefault(posting.officer_id, []).append(_posting_view(posting))
    found = Officer.objects.filter(Q(station_id=station) | Q(pk__in=by_officer)).order_by("username")
    return [
        OfficerView(
            officer_id=officer.pk,
            username=officer.username,
            rank_th=officer.rank_th,
            station=officer.station_id or "",
            active=officer.is_active,
            postings=tuple(by_officer.get(officer.pk, [])),
        )
        for officer in found
    ]


def postings_of(officer_id: int | None, *, at: datetime) -> list[PostingView]:
    """The duties that an officer has now, the oldest first."""
    found = Posting.objects.filter(_in_force(at), officer_id=officer_id or 0).select_related("duty").order_by("valid_from")
    return [_posting_view(posting) for posting in found]


def _posting_view(posting: Posting) -> PostingView:
    return PostingView(
        posting_id=posting.pk,
        station=posting.station_id,
        duty=posting.duty_id,
        duty_th=posting.duty.name_th,
        duty_en=posting.duty.name_en,
        valid_from=posting.valid_from,
        valid_until=posting.valid_until,
        given_by=posting.given_by,
    )
