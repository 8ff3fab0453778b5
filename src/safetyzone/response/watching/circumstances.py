"""What holds at one moment: owners' terms, open incidents and how far they are. Asked in a few questions, however many look."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from safetyzone.ground.officers.access import Who
from safetyzone.response.incidents import nearby_queries
from safetyzone.response.incidents.nearby_queries import OpenCase
from safetyzone.response.watching import rules
from safetyzone.response.watching.rules import Ask, Call
from safetyzone.senses.cameras import terms_queries
from safetyzone.senses.cameras.rules import Verdict
from safetyzone.senses.cameras.terms import Terms

ABOUT_A_DEGREE_M = 111_000.0


@dataclass
class Circumstances:
    """Good for one moment: made, asked, thrown away."""

    at: datetime
    terms: dict[str, Terms]
    cases: dict[int, OpenCase]
    standing_for: dict[int, OpenCase | None] = field(default_factory=dict)
    _near: dict[str, Call | None] = field(default_factory=dict)
    _barred: dict[tuple[str, str, str], Verdict | None] = field(default_factory=dict)
    _shared: dict[tuple[str, Ask, int | None], Verdict] = field(default_factory=dict)
    _named: dict[tuple[str, int], Call | None] = field(default_factory=dict)

    def verdict(self, who: Who | None, camera: str, ask: Ask, incident: int | None = None) -> Verdict:
        """``rules.verdict`` for this person and camera; each half of it is asked once for all whom it concerns."""
        terms = self.terms.get(camera)
        if terms is None:
            return rules.no("not_found")
        person = (who.name if who else "", terms.station, ask.mode)
        if person not in self._barred:
            self._barred[person] = rules.barred(who, terms.station, ask.mode)
        if (no := self._barred[person]) is not None:
            return no
        asked = (camera, ask, incident)
        if asked not in self._shared:
            self._shared[asked] = rules.shared(terms, ask, self.call(terms, incident), at=self.at)
        return self._shared[asked]

    def call(self, terms: Terms, incident: int | None) -> Call | None:
        """The incident that counts for a camera: the one named, or the nearest."""
        if incident is None:
            if terms.code not in self._near:
                self._near[terms.code] = self._nearest(terms)
            return self._near[terms.code]
        key = (terms.code, incident)
        if key not in self._named:
            case = self.standing_for.get(incident)
            self._named[key] = Call(terms.where.metres_to(case.where), case.began_at) if case else None
        return self._named[key]

    def _nearest(self, terms: Terms) -> Call | None:
        """Whatever lies beyond the radius is compared by latitude only as long as something nearer is known."""
        best: Call | None = None
        for case in self.cases.values():
            if best is not None and abs(case.where.lat - terms.where.lat) * ABOUT_A_DEGREE_M > best.metres:
                continue
            metres = terms.where.metres_to(case.where)
            if best is None or metres < best.metres:
                best = Call(metres, case.began_at)
        return best


def now(cameras: Iterable[str], incidents: Iterable[int] = (), *, at: datetime) -> Circumstances:
    """What holds for these cameras and incidents."""
    return of(terms_queries.terms(cameras), incidents, at=at)


def of(terms: dict[str, Terms], incidents: Iterable[int] = (), *, at: datetime) -> Circumstances:
    """The same where the terms are known already."""
    cases = nearby_queries.open_cases()
    return Circumstances(at, terms, cases, nearby_queries.standing_for(incidents, cases))
