"""One person's look at the plan of a zone: which zone, how fine, by day or by night; and what each of the five questions shows."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.http import QueryDict

from safetyzone.ground.officers.access import may
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.ground.zones import queries as zones
from safetyzone.kernel.refusals import NotFound, Refused
from safetyzone.senses.cameras import advice_queries, figures_queries, optics, planner_queries, planner_words, weights
from safetyzone.senses.cameras.advice_queries import AdviceView
from safetyzone.senses.cameras.coverage.zone import Shares
from safetyzone.senses.cameras.standing import DeadSpot, Standing, standing
from safetyzone.senses.cameras.views.camera_map import station_of

QUESTIONS = ("coverage", "dead", "turn", "sites", "hand")
MOST_DEAD = 20


class BadQuestion(Refused):
    """A choice that the page does not offer."""

    code = "bad_question"
    th = "ตัวเลือกนี้ใช้ไม่ได้"
    en = "There is no such choice."


class Look:
    """What is looked at.

    Raises:
        NotYours, NotFound: as ``station_of``; or no such zone there. BadQuestion: no such class.
    """

    def __init__(self, request: OfficerRequest) -> None:
        self.request = request
        self.station = station_of(request)
        self.zones = zones.zones(self.station)
        asked = request.GET.get("zone", "")
        self.zone = next((zone for zone in self.zones if zone.code == asked), None) if asked else next(iter(self.zones), None)
        if asked and self.zone is None:
            raise NotFound
        try:
            self.grade = optics.class_named(request.GET.get("class") or planner_words.DEFAULT_CLASS)
        except KeyError as unknown:
            raise BadQuestion from unknown
        self.night = request.GET.get("light") == "night"
        self.wish = _wish(request.GET)

    @property
    def may_plan(self) -> bool:
        return may(self.request.who, "plan_cameras", station=self.station)

    @cached_property
    def here(self) -> Standing:
        """The station's coverage.

        Raises:
            NotFound: the station has no zone.
        """
        if self.zone is None:
            raise NotFound("The station has no zone yet.", "สถานียังไม่มีเขตปลอดภัย")
        return standing(self.station)

    @property
    def code(self) -> str:
        """Of the zone."""
        if self.zone is None:
            raise NotFound
        return self.zone.code

    @cached_property
    def common(self) -> dict[str, Any]:
        """What every part of the page may name."""
        return {
            "station": self.station, "zone": self.zone, "zones": self.zones, "grade": self.grade, "night": self.night,
            "wish": self.wish, "sliders": [(name, *weights.WORDS[name], self.wish.weights.get(name, 1.0)) for name in weights.SOURCES],
            "may_plan": self.may_plan, "choices": planner_words.choices(), "good_for": planner_words.GOOD_FOR[self.grade.code],
        }  # fmt: skip

    @cached_property
    def shares(self) -> Shares:
        return self.here.shares(self.code, self.grade.px_m)

    @cached_property
    def dead_spots(self) -> list[DeadSpot]:
        risk = weights.risk(self.station, self.here.ground, self.request.now, self.wish)
        return self.here.dead_spots(self.code, self.grade.px_m, self.night, MOST_DEAD, risk)

    def latest(self, kind: str) -> AdviceView | None:
        """The newest question of a kind about this zone."""
        found = advice_queries.latest(self.code, station=self.station, for_=self.request.who)
        return planner_queries.newest(found, kind)

    def part(self, question: str) -> dict[str, Any]:
        """What one question's panel shows."""
        return {**self.common, "hanging": planner_queries.hanging(self.station), **_PARTS[question](self)}

    def coverage(self) -> dict[str, Any]:
        """The figure now, its history and what changed last."""
        now, back, px_m = self.request.now, planner_queries.LOOK_BACK, self.grade.px_m
        points = figures_queries.trend(self.code, px_m, since=now - back)
        return {
            "shares": self.shares, "trend": points, "first": points[0] if points else None,
            "day_line": planner_words.line([(each.at, each.one_day) for each in points], at=now, back=back),
            "night_line": planner_words.line([(each.at, each.one_night) for each in points], at=now, back=back),
            "changes": planner_queries.changed_last(self.station),
            "unplaced": sorted((code, no.say("th"), no.say("en")) for code, no in self.here.unplaced.items())[:MOST_DEAD],
        }  # fmt: skip

    def dead(self) -> dict[str, Any]:
        """The gaps, the weightiest first."""
        return {"spots": self.dead_spots, "shares": self.shares}

    def turn(self) -> dict[str, Any]:
        """Which cameras to turn."""
        advice = self.latest("reaim")
        return {**self._advice(advice), "moves": planner_queries.moves_of(advice) if advice else []}

    def sites(self) -> dict[str, Any]:
        """Where new cameras are worth most."""
        return self._advice(self.latest("siting"))

    def _advice(self, advice: AdviceView | None) -> dict[str, Any]:
        if advice is None:
            return {"advice": None}
        facts = advice.progress if advice.runs or not advice.answer else {**advice.progress, **advice.answer}
        newest = planner_queries.hanging(self.station).newest
        return {
            "advice": advice, "facts": facts, "proof": planner_queries.proof_of(facts),
            "grade_asked": next((each for each in _all_classes() if each.px_m == advice.asked.get("density_px_m")), None),
            "is_old": bool(newest and not advice.runs and newest > advice.changed_at),
        }  # fmt: skip

    def hand(self) -> dict[str, Any]:
        """The cameras that may be turned, for trying."""
        return {"cameras": sorted(self.here.cameras), "shares": self.shares}


def _wish(said: QueryDict) -> weights.Wish:
    """``hour`` (-1: all day) and one ``w_NAME`` a source, as the sliders say them. Raises BadQuestion, BadWeight."""
    try:
        hour = int(said.get("hour") or -1)
        given = {name: float(said.get(f"w_{name}", "")) for name in weights.SOURCES if f"w_{name}" in said}
    except ValueError as unreadable:
        raise BadQuestion from unreadable
    return weights.Wish(given, None if hour == -1 else hour)


def _all_classes() -> list[optics.DensityClass]:
    return [each for classes in optics.CLASSES.values() for each in classes]


_PARTS: dict[str, Callable[[Look], dict[str, Any]]] = {
    "coverage": Look.coverage, "dead": Look.dead, "turn": Look.turn, "sites": Look.sites, "hand": Look.hand,
}  # fmt: skip
