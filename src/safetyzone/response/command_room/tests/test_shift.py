"""The shift: one commander at a time, and a page that writes itself and is kept as it was signed."""

import pytest

from safetyzone.ground.officers.access import Who
from safetyzone.kernel.refusals import NotFound, NotYours, OutOfOrder, Refused
from safetyzone.response.command_room import actions, hand_over, queries
from safetyzone.response.command_room.tests.conftest import STATION, Town
from safetyzone.response.incidents import actions as incident_actions
from safetyzone.response.incidents.lifecycle import Status
from safetyzone.trust.audit.models import Leaf


def test_the_page_tells_what_happened_and_what_is_still_open(town: Town, malee: Who, somchai: Who) -> None:
    actions.begin_shift(station=STATION, by=somchai, at=town.now)
    town.time.forward(minutes=10)
    joke = town.press("LPN-P021", east_m=900)
    actions.answer_call(incident_id=joke, by=malee, at=town.time.forward(seconds=10))
    incident_actions.judge(incident_id=joke, as_=Status.FALSE_PRESS, why="เด็กกดเล่น", by=malee, at=town.now)
    slow = town.press("LPN-P007")
    town.press("LPN-P007")
    actions.answer_call(incident_id=slow, by=malee, at=town.time.forward(seconds=30))
    waiting = town.press("LPN-P012", east_m=-900)
    page = hand_over.page(STATION, for_=somchai, at=town.time.forward(seconds=70))

    assert [one["id"] for one in page["open"]] == [joke, slow, waiting], "of one priority, the oldest first"
    assert page["counts"]["all"] == 3
    assert page["counts"]["presses"] == 4
    assert page["counts"]["outcomes"] == {"false_press": 1}
    assert page["ladder"]["answer"] == {"n": 3, "p50": {"s": 30.0, "at_least": False}, "p90": {"s": 70.0, "at_least": True}}
    assert page["ladder"]["within_15_s"] == pytest.approx(1 / 3)
    late = [(one["incident"], one["name_en"][:4]) for one in page["overdue"]]
    assert late == [(slow, "Look"), (slow, "Send")], "due after 30 s and after 60 s; what was judged false is not late"
    assert {pole["code"] for pole in page["poles"]} == {"LPN-P007", "LPN-P012", "LPN-P021"}, "never heard yet"
    assert page["alarms"]["worst"] == 3
    assert page["operators"] == ["malee", "somchai"]


def test_a_call_that_never_got_a_patrol_does_not_count_as_a_slow_one(town: Town, malee: Who, somchai: Who) -> None:
    actions.begin_shift(station=STATION, by=somchai, at=town.now)
    joke = town.press()
    actions.answer_call(incident_id=joke, by=malee, at=town.time.forward(seconds=3))
    incident_actions.judge(incident_id=joke, as_=Status.TEST, why="ทดสอบ", by=malee, at=town.now)
    page = hand_over.page(STATION, for_=somchai, at=town.time.forward(hours=1))
    assert page["ladder"]["arrive"] == {"n": 0, "p50": None, "p90": None}


def test_the_incoming_commander_signs_and_the_page_is_frozen(town: Town, malee: Who, somchai: Who) -> None:
    first = actions.begin_shift(station=STATION, by=somchai, at=town.now)
    actions.write_note(station=STATION, words="ฝนตกหนัก", by=malee, at=town.now)
    call = town.press()
    actions.take_command(station=STATION, by=malee, at=town.time.forward(hours=8))
    incident_actions.note(incident_id=call, words="later", by=malee, at=town.now)

    kept = queries.past_shift(STATION, first)
    assert kept is not None
    assert (kept.commander, kept.handed_over_to) == ("somchai", "malee")
    assert [one["id"] for one in kept.hand_over["open"]] == [call]
    assert kept.hand_over["notes"][0]["words"] == "ฝนตกหนัก"
    running = queries.running_shift(STATION)
    assert running is not None
    assert running.commander == "malee"
    assert "ฝนตกหนัก" not in repr(kept), "what people wrote does not print itself"


def test_one_commander_at_a_time(town: Town, malee: Who, somchai: Who) -> None:
    with pytest.raises(OutOfOrder):
        actions.take_command(station=STATION, by=malee, at=town.now)
    actions.begin_shift(station=STATION, by=somchai, at=town.now)
    with pytest.raises(OutOfOrder):
        actions.begin_shift(station=STATION, by=malee, at=town.now)
    with pytest.raises(OutOfOrder):
        actions.take_command(station=STATION, by=somchai, at=town.now)


def test_only_who_may_command_begins_a_shift_and_every_signature_is_on_record(town: Town, somchai: Who) -> None:
    with pytest.raises(NotYours):
        actions.begin_shift(station=STATION, by=town.officer("rider", "patrol"), at=town.now)
    number = actions.begin_shift(station=STATION, by=somchai, at=town.now)
    leaf = Leaf.objects.get(object=f"shift:{number}")
    assert (leaf.actor, leaf.action) == ("somchai", "shift.began")


def test_a_note_needs_words_and_a_shift(town: Town, somchai: Who) -> None:
    with pytest.raises(NotFound):
        actions.write_note(station=STATION, words="ก", by=somchai, at=town.now)
    actions.begin_shift(station=STATION, by=somchai, at=town.now)
    for words in ("", " \x00 ", "ก" * 1001):
        with pytest.raises(Refused):
            actions.write_note(station=STATION, words=words, by=somchai, at=town.now)
