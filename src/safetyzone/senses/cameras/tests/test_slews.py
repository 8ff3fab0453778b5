"""A camera's slew from the wish to its end: whose it is, how often it is tried, and when it goes home."""

from datetime import timedelta
from uuid import UUID

import pytest

from safetyzone.ground.officers.access import SYSTEM, Who
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.refusals import NotFound, NotYours, OutOfOrder
from safetyzone.senses.cameras import actions, health_actions, slew_actions, slew_queries, slew_rules
from safetyzone.senses.cameras.finding.ptz import Position
from safetyzone.senses.cameras.health.tests.scenes import look, scene
from safetyzone.senses.cameras.models import Camera, CameraFault, CameraSlew
from safetyzone.senses.cameras.slew_actions import Spot
from safetyzone.senses.cameras.tests.town import NIGHT, OPERATOR, PLANNER, STATION
from safetyzone.trust.audit.models import Leaf

SPOT = Point(100.5405, 13.7445)
STOOD = Position(0.25, -0.5, "space", 0.0, "")
WATCHER = Who(name="malee", grants=frozenset({(STATION, "see_cameras"), (STATION, "watch_live")}))


@pytest.fixture
def police(add) -> str:
    return add("LPN-C001", owner="สน.ลุมพินี", owner_kind="police", kind="ptz", tier="always", address="rtsp://10.0.0.7/1")


def asked(code: str, incident: int = 41, at=NIGHT) -> UUID:
    [slew] = slew_actions.ask(Spot(incident, STATION, SPOT, ("LPN-P007",)), [code], by=SYSTEM, at=at)
    return slew


def begun(code: str, at=NIGHT) -> UUID:
    slew = asked(code, at=at)
    assert slew_actions.begin(slew, before=STOOD, by=SYSTEM, at=at)
    return slew


def status(slew: UUID) -> tuple[str, str]:
    return CameraSlew.objects.values_list("status", "why").get(id=slew)


def test_two_incidents_never_have_one_camera(police):
    asked(police)
    assert slew_actions.ask(Spot(42, STATION, SPOT), [police], by=SYSTEM, at=NIGHT) == []


@pytest.mark.parametrize("shut", [
    {"kind": "fixed"}, {"may_turn": False}, {"tier": "map_only"}, {"tier": "on_request"}, {"paused_at": NIGHT}, {"withdrawn_at": NIGHT},
    {"tier": "during_incident", "live_radius_m": 5}, {"retired_at": NIGHT},
])  # fmt: skip
def test_what_may_not_be_turned_is_not_asked_for_and_not_begun_if_it_changed_meanwhile(police, shut):
    slew = asked(police)
    Camera.objects.update(**shut)
    assert not slew_actions.begin(slew, before=STOOD, by=SYSTEM, at=NIGHT)
    assert status(slew) == ("home", "terms")
    assert slew_actions.ask(Spot(42, STATION, SPOT), [police], by=SYSTEM, at=NIGHT) == []


def test_a_new_owner_has_said_nothing_yet(add):
    code = add("LPN-C001", kind="ptz", owner="สน.ลุมพินี", owner_kind="police")
    Camera.objects.update(slew_agreed_at=NIGHT)
    actions.change_camera(code=code, given={"owner": "ร้านใหม่", "owner_kind": "shop"}, by=PLANNER, at=NIGHT)
    assert Camera.objects.get().slew_agreed_at is None


def test_it_is_on_record_before_it_moves_and_one_sent_home_before_it_began_has_nothing_to_do(police):
    slew = begun(police)
    assert Leaf.objects.filter(action="camera.turning", object=f"camera:{police}", facts__incident=41).exists()
    slew_actions.send_home([slew], why="closed", by=SYSTEM, at=NIGHT)
    slew_actions.turned(slew, way="position", by=SYSTEM, at=NIGHT)
    assert status(slew) == ("homeward", "closed"), "an order that arrives late does not hold it"
    [to_do] = slew_queries.to_do(at=NIGHT)
    assert (to_do.homeward, to_do.before) == (True, STOOD)
    slew_actions.home(slew, by=SYSTEM, at=NIGHT)
    early = asked(police)
    slew_actions.send_home([early], why="closed", by=SYSTEM, at=NIGHT)
    assert status(early)[0] == "home"
    assert slew_queries.to_do(at=NIGHT) == []


def test_a_second_try_remembers_where_it_stood_at_the_first(police):
    slew = begun(police)
    slew_actions.failed(slew, why="no answer", by=SYSTEM, at=NIGHT)
    assert slew_queries.to_do(at=NIGHT) == [], "not at once"
    later = NIGHT + timedelta(seconds=3)
    assert [one.before for one in slew_queries.to_do(at=later)] == [STOOD]
    assert slew_actions.begin(slew, before=Position(0.9, 0.9, "space"), by=SYSTEM, at=later)
    assert Position(**CameraSlew.objects.get().before) == STOOD
    slew_actions.failed(slew, why="no answer", by=SYSTEM, at=later)
    assert status(slew) == ("homeward", "no answer"), "it may have moved"


def test_one_that_never_answered_is_given_up_and_one_that_does_not_come_home_is_told(police):
    slew = asked(police)
    for _ in range(slew_rules.TRIES_TO_TURN):
        slew_actions.failed(slew, why="password", by=SYSTEM, at=NIGHT)
    assert status(slew) == ("failed", "password")
    assert slew_queries.of_incident(41)[0].en == "could not be turned: its password is wrong"
    slew = begun(police)
    slew_actions.send_home([slew], why="too long", by=SYSTEM, at=NIGHT)
    for _ in range(slew_rules.TRIES_HOME):
        slew_actions.failed(slew, why="not back", by=SYSTEM, at=NIGHT)
    assert status(slew) == ("lost", "not back")
    assert Leaf.objects.filter(action="camera.not_home", facts__incident=41).exists()


def test_only_who_may_watch_takes_it_by_hand_and_his_hand_holds_it_for_its_time(police):
    slew = begun(police)
    slew_actions.turned(slew, way="position", by=SYSTEM, at=NIGHT)
    with pytest.raises(NotYours):
        slew_actions.take_by_hand(incident=41, camera=police, by=OPERATOR, at=NIGHT)
    with pytest.raises(NotFound):
        slew_actions.take_by_hand(incident=42, camera=police, by=WATCHER, at=NIGHT)
    slew_actions.take_by_hand(incident=41, camera=police, by=WATCHER, at=NIGHT)
    assert slew_actions.send_home([slew], why="closed", by=SYSTEM, at=NIGHT) == 0
    assert slew_queries.to_do(at=NIGHT) == []
    assert slew_actions.send_home([slew], why="closed", by=SYSTEM, at=NIGHT + slew_rules.HAND_FOR) == 1
    slew_actions.home(slew, by=SYSTEM, at=NIGHT)
    with pytest.raises(OutOfOrder):
        slew_actions.take_by_hand(incident=41, camera=police, by=WATCHER, at=NIGHT)


def test_a_camera_that_is_turned_on_purpose_has_not_moved(police):
    health_actions.looked(police, grey=look(scene(1)), by=SYSTEM, at=NIGHT)
    slew = begun(police)
    for _ in range(9):
        assert health_actions.looked(police, grey=look(scene(2)), by=SYSTEM, at=NIGHT) == []
    slew_actions.send_home([slew], why="closed", by=SYSTEM, at=NIGHT)
    slew_actions.home(slew, by=SYSTEM, at=NIGHT)
    assert not CameraFault.objects.exists()
    for _ in range(9):
        health_actions.looked(police, grey=look(scene(2)), by=SYSTEM, at=NIGHT + 2 * slew_rules.SETTLES)
    assert CameraFault.objects.filter(kind="moved").exists(), "and one that does not look home again has"


def test_every_status_and_reason_has_its_words():
    assert set(slew_rules.STATE) == set(CameraSlew.Status.values)
    assert all(th != en for th, en in (slew_rules.STATE | slew_rules.WHY_NOT | slew_rules.WHY_HOME).values())
