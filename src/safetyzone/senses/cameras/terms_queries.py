"""What owners share of many cameras at once: for the rooms that ask at every look, and again every two seconds."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from safetyzone.kernel.geometry import Point
from safetyzone.senses.cameras.models import Camera
from safetyzone.senses.cameras.rules import Tier
from safetyzone.senses.cameras.terms import Terms


@dataclass(frozen=True, slots=True)
class Source:
    """A camera that a program may have to open. It is no answer to a person: addresses, and a credential that stays sealed."""

    terms: Terms
    address: str = field(repr=False)
    sub_address: str = field(repr=False)
    credential: bytes = field(repr=False)
    retention_days: int
    """How long its owner lets it be kept; 0: he set no bound of his own."""


_COLUMNS = (
    "code", "station", "owner__kind", "name_th", "name_en", "lon", "lat", "tier", "live_radius_m", "paused_at", "withdrawn_at",
    "contract_until",
)  # fmt: skip


def terms(codes: Iterable[str]) -> dict[str, Terms]:
    """By code, in one question; a camera that is not in the register, or no longer in service, is left out.

    Who may know of a camera is asked by the caller.
    """
    found = Camera.objects.filter(retired_at=None).extra(where=["code = ANY(%s)"], params=[list(codes)])
    return {each.code: each for each in map(_terms, _rows(found))}


def sources() -> list[Source]:
    """Every camera in service whose owner shares live pictures at some time: by code."""
    found = Camera.objects.filter(tier__in=[Tier.ALWAYS, Tier.DURING_INCIDENT], retired_at=None, withdrawn_at=None, paused_at=None)
    more = ("address", "sub_address", "credential", "retention_days")
    return [
        Source(_terms(row[: len(_COLUMNS)]), row[-4], row[-3], bytes(row[-2]), row[-1]) for row in _rows(found.order_by("code"), *more)
    ]


def _rows(found: QuerySet[Camera], *more: str) -> "QuerySet[Camera, tuple[Any, ...]]":
    return found.values_list(*_COLUMNS, *more)


def _terms(row: tuple[Any, ...]) -> Terms:
    code, station, owner_kind, name_th, name_en, lon, lat, tier, radius, paused_at, withdrawn_at, until = row
    return Terms(
        code, station, owner_kind, name_th, name_en or name_th, Point(lon, lat), tier, radius, paused_at is not None,
        withdrawn_at is not None, until,
    )  # fmt: skip
