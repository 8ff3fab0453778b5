"""What other rooms may ask about the register of cameras. Frozen answers, never models; an owner's contact stays at home."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from safetyzone.ground.officers.access import Who, may
from safetyzone.kernel.refusals import NotFound
from safetyzone.kernel.settings import settings
from safetyzone.senses.cameras import access, links, rules
from safetyzone.senses.cameras.access import Owner
from safetyzone.senses.cameras.models import Camera, CameraOwner
from safetyzone.senses.cameras.register.checking import Checked, check, codes_in
from safetyzone.senses.cameras.register.entry import Entry
from safetyzone.senses.cameras.register.sheet import Sheet
from safetyzone.senses.cameras.rows import entry_of, known
from safetyzone.senses.looks.actions import LOOKS
from safetyzone.trust.audit.queries import Recorded, acts_on

IMPORTED = "cameras.imported"


@dataclass(frozen=True, slots=True)
class CameraView:
    """A camera as lists and maps show it. ``entry`` holds all that the register says; its addresses only for who may change it."""

    code: str
    station: str
    zone: str
    owner_id: UUID
    owner: str
    owner_kind: str
    name_th: str
    name_en: str
    lon: float
    lat: float
    azimuth_deg: float
    tier: str
    live_radius_m: int
    contract_until: date | None
    paused_at: datetime | None
    withdrawn_at: datetime | None
    state: str
    state_since: datetime
    surveyed_at: datetime | None
    added_at: datetime
    changed_at: datetime
    version: int
    entry: Entry = field(repr=False)
    has_credential: bool = False
    """Whether a user and a password are kept for its addresses; neither is ever shown."""
    slew_agreed_at: datetime | None = None
    """Since when its private owner lets it be turned to an incident."""

    @property
    def asks_to_be_turned(self) -> bool:
        """It has motors, and its owner alone says whether it may be turned."""
        return self.entry.kind == "ptz" and self.owner_kind in rules.PRIVATE_KINDS

    @property
    def tier_words(self) -> rules.TierWords:
        """The tier in plain words."""
        return rules.TIER_WORDS[rules.Tier(self.tier)]

    @property
    def sharing(self) -> str:
        """``withdrawn``, ``paused`` or the tier."""
        return "withdrawn" if self.withdrawn_at else "paused" if self.paused_at else self.tier


@dataclass(frozen=True, slots=True)
class OwnerView:
    """An owner as officers see him; how he is reached only by its kind."""

    id: UUID
    station: str
    name: str
    kind: str
    channel: str
    language: str
    cameras: int


@dataclass(frozen=True, slots=True)
class Sought:
    """What a list is narrowed to; empty words narrow nothing. ``order`` is a column, with - before it for the other way round."""

    words: str = ""
    owner: str = ""
    tier: str = ""
    state: str = ""
    order: str = "code"


ORDERS = {
    "code": "code", "name": "name_th", "owner": "owner__name", "tier": "tier", "state": "state", "changed": "changed_at",
}  # fmt: skip
NOTHING_SOUGHT = Sought()


class LinkIsOver(NotFound):
    """The owner's link is old, or was replaced, or was cut short on its way."""

    code = "link_is_over"
    th = "ลิงก์นี้ใช้ไม่ได้แล้ว อาจหมดอายุ ถูกแทนด้วยลิงก์ใหม่ หรือคัดลอกมาไม่ครบ ขอลิงก์ใหม่ได้ที่สถานีตำรวจที่ดูแลกล้องของท่าน"
    en = (
        "This link no longer works: it is too old, was replaced by a newer one, or was not copied whole."
        " The police station that keeps your cameras gives you a new one."
    )


def cameras(
    station: str, *, for_: Who, sought: Sought = NOTHING_SOUGHT, first: int = 0, most: int | None = None
) -> list[CameraView]:
    """The station's cameras in service.

    Raises:
        NotFound: this person may not see them.
    """
    access.must_see(for_, station=station)
    found = _sought(station, sought)
    return [_view(camera, for_) for camera in found[first : None if most is None else first + most]]


def count(station: str, *, for_: Who, sought: Sought = NOTHING_SOUGHT) -> int:
    """How many there are."""
    access.must_see(for_, station=station)
    return _sought(station, sought).count()


def _sought(station: str, sought: Sought) -> QuerySet[Camera]:
    found = Camera.objects.filter(station=station, retired_at__isnull=True).select_related("owner")
    for word in sought.words.split()[:5]:
        found = found.filter(
            Q(code__icontains=word) | Q(name_th__icontains=word) | Q(name_en__icontains=word) | Q(pole_mark__icontains=word)
            | Q(owner__name__icontains=word)
        )  # fmt: skip
    if sought.owner:
        found = found.filter(owner__name=sought.owner)
    if sought.tier == "withdrawn":
        found = found.filter(withdrawn_at__isnull=False)
    elif sought.tier == "paused":
        found = found.filter(paused_at__isnull=False, withdrawn_at__isnull=True)
    elif sought.tier:
        found = found.filter(tier=sought.tier, paused_at__isnull=True, withdrawn_at__isnull=True)
    if sought.state:
        found = found.filter(state=sought.state)
    column = ORDERS.get(sought.order.lstrip("-"), "code")
    return found.order_by(("-" if sought.order.startswith("-") else "") + column, "code")


def camera(code: str, *, for_: Who) -> CameraView:
    """One camera in service.

    Raises:
        NotFound: none such, or one that this person may not see: the two are not told apart.
    """
    return _view(_of(code, for_), for_)


def _of(code: str, for_: Who) -> Camera:
    found = Camera.objects.filter(code=code, retired_at__isnull=True).select_related("owner").first()
    if found is None or not (access.may_see(for_, station=found.station) or access.is_owner(for_, found.owner_id)):
        raise NotFound
    return found


def stations_of(codes: Iterable[str]) -> dict[str, str]:
    """The station of each of these cameras that is in service: for our own programs, which know codes only."""
    return dict(Camera.objects.filter(code__in=list(codes), retired_at=None).values_list("code", "station"))


def may_open(
    code: str, *, what: str, nearest_m: float | None, granted: bool = False, for_: Who, at: datetime
) -> rules.Verdict:
    """Whether this person may open the camera's picture now, read from the register at this very look.

    Args:
        what: ``live`` or ``recorded``. nearest_m: metres to the nearest open incident; None: none is open.

    Raises:
        NotFound: a camera that she may not even see.
    """
    found = _of(code, for_)
    return rules.may_open(
        found.tier, what=what, paused=found.paused_at is not None, withdrawn=found.withdrawn_at is not None,
        contract_until=found.contract_until, nearest_m=nearest_m, live_radius_m=found.live_radius_m, at=at, granted=granted,
    )  # fmt: skip


def owners(station: str, *, for_: Who) -> list[OwnerView]:
    """The station's owners of cameras, by name."""
    access.must_see(for_, station=station)
    in_service = Count("cameras", filter=Q(cameras__retired_at__isnull=True))
    return [_owner_view(o, o.number) for o in CameraOwner.objects.filter(station=station).annotate(number=in_service).order_by("name")]


def owner(owner_id: UUID, *, for_: Who) -> OwnerView:
    """One owner, for officers who see the station's cameras and for himself."""
    found = CameraOwner.objects.filter(id=owner_id).first()
    if found is None or not (access.may_see(for_, station=found.station) or access.is_owner(for_, found.id)):
        raise NotFound
    return _owner_view(found, found.cameras.filter(retired_at__isnull=True).count())


def owner_by_link(token: str, *, at: datetime) -> Owner:
    """Who holds this link.

    Raises:
        LinkIsOver: the seal does not hold, its time has passed, or a newer link was given.
    """
    link = links.read(token, master_key=settings().master_key_cached())
    found = CameraOwner.objects.filter(id=link.owner_id).first() if link else None
    if link is None or found is None or link.is_over(at) or link.generation != found.link_generation:
        raise LinkIsOver
    return access.owner(found.id, station=found.station, language=found.language)


def cameras_of(holder: Owner) -> list[CameraView]:
    """The cameras of the holder of a link, the latest first."""
    found = Camera.objects.filter(owner_id=holder.owner_id, retired_at__isnull=True).select_related("owner").order_by("-added_at", "code")
    return [_view(camera, holder) for camera in found]


def entries(station: str, *, for_: Who) -> list[Entry]:
    """The whole register as a list states it, addresses included: only for those who may change it."""
    if not may(for_, access.MANAGE, station=station):
        raise NotFound
    return [entry_of(camera) for camera in _sought(station, NOTHING_SOUGHT)]


def preview(sheet: Sheet, *, station: str, for_: Who) -> Checked:
    """What a list would do to the register, without doing it."""
    if not may(for_, access.MANAGE, station=station):
        raise NotFound
    return check(sheet, known(station, codes=codes_in(sheet))[0])


def history(code: str, *, for_: Who) -> list[Recorded]:
    """All that was done with a camera, the latest first; of lists, those that brought it or changed it last.

    Who looked through it is asked of ``senses.looks``: there are a thousand looks for each change.
    """
    found = _of(code, for_)
    lists = [act for act in acts_on(f"cameras:{found.station}") if act.action == IMPORTED and act.at in {found.added_at, found.changed_at}]
    return sorted([*acts_on(f"camera:{code}", but=LOOKS), *lists], key=lambda act: act.at, reverse=True)


def _owner_view(found: CameraOwner, number: int) -> OwnerView:
    return OwnerView(found.id, found.station, found.name, found.kind, found.channel, found.language, number)


def _view(c: Camera, for_: Who) -> CameraView:
    entry = entry_of(c)
    if not may(for_, access.MANAGE, station=c.station):
        entry = replace(entry, address="", sub_address="")
    return CameraView(
        c.code, c.station, c.zone_id or "", c.owner_id, c.owner.name, c.owner.kind, c.name_th, c.name_en or c.name_th, c.lon, c.lat,
        c.azimuth_deg, c.tier, c.live_radius_m, c.contract_until, c.paused_at, c.withdrawn_at, c.state, c.state_since, c.surveyed_at,
        c.added_at, c.changed_at, c.version, entry, bool(c.credential), c.slew_agreed_at,
    )  # fmt: skip
