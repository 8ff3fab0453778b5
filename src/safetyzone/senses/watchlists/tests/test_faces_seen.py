"""Faces seen: counted by the day in Bangkok, once each, and the measure of alerts that were wrong (row B10)."""

from datetime import timedelta
from uuid import uuid4

from safetyzone.contracts.vision import FacesSeen
from safetyzone.ground.officers.access import SYSTEM
from safetyzone.senses.watchlists import accuracy_actions, accuracy_queries, actions
from safetyzone.senses.watchlists.models import CameraSuspension, ListEntry, SeenCount
from safetyzone.senses.watchlists.tests.test_pages import enters, hands, text
from safetyzone.senses.watchlists.tests.town import AT, DAY, SOON, candidate

assert hands


def seen(number: int, *, at=AT, camera="C1") -> FacesSeen:
    return FacesSeen(id=uuid4(), camera=camera, at_ms=int(at.timestamp() * 1000), seen=number)


def count(*reports: FacesSeen, at=SOON) -> None:
    for report in reports:
        accuracy_actions.count_seen(report, by=SYSTEM, at=at)


def test_reports_of_a_day_add_up_and_one_that_is_said_again_does_not(town):
    first, midnight = seen(40), AT.replace(hour=17)
    count(first, first, seen(2), seen(5, camera="C2"))
    count(seen(7, at=midnight), seen(3, at=midnight + 9 * DAY), at=midnight)
    days = SeenCount.objects.filter(camera="C1").order_by("day").values_list("day", "seen")
    assert [(day.day, number) for day, number in days] == [(23, 42), (24, 10)], "a clock that is ahead counts for today"


def test_more_than_one_wrong_alert_in_a_thousand_faces_stops_the_camera_though_each_was_on_a_day_of_its_own(town):
    count(seen(1500))
    wrong_alert(town, days=0)
    assert not CameraSuspension.objects.exists()
    wrong_alert(town, days=2)
    assert CameraSuspension.objects.get().why == "false_a_face"


def wrong_alert(town, *, days: int) -> None:
    at = SOON + days * DAY
    if not days:
        listed = town.make("warrant")
        town.entry, town.activation = town.face(listed, lasts=6 * DAY), town.on(listed, lasts=6 * DAY)
    else:
        ListEntry.objects.filter(pk=town.entry).update(checked_at=at)
    hit = actions.take_candidate(candidate(town.entry, town.activation, at=at), by=SYSTEM, at=at)
    for who in (town.judge, town.second):
        actions.judge(hit, answer="different", reason="คนละคน", by=who, at=at)


def test_the_page_says_how_many_faces_were_seen_and_how_often_it_was_wrong(town, hands):
    count(seen(4000), at=SOON - timedelta(minutes=1))
    wrong_alert(town, days=0)
    found = accuracy_queries.camera_accuracy(["C1"], at=SOON)["C1"]
    assert (found.faces_seen, found.false_a_face) == (4000, 1 / 4000)
    assert "เห็น 4000 (ผิด 1 ใน 4,000)" in text(enters("judge").get("/accuracy/"))
