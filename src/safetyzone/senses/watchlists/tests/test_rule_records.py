"""How right each rule is: what was confirmed, what was not, what nobody answered; and that a camera's hours without a picture are told."""

from datetime import timedelta

import pytest

from safetyzone.ground.officers.access import SYSTEM
from safetyzone.senses.cameras.models import Camera, CameraFault
from safetyzone.senses.watchlists import accuracy_queries, actions, retention_actions
from safetyzone.senses.watchlists.rule_queries import DAYS, rule_records
from safetyzone.senses.watchlists.tests.test_pages import enters, hands, text
from safetyzone.senses.watchlists.tests.town import AT, DAY, HOUR, OTHER, SOON, STATION, candidate, hit_of

assert hands
ANSWERS = ("same", "same", "different", "cannot_tell", "", "")


@pytest.fixture
def month(live):
    """Six hits an hour apart: two right, one wrong, one that nobody could tell, two without an answer; and a face that waits."""
    for hours, answer in enumerate(ANSWERS):
        at = SOON + hours * HOUR
        hit = hit_of(at=at)
        if answer:
            actions.judge(hit, answer=answer, reason="เทียบแล้ว", by=live.judge, at=at)
    faces = live.make("warrant")
    entry = live.face(faces, lasts=3 * DAY)
    live.now = SOON + 5 * HOUR
    actions.take_candidate(candidate(entry, live.on(faces, lasts=3 * DAY), at=live.now), by=SYSTEM, at=live.now)
    return live


def counts(one):
    return one.hits, one.confirmed, one.different, one.unclear, one.expired, one.waiting


@pytest.mark.parametrize("deleted", [True, False])
def test_what_nobody_answered_in_a_day_has_expired_whether_or_not_it_is_deleted_yet(month, deleted):
    plates, faces = rule_records(STATION, at=month.now)
    assert counts(plates) == (6, 2, 1, 1, 0, 2)
    assert (faces.kind, counts(faces), faces.precision) == ("face", (1, 0, 0, 0, 0, 1), None)
    later = SOON + 4 * HOUR + DAY
    if deleted:
        retention_actions.delete_due(by=SYSTEM, at=later)
    plates, _ = rule_records(STATION, at=later)
    assert counts(plates) == (6, 2, 1, 1, 1, 1)
    assert plates.precision == pytest.approx(2 / 3)
    assert plates.between == (pytest.approx(0.2077, abs=1e-4), pytest.approx(0.9385, abs=1e-4))
    assert not plates.enough


def test_a_confirmed_hit_that_turned_out_wrong_counts_as_wrong(month):
    hit = hit_of(at=month.now + HOUR)
    actions.judge(hit, answer="same", reason="ตรง", by=month.judge, at=month.now + HOUR)
    actions.record_outcome(hit, found="wrong", by=month.judge, at=month.now + HOUR)
    plates = rule_records(STATION, at=month.now + HOUR)[0]
    assert (plates.confirmed, plates.different) == (2, 2)


def test_of_another_station_and_of_before_the_month_nothing_is_counted(month):
    assert rule_records(OTHER, at=month.now) == []
    assert rule_records(STATION, at=month.now + timedelta(days=DAYS)) == []


@pytest.mark.parametrize(("language", "words"), [("th", "รถที่ถูกลัก · ป้ายทะเบียน"), ("en", "stolen vehicle · plates")])
def test_the_page_of_accuracy_shows_each_rule_with_its_interval(month, hands, language, words):
    hands.forward(hours=5)
    page = text(enters("judge", language=language).get("/accuracy/"))
    assert words in page.split('id="rules-table"')[1].split("</table>")[0]
    assert "20.8 % – 93.9 % · n 3" in page


def test_hours_without_a_picture_are_the_cameras_own_tickets_and_two_at_once_count_once(town):
    for kind, opened, closed in (("offline", -DAY, -22 * HOUR), ("no_picture", -23 * HOUR, -21 * HOUR), ("blurred", -9 * HOUR, None),
                                 ("offline", -8 * DAY, -7 * DAY + HOUR)):  # fmt: skip
        CameraFault.objects.create(camera_id="C1", kind=kind, opened_at=AT + opened, last_at=AT, closed_at=closed and AT + closed)
    Camera.objects.filter(code="C1").update(state="working")
    found = accuracy_queries.camera_accuracy(["C1", "C2"], at=AT)
    assert found["C1"].offline_h == pytest.approx(4.0)
    assert found["C2"].offline_h is None, "nobody has probed it"
