"""What a typed line did can be taken back for ten seconds, and only while nobody has acted on it."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from safetyzone.ground.officers.access import Who
from safetyzone.response.command_room.tests.conftest import OTHER, Town
from safetyzone.response.dispatch import actions
from safetyzone.response.dispatch import queries as dispatch
from safetyzone.response.incidents import queries as incidents
from safetyzone.response.incidents.lifecycle import Status

FRAGMENT = {"HX-Request": "true"}


def typed(desk: Client, line: str) -> str:
    """The way back that the answer offers for ten seconds; empty when there is none."""
    answer = desk.post("/room/command", {"line": line}, headers=FRAGMENT)
    assert answer.status_code == 200, answer.content.decode()
    undo = re.search(r'data-post="([^"]+)" data-undo="10"', answer.content.decode())
    return undo[1] if undo else ""


def duty_of(town: Town, call_sign: str) -> str:
    return next(unit.duty for unit in dispatch.unit_board("lumphini", town.now) if unit.call_sign == call_sign)


def states(number: int) -> dict[str, str]:
    return {order.call_sign: str(order.state) for order in dispatch.orders(number)}


def test_units_that_were_sent_and_have_not_answered_are_called_back(town: Town, desk: Client, malee: Who) -> None:
    town.unit("LPN-1")
    town.unit("LPN-2")
    number = town.press()
    desk.post(f"/room/incident/{number}/answer")
    back = typed(desk, f"d {number} LPN-1 LPN-2")
    assert states(number) == {"LPN-1": "offered", "LPN-2": "offered"}
    said = desk.post(back, headers=FRAGMENT).content.decode()
    assert "LPN-1, LPN-2" in said
    assert states(number) == {"LPN-1": "stood_down", "LPN-2": "stood_down"}
    assert incidents.incident(number, for_=malee).status is Status.ANSWERED
    assert {duty_of(town, unit) for unit in ("LPN-1", "LPN-2")} == {"free"}
    why = [entry.facts["why"] for entry in incidents.timeline(number) if entry.code == "unit_stood_down"]
    assert why == ["undo", "undo"]
    assert desk.post(back, headers=FRAGMENT).status_code == 200, "a second click changes nothing and frightens nobody"
    assert len([1 for entry in incidents.timeline(number) if entry.code == "unit_stood_down"]) == 2


def test_a_unit_that_has_answered_is_not_called_back_by_undo_and_the_other_is(town: Town, desk: Client) -> None:
    rider = town.unit("LPN-1")
    town.unit("LPN-2")
    number = town.press()
    desk.post(f"/room/incident/{number}/answer")
    back = typed(desk, f"d {number} LPN-1 LPN-2")
    taken = next(order for order in dispatch.orders(number) if order.call_sign == "LPN-1")
    actions.acknowledge(dispatch_id=taken.id, by=rider, at=town.now)
    said = desk.post(back, headers=FRAGMENT).content.decode()
    assert states(number) == {"LPN-1": "acknowledged", "LPN-2": "stood_down"}
    assert "LPN-1 ตอบแล้ว" in said, "the person is told that one still goes"
    alone = desk.post(f"/room/command/undo/send/{taken.id}", headers=FRAGMENT)
    assert alone.status_code == 409
    assert states(number)["LPN-1"] == "acknowledged"


@pytest.mark.parametrize(("first", "line", "then"), [("free", "s LPN-1 off", "off"), ("off", "s LPN-1 free", "free")])
def test_a_units_duty_goes_back_to_what_it_was(town: Town, desk: Client, malee: Who, first: str, line: str, then: str) -> None:
    town.unit("LPN-1")
    actions.set_duty(call_sign="LPN-1", duty=first, by=malee, at=town.now)
    back = typed(desk, line)
    assert duty_of(town, "LPN-1") == then
    assert desk.post(back, headers=FRAGMENT).status_code == 200
    assert duty_of(town, "LPN-1") == first
    assert desk.post(back, headers=FRAGMENT).status_code == 200, "a second click changes nothing"


def test_a_duty_that_was_so_already_has_nothing_to_undo(town: Town, desk: Client) -> None:
    town.unit("LPN-1")
    assert typed(desk, "s LPN-1 free") == ""


def test_a_duty_that_another_person_changed_meanwhile_stays_as_he_left_it(town: Town, desk: Client, malee: Who) -> None:
    town.unit("LPN-1")
    back = typed(desk, "s LPN-1 off")
    actions.set_duty(call_sign="LPN-1", duty="busy", by=malee, at=town.now)
    assert desk.post(back, headers=FRAGMENT).status_code == 409
    assert duty_of(town, "LPN-1") == "busy"


def test_only_those_who_may_send_take_back(town: Town, desk: Client) -> None:
    town.unit("LPN-1")
    number = town.press()
    sent = typed(desk, f"d {number} LPN-1")
    away = typed(desk, "s LPN-1 free") or "/room/command/undo/duty/free/off/LPN-1"
    for stranger in (town.officer("planner", "planner"), town.officer("far", "operator", station=OTHER)):
        client = town.at_the_desk(stranger)
        assert {client.post(path, headers=FRAGMENT).status_code for path in (sent, away)} <= {403, 404}
    assert states(number) == {"LPN-1": "offered"}
    assert duty_of(town, "LPN-1") == "free"


def test_an_address_made_up_is_no_fault(town: Town, desk: Client) -> None:
    town.unit("LPN-1")
    for path in (
        "send/x", f"send/{uuid4()}", "send/" + ",".join(str(uuid4()) for _ in range(50)), "duty/off/free/NOBODY",
        "duty/free/none/LPN-1", "duty/free/off/%00", "duty/free/off/a/b",
    ):  # fmt: skip
        assert desk.post(f"/room/command/undo/{path}", headers=FRAGMENT).status_code in (400, 404, 409), path
    assert desk.get(f"/room/command/undo/send/{uuid4()}").status_code == 405
