"""Eight cameras hang on a junction and look one way; three turns later the street is seen, and the owners had their say throughout."""

from datetime import datetime, timedelta

import pytest

from safetyzone import story
from safetyzone.ground.officers.access import COMMAND_LINE, SYSTEM, Who
from safetyzone.ground.zones.actions import load_ground
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.ids import new_id
from safetyzone.prevention.works import actions as works
from safetyzone.prevention.works import queries as work_queries
from safetyzone.prevention.works.lifecycle import Status
from safetyzone.senses.cameras import actions as cameras
from safetyzone.senses.cameras import advice_actions, advice_queries, figures_queries, health_actions, survey_actions
from safetyzone.senses.cameras import queries as camera_queries
from safetyzone.senses.cameras import standing as standings
from safetyzone.senses.cameras.access import owner
from safetyzone.senses.cameras.advice.work import work
from safetyzone.senses.cameras.figures_actions import keep_figures
from safetyzone.senses.cameras.seeing_queries import seeing
from safetyzone.senses.cameras.standing import standing
from safetyzone.senses.cameras.survey_actions import Found
from safetyzone.senses.cameras.survey_rules import Condition, Pose
from safetyzone.senses.cameras.tests import junction
from safetyzone.senses.cameras.tests.junction import NOON, STATION, ZONE
from safetyzone.trust.audit.verify import verify

PLANNER = Who("malee", grants=frozenset({(STATION, right) for right in ("see_cameras", "plan_cameras", "manage_cameras")}))
PATROL = Who("wichai", grants=frozenset({(STATION, "survey_cameras")}))
EAST = Point(*junction.at(60, 0))


def after(days: float) -> datetime:
    return NOON + timedelta(days=days)


@pytest.fixture
def owners(db, monkeypatch):
    story.begin()
    load_ground(by=COMMAND_LINE, at=NOON)
    made = junction.ground()
    monkeypatch.setattr(standings, "ground_of", lambda _station: made)
    monkeypatch.setattr(standings, "_standing", {})
    return {camera.code: camera.owner_id for camera in junction.eight_cameras()}


def survey(code: str, azimuth: float, tilt: float, at: datetime) -> None:
    there = camera_queries.camera(code, for_=PLANNER)
    found = Found(
        id=new_id(), camera=code, made_at=at, base_version=there.version, condition=Condition.GOOD,
        measured=Pose(azimuth_deg=azimuth, tilt_deg=tilt),
    )  # fmt: skip
    survey_actions.record_survey(found=found, by=PATROL, at=at)


def test_three_turns_make_the_junction_seen_and_two_surveys_are_needed_where_the_first_finds_it_wrong(owners):
    here = standing(STATION)
    keep_figures(here, by=SYSTEM, at=NOON)
    before = here.shares(ZONE, 25)
    assert not any(each.sees for each in seeing(STATION, EAST, at=NOON, for_=PLANNER, incident_open=True))
    assert here.dead_spots(ZONE, 25, night=False)[0].metres > 100

    asked = advice_actions.ask(zone=ZONE, kind="reaim", asked={"most_moves": 3, "seconds": 5}, by=PLANNER, at=NOON)
    work(asked, now=lambda: NOON)
    moves = advice_queries.advice(asked, for_=PLANNER).answer["moves"]
    assert len(moves) == 3

    ordered = {
        move["camera"]: works.order_turn(
            camera=move["camera"], to_azimuth=move["to_azimuth"], to_tilt=move["to_tilt"], gain_m=move["gain_m"], by=PLANNER, at=after(1)
        )
        for move in moves
    }
    first = moves[0]["camera"]
    works.mark_done(work_id=ordered[first], by=owner(owners[first], station=STATION, language="th"), at=after(2))
    survey(first, (moves[0]["to_azimuth"] + 30) % 360, moves[0]["to_tilt"], after(3))
    assert work_queries.work(ordered[first], for_=PLANNER).is_open, "thirty degrees off is not as ordered"
    for move in moves:
        survey(move["camera"], move["to_azimuth"], move["to_tilt"], after(4))
    assert {work_queries.work(each, for_=PLANNER).status for each in ordered.values()} == {Status.CONFIRMED}

    seen = standing(STATION)
    keep_figures(seen, by=SYSTEM, at=after(4))
    assert seen.shares(ZONE, 25).one_day >= 1.4 * before.one_day
    trend = figures_queries.trend(ZONE, 25, since=NOON)
    assert trend[-1].one_day > trend[0].one_day
    assert any(each.sees for each in seeing(STATION, EAST, at=NOON, for_=PLANNER, incident_open=True))
    assert verify().broken == []


def test_what_its_owner_takes_back_is_closed_at_the_next_look_and_counts_no_more(owners):
    north = Point(*junction.at(0, 40))
    shop = next(code for code, who in owners.items() if camera_queries.owner(who, for_=PLANNER).kind == "shop")
    holder = owner(owners[shop], station=STATION, language="th")

    def seen_by() -> dict[str, bool]:
        return {each.camera: each.may_open for each in seeing(STATION, north, at=NOON, for_=PLANNER, incident_open=True, most=8)}

    assert seen_by()[shop]
    cameras.pause(code=shop, by=holder, at=after(1))
    assert shop not in {code for code, may in seen_by().items() if may}
    cameras.resume(code=shop, by=holder, at=after(2))
    assert seen_by()[shop]
    cameras.withdraw(code=shop, by=holder, at=after(3))
    assert shop not in seen_by()


def test_a_camera_that_fails_is_out_of_the_figure_and_the_tiles_at_once(owners):
    north = Point(*junction.at(0, 40))
    here = standing(STATION)
    working = len(here.working())
    for seconds in (0, 20):
        health_actions.found("CAM-01", works=False, by=SYSTEM, at=NOON + timedelta(seconds=seconds))
    assert len(standing(STATION).working()) == working - 1
    told = {each.camera: each for each in seeing(STATION, north, at=NOON, for_=PLANNER, incident_open=True, most=9)}
    assert not told["CAM-01"].sees
    assert "ไม่ทำงาน" in told["CAM-01"].why_th
