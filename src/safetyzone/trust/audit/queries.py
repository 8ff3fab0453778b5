"""Reading the audit log."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from safetyzone.trust.audit.chain import Link, canonical
from safetyzone.trust.audit.models import Leaf


@dataclass(frozen=True, slots=True)
class Recorded:
    """One leaf, as it was written."""

    at: datetime
    actor: str
    action: str
    object: str
    why: str
    facts: dict[str, Any]


def acts_on(thing: str, *, but: Collection[str] = ()) -> list[Recorded]:
    """Everything recorded about one thing (``incident:41``), oldest first; ``but`` names acts to leave out."""
    leaves = Leaf.objects.filter(object=thing).exclude(action__in=but).order_by("at", "id")
    return [Recorded(leaf.at, leaf.actor, leaf.action, leaf.object, leaf.why, leaf.facts) for leaf in leaves]


def acts_of(actions: Collection[str], *, stations: Collection[str], since: datetime, until: datetime) -> list[Recorded]:
    """All acts of these kinds at these stations from one moment to before another, oldest first."""
    leaves = Leaf.objects.filter(station__in=stations, at__gte=since, at__lt=until, action__in=actions).order_by("at", "id")
    return [Recorded(leaf.at, leaf.actor, leaf.action, leaf.object, leaf.why, leaf.facts) for leaf in leaves]


def proofs_on(thing: str) -> list[dict[str, Any]]:
    """The leaves about one thing as anybody can check them: SHA-256 of 0x01, ``previous`` and ``canonical`` is ``hash``."""
    return [
        {
            "lane": leaf.lane, "seq": leaf.seq, "previous": bytes(leaf.previous).hex(), "hash": bytes(leaf.hash).hex(),
            "canonical": canonical(
                Link(
                    lane=leaf.lane, seq=leaf.seq, at=leaf.at, actor=leaf.actor, action=leaf.action, object=leaf.object,
                    station=leaf.station, why=leaf.why, facts=leaf.facts, commitment=bytes(leaf.commitment),
                )
            ).decode(),
        }
        for leaf in Leaf.objects.filter(object=thing).order_by("lane", "seq")
    ]  # fmt: skip
