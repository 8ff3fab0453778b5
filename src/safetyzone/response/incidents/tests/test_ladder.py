"""Nobody takes the call: 10 s the next console, 20 s the duty phone, 30 s the nearest patrol (row C8)."""

import pytest

from safetyzone.kernel.refusals import Refused
from safetyzone.response.incidents import actions, deadlines, queries


@pytest.fixture
def asked(monkeypatch):
    """Which incidents the ladder took to the nearest patrol."""
    found = []
    monkeypatch.setitem(deadlines.HANDLERS, "offer_nearest", lambda *, incident_id, by, at: found.append(incident_id))
    return found


def climb(after, *seconds: float) -> list[int]:
    return [deadlines.due(after(second)) for second in seconds]


def rungs(incident: int) -> list[tuple[str, float]]:
    lines = queries.timeline(incident)
    return [(line.code, (line.at - lines[0].at).total_seconds()) for line in lines[1:]]


def test_every_rung_in_its_second(call, after, asked):
    incident = call()
    assert climb(after, 9.9, 10, 10.1, 20, 29.9, 30, 31) == [0, 1, 0, 1, 0, 1, 0]
    assert rungs(incident) == [("ring_next", 10), ("ring_duty", 20), ("offer_nearest", 30)]
    assert asked == [incident]


def test_an_answer_stops_the_ladder(call, malee, after, asked):
    incident = call()
    deadlines.due(after(10))
    actions.answer(incident_id=incident, by=malee, at=after(15))
    climb(after, 20, 30, 60)
    assert [code for code, _ in rungs(incident) if code in actions.RUNGS] == ["ring_next"]
    assert asked == []


def test_a_technical_press_never_moves_a_patrol_by_itself(call, after, asked):
    incident = call(kind="sos_technical")
    climb(after, 10, 20, 30)
    assert [code for code, _ in rungs(incident)] == ["ring_next", "ring_duty", "offer_nearest"]
    assert asked == []


def test_a_broken_pole_does_not_ring(call, after, asked):
    call(kind="pole_lost")
    assert climb(after, 10, 20, 30, 300) == [0, 0, 0, 0]


def test_a_loop_that_slept_catches_up_in_order(call, after, asked):
    incident = call()
    assert deadlines.due(after(100)) == 3
    assert [code for code, _ in rungs(incident)] == ["ring_next", "ring_duty", "offer_nearest"]


def test_when_nobody_is_free_the_room_is_told(call, after, monkeypatch):
    def nobody(**_whom: object) -> None:
        raise Refused("Nobody is free.")

    monkeypatch.setitem(deadlines.HANDLERS, "offer_nearest", nobody)
    incident = call()
    deadlines.due(after(40))
    assert [code for code, _ in rungs(incident)][-1] == "nobody_free"


def test_a_mandatory_step_that_is_late_is_said_once(call, malee, after, asked):
    incident = call()
    actions.answer(incident_id=incident, by=malee, at=after(0))
    actions.do_step(incident_id=incident, code="look_and_listen", by=malee, at=after(20))
    climb(after, 30, 60, 61, 120)
    assert [code for code, _ in rungs(incident) if code == "step_overdue"] == ["step_overdue"]


def test_one_broken_deadline_holds_back_no_other(call, after, monkeypatch):
    def broken(**whom: object) -> None:
        raise RuntimeError(whom)

    monkeypatch.setitem(deadlines.HANDLERS, "offer_nearest", broken)
    one, other = call(), call(at=after(1))
    deadlines.due(after(31))
    assert [code for code, _ in rungs(one)] == ["ring_next", "ring_duty"], "the broken rung is undone, and tried again later"
    assert [code for code, _ in rungs(other)] == ["ring_next", "ring_duty"]
    assert deadlines.due(after(40)) == 0
    monkeypatch.setitem(deadlines.HANDLERS, "offer_nearest", lambda **_whom: None)
    assert deadlines.due(after(47)) == 2
    assert [code for code, _ in rungs(other)][-1] == "offer_nearest"
