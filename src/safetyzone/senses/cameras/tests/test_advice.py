"""Advice: asked, worked out, stopped, taken up again; and worth the ladder."""

from itertools import product

import numpy as np
import pytest

from safetyzone.ground.officers.access import COMMAND_LINE, SYSTEM, Who
from safetyzone.ground.zones.actions import load_ground
from safetyzone.kernel.ids import new_id
from safetyzone.kernel.refusals import NotFound, NotYours
from safetyzone.senses.cameras import advice_actions, advice_queries
from safetyzone.senses.cameras import standing as standings
from safetyzone.senses.cameras.advice import placing, turning
from safetyzone.senses.cameras.advice.work import work
from safetyzone.senses.cameras.coverage.seen import aimed
from safetyzone.senses.cameras.models import Advice, Camera
from safetyzone.senses.cameras.siting.warm import warm
from safetyzone.senses.cameras.standing import Standing, standing
from safetyzone.senses.cameras.tests import junction
from safetyzone.senses.cameras.tests.junction import NOON, STATION, ZONE

PLANNER = Who("malee", grants=frozenset({(STATION, "see_cameras"), (STATION, "plan_cameras")}))
STRANGER = Who("somchai", grants=frozenset({("pattaya", "see_cameras"), ("pattaya", "plan_cameras")}))


def go_on(_progress, _state):
    return True


@pytest.fixture
def here(db, monkeypatch) -> Standing:
    load_ground(by=COMMAND_LINE, at=NOON)
    made = junction.ground()
    monkeypatch.setattr(standings, "ground_of", lambda _station: made)
    monkeypatch.setattr(standings, "_standing", {})
    junction.eight_cameras()
    return standing(STATION)


def turned(here: Standing, *, most_moves: int, **more: object) -> dict:
    warm()
    asked = turning.Asked(ZONE, 25, night=False, seconds=30, most_moves=most_moves)
    risk = np.ones(len(here.ground.points))
    return turning.advise(here, asked, risk, owners={}, state={}, told=go_on, **more)


def test_three_turns_of_eight_cameras_that_look_one_way_gain_most_of_what_any_three_could(here):
    answer = turned(here, most_moves=3)
    assert len(answer["moves"]) == 3
    assert answer["after_m"] >= 1.4 * answer["before_m"]
    assert answer["gap"] == 0
    # Exhaustively: the cameras of one corner see nearly alike, so one of each corner is turned, over all headings.
    cameras = here.working()[:4]
    rows = []
    for one in cameras:
        poses = turning.ways(one)
        rows.append(aimed(here.ground, here.known(one), poses, 25, of=np.zeros(len(poses), np.int64))[:24] > 0)
    still = np.stack([here.row(one, 25, False) > 0 for one in here.working()[4:]]).any(axis=0)
    metres = here.ground.points.weight
    best = max(
        float(metres[still | rows[a][i] | rows[b][j] | rows[c][k]].sum())
        for a, b, c in ((0, 1, 2), (1, 2, 3))
        for i, j, k in product(range(0, 24, 2), repeat=3)
    )
    assert answer["after_m"] >= 0.95 * best


def test_each_turn_gains_and_the_gains_add_up(here):
    answer = turned(here, most_moves=8)
    gains = [move["gain_m"] for move in answer["moves"]]
    assert gains == sorted(gains, reverse=True)
    assert answer["before_m"] + sum(gains) == pytest.approx(answer["after_m"], abs=1)
    assert answer["bound"] >= answer["value"] - 1e-6


def test_a_door_that_must_stay_seen_stays_seen_and_what_may_not_turn_does_not(here):
    Camera.objects.filter(code="CAM-01").update(must_see=[list(junction.at(0, 30))], changed_at=junction.MIDNIGHT)
    Camera.objects.exclude(code="CAM-01").update(may_turn=False, changed_at=junction.MIDNIGHT)
    answer = turned(standing(STATION), most_moves=8)
    assert {move["camera"] for move in answer["moves"]} <= {"CAM-01"}
    for move in answer["moves"]:
        assert standing(STATION).try_turn(
            "CAM-01", move["to_azimuth"], move["to_tilt"], zone=ZONE, density_px_m=25, night=False
        ).must_see_kept


def test_cameras_that_see_the_same_are_told_with_their_owners(here):
    doubles = turned(here, most_moves=1)["duplicates"]
    assert len(doubles) >= 4
    assert doubles[0]["share"] > 0.8
    assert doubles[0]["others"]


def test_new_cameras_stay_within_the_budget_and_come_with_their_bill(here):
    asked = placing.Asked(ZONE, 25, night=False, seconds=5, budget_baht=100_000)
    answer = placing.advise(here, asked, np.ones(len(here.ground.points)), state={}, told=go_on)
    assert 1 <= len(answer["sites"]) <= 2
    assert 0 < answer["total_baht"] <= 100_000
    assert answer["after_m"] == pytest.approx(answer["before_m"] + sum(site["gain_m"] for site in answer["sites"]), abs=1)
    assert any("no_power_point" in line["notes"] for line in answer["bill"])


def test_a_question_is_answered_and_everybody_who_may_see_it_sees_how_far_it_is(here):
    number = advice_actions.ask(zone=ZONE, kind="reaim", asked={"most_moves": "3", "seconds": 5}, by=PLANNER, at=NOON)
    assert advice_queries.advice(number, for_=PLANNER).runs
    assert work(number, now=lambda: NOON)
    found = advice_queries.advice(number, for_=PLANNER)
    assert found.status == "finished"
    assert len(found.answer["moves"]) == 3
    assert found.progress["gap"] == 0
    assert not work(number, now=lambda: NOON), "what is answered is not worked on again"
    with pytest.raises(NotFound):
        advice_queries.advice(number, for_=STRANGER)


def test_a_run_that_is_stopped_keeps_what_it_found_and_goes_on_from_there(here, monkeypatch):
    number = advice_actions.ask(zone=ZONE, kind="siting", asked={"budget_baht": 200_000, "seconds": 5}, by=PLANNER, at=NOON)
    Advice.objects.filter(id=number).update(status="running", stop_asked=True)
    told = {"progress": {"phase": "greedy"}, "answer": {"sites": []}, "state": {"question": "x"}}
    assert not advice_actions.progressed(number, **told, by=SYSTEM, at=NOON)
    advice_actions.ended(number, by=SYSTEM, at=NOON)
    assert advice_queries.advice(number, for_=PLANNER).status == "stopped"
    advice_actions.go_on(advice_id=number, by=PLANNER, at=NOON)
    assert work(number, now=lambda: NOON)
    assert advice_queries.advice(number, for_=PLANNER).answer["sites"]


@pytest.mark.parametrize("asked", [{"most_moves": 0}, {"seconds": "soon"}, {"density_px_m": -1}, {"most_moves": float("nan")}])
def test_a_question_nobody_could_answer_is_refused_with_its_reason(here, asked):
    with pytest.raises(advice_actions.BadQuestion) as no:
        advice_actions.ask(zone=ZONE, kind="reaim", asked=asked, by=PLANNER, at=NOON)
    assert "ต้องอยู่ระหว่าง" in no.value.say("th")


def test_only_a_planner_of_the_station_may_ask_and_stop(here):
    looker = Who("nok", grants=frozenset({(STATION, "see_cameras")}))
    with pytest.raises(NotYours):
        advice_actions.ask(zone=ZONE, kind="reaim", asked={}, by=looker, at=NOON)
    number = advice_actions.ask(zone=ZONE, kind="reaim", asked={}, by=PLANNER, at=NOON)
    with pytest.raises(NotYours):
        advice_actions.stop(advice_id=number, by=looker, at=NOON)
    with pytest.raises(NotFound):
        advice_actions.stop(advice_id=number, by=STRANGER, at=NOON)
    with pytest.raises(NotFound):
        advice_actions.stop(advice_id=new_id(), by=PLANNER, at=NOON)
