"""What an owner shares of one camera, as a rule needs it. Pure."""

from dataclasses import dataclass
from datetime import date, datetime

from safetyzone.kernel.geometry import Point
from safetyzone.senses.cameras import rules


@dataclass(frozen=True, slots=True)
class Terms:
    """One camera in service: whose it is, where it hangs, what of it may be opened."""

    code: str
    station: str
    owner_kind: str
    name_th: str
    name_en: str
    where: Point
    tier: str
    live_radius_m: int
    paused: bool
    withdrawn: bool
    contract_until: date | None

    @property
    def is_private(self) -> bool:
        """Only its owner may widen what he shares."""
        return self.owner_kind in rules.PRIVATE_KINDS

    def may_open(self, what: str, *, nearest_m: float | None, at: datetime, granted: bool = False) -> rules.Verdict:
        """``rules.may_open`` of this camera: ``live`` or ``recorded``, with the metres to the open incident that counts."""
        return rules.may_open(
            self.tier, what=what, paused=self.paused, withdrawn=self.withdrawn, contract_until=self.contract_until,
            nearest_m=nearest_m, live_radius_m=self.live_radius_m, at=at, granted=granted,
        )  # fmt: skip
