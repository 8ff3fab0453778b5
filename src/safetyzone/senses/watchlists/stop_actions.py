"""The kill switch: signed, append-only, at once. Off takes one person, on again another; protected places are kept here too."""

from datetime import datetime

from django.db import transaction

from safetyzone.ground.officers.access import Who
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.live import Thing, changed
from safetyzone.kernel.refusals import NotFound, OutOfOrder
from safetyzone.senses.watchlists import access, rules
from safetyzone.senses.watchlists.models import KillSwitch, ProtectedPlace
from safetyzone.senses.watchlists.queries import matching_off
from safetyzone.senses.watchlists.terms import Kind, Place
from safetyzone.trust.audit.actions import Act, record
from safetyzone.trust.evidence.signing import station_key


@transaction.atomic
def kill(*, station: str, kind: str, why: str, by: Who, at: datetime) -> None:
    """Matching of one kind is off at a station from this instant. Vision is given nothing more within two seconds.

    Raises:
        OutOfOrder: it is off already. SaysNoReason.
    """
    access.must(by, access.STOP, station=station)
    if Kind(kind) in matching_off(station, at):
        raise OutOfOrder
    _switch(station, Kind(kind), off=True, why=rules.reason(why), second="", by=by, at=at)


@transaction.atomic
def release(*, station: str, kind: str, why: str, by: Who, at: datetime) -> None:
    """Matching is on again: said by somebody who approves lists, and never by the one who stopped it.

    Raises:
        SamePerson: she stopped it herself. OutOfOrder: it is on.
    """
    access.must(by, access.APPROVE, station=station)
    last = KillSwitch.objects.filter(station=station, kind=kind, at__lte=at).order_by("-at", "-id").first()
    if last is None or not last.off:
        raise OutOfOrder
    if last.by.casefold() == by.name.casefold():
        raise rules.SamePerson
    _switch(station, Kind(kind), off=False, why=rules.reason(why), second=last.by, by=by, at=at)


def _switch(station: str, kind: Kind, *, off: bool, why: str, second: str, by: Who, at: datetime) -> None:
    signature = station_key().sign(rules.switch_line(station, kind, off=off, at=at).encode()).hex()
    made = KillSwitch.objects.create(station=station, kind=kind, off=off, at=at, by=by.name, second=second, why=why, signature=signature)
    changed([Thing("matching", kind, station)])
    facts = {"kind": kind.value, "off": off, "second": second, "signature": signature}
    act = Act(actor=by.name, action="matching.stopped" if off else "matching.released", object=f"switch:{made.pk}", station=station, at=at,
              why=why, facts=facts)  # fmt: skip
    record(act)


@transaction.atomic
def protect(
    *, station: str, kind: str, name_th: str, centre: Point, radius_m: float, since: datetime, until: datetime | None, by: Who, at: datetime
) -> int:
    """Name a protected place; faces there are compared only with a court's or prosecutor's reference, from ``since`` on."""
    access.must(by, access.APPROVE, station=station)
    if kind not in [one.value for one in Place] or not 0 < radius_m <= 3000 or (until is not None and until <= since):  # noqa: PLR2004
        raise NotFound
    made = ProtectedPlace.objects.create(
        station=station, kind=kind, name_th=rules.reason(name_th)[:120], lon=centre.lon, lat=centre.lat, radius_m=radius_m, since=since,
        until=until, by=by.name,
    )  # fmt: skip
    facts = {"kind": kind, "radius_m": radius_m, "since": since.isoformat(), "until": until.isoformat() if until else ""}
    record(Act(actor=by.name, action="place.protected", object=f"place:{made.pk}", station=station, at=at, facts=facts))
    return made.pk
