"""Reading the audit log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

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


def acts_on(thing: str) -> list[Recorded]:
    """Everything recorded about one thing (``incident:41``), oldest first."""
    leaves = Leaf.objects.filter(object=thing).order_by("at", "id")
    return [Recorded(leaf.at, leaf.actor, leaf.action, leaf.object, leaf.why, leaf.facts) for leaf in leaves]
