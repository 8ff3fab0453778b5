"""What became of each rule's hits, all cameras together: how right a kind of list is, and between what it may truly be (row B16)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from safetyzone.senses.watchlists import rules
from safetyzone.senses.watchlists.models import Hit, HitFigure
from safetyzone.senses.watchlists.queries import visible

DAYS = 30


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """A rule (what a list is for, and whether it compares plates or faces) in 30 days.

    ``different``: somebody said so, or it was found wrong afterwards. ``unclear``: nobody could tell. ``expired``: nobody answered in time.
    """

    purpose: str
    kind: str
    hits: int
    confirmed: int
    different: int
    unclear: int
    waiting: int

    @property
    def expired(self) -> int:
        """Deleted after their day without an answer: neither right nor wrong, and a sign that nobody looks."""
        return self.hits - self.confirmed - self.different - self.unclear - self.waiting

    @property
    def judged(self) -> int:
        """Hits of which somebody knows whether they were right."""
        return self.confirmed + self.different

    @property
    def precision(self) -> float | None:
        """Share of the judged ones that were right."""
        return self.confirmed / self.judged if self.judged else None

    @property
    def between(self) -> tuple[float, float]:
        """Between what the precision may truly be, 95 %."""
        return rules.wilson(self.confirmed, self.judged)

    @property
    def enough(self) -> bool:
        """Whether there were enough to speak of a share at all."""
        return self.judged >= rules.FALSE_SHARE_COUNTS_FROM


def rule_records(station: str, *, at: datetime) -> list[RuleRecord]:
    """Every rule that hit at this station in 30 days, the least right first; those of which nothing is known come last."""
    waiting = Hit.objects.filter(visible(at), station=station, state=Hit.State.WAITING).values("pk")
    month = HitFigure.objects.filter(station=station, at__gt=at - timedelta(days=DAYS), at__lte=at)
    rows = month.values("purpose", "kind").annotate(
        hits=Count("pk"), confirmed=Count("pk", filter=Q(answer="true")), different=Count("pk", filter=Q(answer="false")),
        unclear=Count("pk", filter=Q(answer="unclear")), waiting=Count("pk", filter=Q(answer="", hit__in=waiting)),
    )  # fmt: skip
    found = [RuleRecord(**row) for row in rows]
    return sorted(found, key=lambda one: (2.0 if one.precision is None else one.precision, one.purpose, one.kind))
