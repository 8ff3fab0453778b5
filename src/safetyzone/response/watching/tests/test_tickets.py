"""Tickets: what stands in one, what must stand on record before it is given, and what is no request."""

import json
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from safetyzone.contracts.video import session_mark
from safetyzone.response.watching.tests.conftest import STATION
from safetyzone.senses.looks.models import Look
from safetyzone.trust.audit.models import Leaf
from safetyzone.trust.audit.verify import verify


def test_a_ticket_names_who_looks_at_what_in_which_session_and_is_good_for_a_minute(town, malee):
    number = town.incident(east_m=20)
    ticket = town.ticket(malee, town.camera(), incident=number)
    assert (ticket.viewer, ticket.name, ticket.camera, ticket.mode, ticket.incident) == ("malee", "malee", "C1", "live", number)
    assert ticket.session == session_mark(malee.session.session_key)
    assert ticket.expires == round(town.now.timestamp()) + 60


def test_each_look_is_on_record_before_its_ticket_is_given(town, malee):
    number = town.incident(east_m=20)
    town.camera("A")
    town.camera("B", tier="map_only")
    before = Leaf.objects.count()
    given, refused = town.ask(malee, "A", "B", incident=number, why="ตามคนร้าย")
    assert (refused["ticket"], refused["terms_en"]) == (None, "The owner shares its place on the map only.")
    look = town.look(town.read(given["ticket"]).look)
    assert (look.officer, look.station, look.camera, look.kind, look.why, look.words, look.incident) == (
        "malee", STATION, "A", "live", "incident", "ตามคนร้าย", number,
    )  # fmt: skip
    assert (look.case_th, look.case_en, look.duty_en) == ("ขอความช่วยเหลือ", "call for help", "Operator")
    leaf = Leaf.objects.get(action="camera.looked")
    assert Leaf.objects.count() == before + 1
    assert (leaf.actor, leaf.object, leaf.why, leaf.facts["look"], leaf.facts["case_kind"]) == (
        "malee", "camera:A", "ตามคนร้าย", look.pk, "ขอความช่วยเหลือ",
    )  # fmt: skip
    assert verify().whole


def test_without_the_audit_log_nobody_gets_a_ticket_and_no_look_has_begun(town, malee):
    town.camera()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_leaf ADD CONSTRAINT the_log_is_down CHECK (action <> 'camera.looked') NOT VALID")
    said = town.ask(malee, "C1", status=400)[0]
    assert said["code"] == "not_on_record"
    assert Look.objects.count() == 0


def test_sixty_four_tickets_are_one_insert_and_a_handful_of_questions(town, malee, django_assert_max_num_queries):
    codes = [town.camera(f"C{number}") for number in range(64)]
    town.ask(malee, codes[0])
    with django_assert_max_num_queries(16) as few:
        tiles = town.ask(malee, *codes)
    assert all(tile["ticket"] for tile in tiles)
    assert sum('INSERT INTO "looks_look"' in question["sql"] for question in few) == 1
    assert sum("INSERT INTO \"audit_leaf\"" in question["sql"] for question in few) == 1
    assert Leaf.objects.filter(action="camera.looked").count() == 65


def test_a_recording_needs_an_incident_or_a_reason_and_an_end_within_six_hours(town, malee):
    town.camera(kind="police")
    ms = round(town.now.timestamp() * 1000)
    hour = 3_600_000
    assert town.ask(malee, "C1", status=400, mode="recorded", from_ms=ms - hour, to_ms=ms)[0]["code"] == "say_why"
    for span in ({"from_ms": ms, "to_ms": ms}, {"from_ms": ms, "to_ms": ms - 1}, {"from_ms": ms - 6 * hour - 1, "to_ms": ms}):
        assert town.ask(malee, "C1", status=400, mode="recorded", why="คดี 12/2569", **span)[0]["code"] == "bad_span"
    ticket = town.ticket(malee, "C1", mode="recorded", why="คดี 12/2569", from_ms=ms - 6 * hour, to_ms=ms)
    assert (ticket.from_ms, ticket.to_ms, town.look(ticket.look).why) == (ms - 6 * hour, ms, "review")
    assert Leaf.objects.get(action="camera.looked").facts["to_ms"] == ms


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", '{"cameras": []}', '{"cameras": ["a b"]}', '{"cameras": ["A"], "mode": "all"}', '{"cameras": ["A"], "incident": "x"}',
     '{"cameras": ["A"], "incident": 99999999999999999999}', '{"cameras": ["A"], "more": 1}',
     json.dumps({"cameras": [f"C{number}" for number in range(65)]})],
)  # fmt: skip
def test_what_is_no_request_is_refused_in_words(town, malee, body):
    answer = malee.post("/video/tickets", body, content_type="application/json", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


def test_a_stranger_and_a_page_of_another_site_get_nothing(town, malee):
    town.camera()
    body, json_please = '{"cameras": ["C1"]}', {"Accept": "application/json"}
    strange = Client().post("/video/tickets", body, content_type="application/json", headers=json_please)
    assert strange.status_code == 401
    forged = Client(enforce_csrf_checks=True)
    forged.cookies = malee.cookies
    assert forged.post("/video/tickets", body, content_type="application/json").status_code == 403
    assert malee.get("/video/tickets").status_code == 405
    assert Look.objects.count() == 0


def test_a_drill_is_called_a_drill_in_the_owners_list(town, malee):
    number = town.incident(east_m=20)
    town.incident_is(number, "answered", drill=True)
    look = town.look(town.ticket(malee, town.camera(), incident=number).look)
    assert (look.case_th, look.case_en) == ("การฝึก: ขอความช่วยเหลือ", "drill: call for help")


# ---------------------------------------------------------------------- standing


def test_seconds_are_kept_and_the_end_is_on_record(town, malee):
    look = town.ticket(malee, town.camera()).look
    town.later(2)
    assert town.standing((look, 1.9)) == {}
    assert (town.look(look).seconds, town.look(look).seen_at, town.look(look).ended_at) == (1.9, town.now, None)
    town.later(2)
    assert town.standing((look, 3.8, True)) == {}
    assert (town.look(look).seconds, town.look(look).ended_at, town.look(look).closed_why) == (3.8, town.now, "left")
    leaf = Leaf.objects.get(action="camera.look_ended")
    assert (leaf.object, leaf.actor, leaf.why, leaf.facts) == ("camera:C1", "malee", "left", {"look": look, "seconds": 3.8})
    assert town.standing((look, 3.8, True)) == {}, "told twice, it ends once"
    assert Leaf.objects.filter(action="camera.look_ended").count() == 1


def test_a_look_that_is_not_on_record_or_has_ended_there_is_closed(town, malee):
    look = town.ticket(malee, town.camera()).look
    assert set(town.standing((look, 1.0), (987_654, 1.0))) == {987_654}
    town.change("C1", paused_at=town.now)
    assert set(town.standing((look, 2.0))) == {look}
    town.change("C1", paused_at=None)
    assert set(town.standing((look, 3.0))) == {look}, "its end is on record: it takes a new ticket"
    assert town.look(look).seconds == 2.0


def test_looks_of_a_program_that_vanished_are_ended_by_the_next_question(town, malee):
    """And a ticket that was never used is no look."""
    seen, unused = (town.ticket(malee, town.camera(code)).look for code in "AB")
    town.standing((seen, 7.5))
    town.later(29)
    town.standing()
    assert town.look(seen).ended_at is None
    town.later(2)
    town.standing()
    assert (town.look(seen).closed_why, town.look(seen).seconds) == ("lost", 7.5)
    assert town.look(unused).ended_at is None, "its ticket may yet be used"
    town.later(60)
    town.standing()
    assert town.look(unused).closed_why == "not_opened"


def test_when_the_end_cannot_be_recorded_the_video_program_gets_no_answer(town, malee):
    look = town.ticket(malee, town.camera()).look
    town.change("C1", withdrawn_at=town.now)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_leaf ADD CONSTRAINT the_log_is_down CHECK (action <> 'camera.look_ended') NOT VALID")
    with pytest.raises(Exception, match="the_log_is_down"):
        town.standing((look, 1.0))


@pytest.mark.parametrize("path", ["pulls", "standing"])
def test_only_the_video_program_gets_an_answer(town, malee, path):
    for client, headers in ((malee, {}), (Client(), {}), (Client(), {"X-Video-Key": "0" * 64}), (malee, {"X-Video-Key": "ก"})):
        asked = client.get if path == "pulls" else client.post
        answer = asked(f"/video/{path}", headers=headers)
        assert (answer.status_code, answer.content) == (404, b"")
    other = {"pulls": "post", "standing": "get"}[path]
    assert town.video(other, path).status_code == 405
    assert town.video("post", "standing", {"looks": [{"look": "x"}]}).status_code == 400


def test_asking_leaves_no_session_behind(town):
    before = Session.objects.count()
    town.standing()
    town.pulls()
    assert Session.objects.count() == before


def test_a_shift_of_sixteen_hundred_looks_is_asked_again_in_a_few_questions(town, malee, django_assert_max_num_queries):
    """A hundred viewers before sixteen tiles each; the time it takes is measured in the benchmarks, the number of questions here."""
    codes = [town.camera(f"C{number}", tier="during_incident" if number % 2 else "always") for number in range(64)]
    town.incident(east_m=30)
    looks = [town.read(tile["ticket"]).look for _ in range(25) for tile in town.ask(malee, *codes)]
    assert len(looks) == 1600
    with django_assert_max_num_queries(18):  # savepoints included
        assert town.standing(*((look, 2.0) for look in looks)) == {}
    town.later(timedelta(seconds=2).total_seconds())
    town.change("C7", withdrawn_at=town.now)
    closed = town.standing(*((look, 4.0) for look in looks))
    assert {town.look(look).camera for look in closed} == {"C7"}
    assert len(closed) == 25
