"""A camera's tickets: opened once, told once, closed when it is well."""

from datetime import timedelta

import pytest
from django.core import mail

from safetyzone.ground.officers.access import SYSTEM
from safetyzone.kernel.refusals import NotFound
from safetyzone.kernel.settings import settings
from safetyzone.senses.cameras import actions, health_actions, health_queries, jobs
from safetyzone.senses.cameras.health.tests.scenes import blurred, grey, look, scene
from safetyzone.senses.cameras.models import Camera, CameraFault, CameraOwner, ReferenceView
from safetyzone.senses.cameras.tests.town import NIGHT, OPERATOR, PLANNER, STATION, STRANGER

WORLD = scene(1)


@pytest.fixture
def code(add, monkeypatch) -> str:
    monkeypatch.setattr(health_actions, "_courses", {})
    return add("LPN-C001")


def at(seconds: float):
    return NIGHT + timedelta(seconds=seconds)


def ask(code: str, works: bool, seconds: float) -> None:
    health_actions.found(code, works=works, by=SYSTEM, at=at(seconds))


def state(code: str) -> str:
    return Camera.objects.get(code=code).state


def test_a_camera_that_does_not_answer_twice_is_offline_within_a_minute_and_one_answer_brings_it_back(code):
    ask(code, True, 0)
    assert state(code) == "working"
    ask(code, False, 20)
    assert state(code) == "working", "one lost packet is no fault"
    ask(code, False, 40)
    assert state(code) == "offline"
    assert [fault.kind for fault in health_queries.faults(STATION, for_=OPERATOR)] == ["offline"]
    assert [row[:3] for row in health_queries.broken(STATION)] == [(code, "หน้าร้าน", "offline")]
    ask(code, True, 60)
    assert state(code) == "working"
    assert health_queries.faults(STATION, for_=OPERATOR) == []


def test_flapping_is_one_ticket_and_a_fault_an_hour_later_is_another(code):
    ask(code, True, 0)
    for number in range(4):
        ask(code, False, 100 * number + 20)
        ask(code, False, 100 * number + 40)
        ask(code, True, 100 * number + 60)
    assert CameraFault.objects.count() == 1
    assert CameraFault.objects.get().folded == 3
    ask(code, False, 4000)
    ask(code, False, 4020)
    assert CameraFault.objects.count() == 2


def test_a_moved_camera_is_found_against_its_own_reference_and_a_new_reference_ends_it(code):
    assert health_actions.looked(code, grey=look(WORLD), by=SYSTEM, at=at(0)) == []
    assert ReferenceView.objects.filter(camera_id=code).exists()
    for seconds in (300, 600):
        assert health_actions.looked(code, grey=look(WORLD, right=0.2, seed=2), by=SYSTEM, at=at(seconds)) == ["moved"]
    assert state(code) == "degraded"
    health_actions.forget_reference(code, by=PLANNER, at=at(700))
    assert health_queries.faults(STATION, for_=OPERATOR) == []
    assert state(code) == "working"
    assert health_actions.looked(code, grey=look(WORLD, right=0.2, seed=3), by=SYSTEM, at=at(900)) == []


def test_a_blurred_picture_once_is_no_ticket(code):
    health_actions.looked(code, grey=look(WORLD), by=SYSTEM, at=at(0))
    health_actions.looked(code, grey=blurred(look(WORLD)), by=SYSTEM, at=at(300))
    health_actions.looked(code, grey=look(WORLD, seed=4), by=SYSTEM, at=at(600))
    assert CameraFault.objects.count() == 0


def test_a_camera_that_answers_and_shows_nothing_thrice_gets_a_ticket_of_its_own_and_one_picture_ends_it(code):
    ask(code, True, 0)
    for seconds in (300, 600):
        health_actions.unseen(code, why="password", by=SYSTEM, at=at(seconds))
    assert CameraFault.objects.count() == 0, "an encoder that starts anew is no fault"
    health_actions.unseen(code, why="password", by=SYSTEM, at=at(900))
    assert [fault.kind for fault in health_queries.faults(STATION, for_=OPERATOR)] == ["no_picture"]
    assert CameraFault.objects.get().facts == {"why": "password"}
    assert state(code) == "offline", "nobody sees through it, whatever it answers"
    ask(code, True, 910)
    assert state(code) == "offline", "an answer is no picture"
    assert health_actions.looked(code, grey=look(WORLD), by=SYSTEM, at=at(1200)) == []
    assert health_queries.faults(STATION, for_=OPERATOR) == []
    assert state(code) == "working"


def test_two_looks_without_a_picture_with_a_good_one_between_are_no_ticket(code):
    for seconds, good in ((0, False), (300, False), (600, True), (900, False), (1200, False)):
        if good:
            health_actions.looked(code, grey=look(WORLD), by=SYSTEM, at=at(seconds))
        else:
            health_actions.unseen(code, why="no picture", by=SYSTEM, at=at(seconds))
    assert CameraFault.objects.count() == 0


def test_the_owner_of_a_camera_without_a_picture_is_told_and_the_page_says_why(code, signed_in, monkeypatch):
    monkeypatch.setattr(settings(), "smtp_url", "smtp://localhost")
    owner = CameraOwner.objects.get()
    actions.change_owner_contact(owner_id=owner.id, channel="email", contact="daeng@example.org", by=PLANNER, at=NIGHT)
    for seconds in (300, 600, 900):
        health_actions.unseen(code, why="password", by=SYSTEM, at=at(seconds))
    assert jobs.tell_owner(CameraFault.objects.get().id)
    assert "ไม่มีภาพ" in mail.outbox[0].body
    assert "password" not in mail.outbox[0].body
    page = signed_in("technician").get("/cameras/faults/").content.decode()
    assert "ไม่มีภาพ" in page
    assert "ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง" in page


def test_a_camera_without_light_is_not_dark_by_night(code):
    Camera.objects.filter(code=code).update(ir_range_m=0, low_light=False)
    health_actions.looked(code, grey=look(WORLD), by=SYSTEM, at=at(0))
    night = grey(look(WORLD) * 0.04)
    for seconds in (300, 600):  # 21:05 in Bangkok
        assert health_actions.looked(code, grey=night, by=SYSTEM, at=at(seconds)) == []
    Camera.objects.filter(code=code).update(ir_range_m=30)
    for seconds in (900, 1200):
        assert health_actions.looked(code, grey=night, by=SYSTEM, at=at(seconds)) == ["dark"]


def test_the_owner_is_told_once_by_the_channel_he_chose_and_nothing_in_it_names_him(code, monkeypatch):
    monkeypatch.setattr(settings(), "smtp_url", "smtp://localhost")
    owner = CameraOwner.objects.get()
    actions.change_owner_contact(owner_id=owner.id, channel="email", contact="daeng@example.org", by=PLANNER, at=NIGHT)
    for seconds in (0, 20):
        ask(code, False, seconds)
    fault = CameraFault.objects.get()
    assert jobs.tell_owner(fault.id)
    assert not jobs.tell_owner(fault.id)
    assert len(mail.outbox) == 1
    letter = mail.outbox[0]
    assert letter.to == ["daeng@example.org"]
    assert code in letter.body
    assert "2569" in letter.body
    assert owner.name not in letter.subject + letter.body
    assert CameraFault.objects.get().told_at is not None


def test_without_a_mail_server_the_ticket_says_that_nobody_was_told(code):
    owner = CameraOwner.objects.get()
    actions.change_owner_contact(owner_id=owner.id, channel="email", contact="daeng@example.org", by=PLANNER, at=NIGHT)
    for seconds in (0, 20):
        ask(code, False, seconds)
    assert not jobs.tell_owner(CameraFault.objects.get().id)
    assert CameraFault.objects.get().told_at is None


def test_a_stranger_neither_sees_the_tickets_nor_sets_a_reference(code):
    with pytest.raises(NotFound):
        health_queries.faults(STATION, for_=STRANGER)
    with pytest.raises(NotFound):
        health_actions.forget_reference(code, by=STRANGER, at=NIGHT)


def test_the_page_lists_the_tickets(code, signed_in):
    for seconds in (0, 20):
        ask(code, False, seconds)
    page = signed_in("technician").get("/cameras/faults/").content.decode()
    assert "ขาดการติดต่อ" in page
    assert code in page
