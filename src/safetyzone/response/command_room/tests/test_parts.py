"""Several fragments in one answer: who may ask, what is not sent again, and that nobody is given another's row."""

import re
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from safetyzone.ground.officers.access import Who
from safetyzone.ground.officers.actions import choose_language
from safetyzone.kernel.models import Change
from safetyzone.response.command_room import actions
from safetyzone.response.command_room.tests.conftest import OTHER, Town
from safetyzone.response.command_room.views.look import FRAGMENTS

PARTS = "/room/_parts"
FRAGMENT = {"HX-Request": "true"}
LANGUAGE_FORM = re.compile(r"<div data-keep><form.*?</form>", re.DOTALL)
"""It holds a token and the address of its page; the screen keeps the one that came with the page (data-keep)."""


def ask(client: Client, *want: str, **more: str) -> Any:
    answer = client.get(PARTS, {"want": list(want), **more}, headers=FRAGMENT)
    assert answer.status_code == 200, answer.content
    return answer.json()


def texts(part: Any) -> dict[str, str]:
    return dict(part["pieces"])


@pytest.mark.parametrize(("duty", "expected"), [("operator", 200), ("planner", 200), ("patrol", 403), ("technician", 403)])
def test_parts_are_for_those_for_whom_the_fragments_are(town: Town, duty: str, expected: int) -> None:
    client = town.at_the_desk(town.officer("somebody", duty))
    assert client.get(PARTS, {"want": "queue"}, headers=FRAGMENT).status_code == expected
    assert client.get("/room/_queue", headers=FRAGMENT).status_code == expected
    assert Client().get(PARTS, {"want": "queue"}, headers=FRAGMENT).status_code == 401
    assert client.post(PARTS).status_code == 405


def test_a_second_factor_is_demanded_for_parts_too(town: Town, desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from safetyzone.kernel.settings import settings as station_settings

    monkeypatch.setattr(station_settings(), "mfa_required", True)
    assert desk.get(PARTS, {"want": "queue"}, headers=FRAGMENT).status_code == 401


def test_parts_of_another_station_or_of_its_incident_do_not_exist(town: Town) -> None:
    number = town.press()
    stranger = town.at_the_desk(town.officer("stranger", "operator", station=OTHER))
    assert stranger.get(PARTS, {"want": "queue", "station": "lumphini"}, headers=FRAGMENT).status_code == 404
    told = ask(stranger, f"incident/{number}", "queue", "ring", "nowhere", "queue/1", "incident/x", "incident/99999999999999999999")
    assert {name: part["status"] for name, part in told.items() if name not in ("queue", "ring")} == dict.fromkeys(
        (f"incident/{number}", "nowhere", "queue/1", "incident/x", "incident/99999999999999999999"), 404
    )
    assert told["queue"]["pieces"] == told["ring"]["pieces"] == []
    assert f">{number}<" not in told["queue"]["html"]


def test_a_part_and_its_elements_are_the_fragment(town: Town, desk: Client, wichai: Who) -> None:
    taken = town.press("LPN-P012", east_m=2000)
    number = town.press()
    actions.answer_call(incident_id=taken, by=wichai, at=town.now)
    names = [*FRAGMENTS, f"incident/{number}", "incident/"]
    told = ask(desk, *names)
    for name in names:
        whole = desk.get(f"/room/_{name}", headers=FRAGMENT).content.decode()
        part = told[name]
        elements = "".join(f"{html}\n" for _, html in part.get("pieces", []))
        filled = re.sub(r"(data-pieces[^>]*>\n)", lambda begin, inside=elements: begin[0] + inside, part["html"])  # type: ignore[misc]
        assert LANGUAGE_FORM.sub("", filled) == LANGUAGE_FORM.sub("", whole), name
    assert "data-pieces" in told["queue"]["html"]
    assert list(texts(told["queue"])) == [f"row-{taken}", f"row-{number}"]
    assert list(texts(told["ring"])) == [f"ring-{number}", f"ring-{taken}"]


def test_what_a_console_has_is_not_sent_again(town: Town, desk: Client) -> None:
    first = town.press()
    had = ask(desk, "queue", "ring", "top", "wall", "units", "incident/", f"incident/{first}")
    town.time.forward(seconds=20)
    again = ask(desk, *(f"{name}:{part['etag']}" for name, part in had.items()))
    assert again == {name: {"status": 304} for name in had}
    second = town.press("LPN-P012", east_m=2000)
    told = ask(desk, f"queue:{had['queue']['etag']}")["queue"]
    assert (told["status"], texts(told)[f"row-{first}"]) == (200, None)
    assert f'data-incident="{second}"' in texts(told)[f"row-{second}"]
    desk.post(f"/room/incident/{first}/answer")
    third = texts(ask(desk, f"queue:{told['etag']}")["queue"])
    assert "malee" in third[f"row-{first}"]
    assert third[f"row-{second}"] is None
    unknown = ask(desk, "queue:abcdef0123456789abcdef01")["queue"]
    assert all(texts(unknown).values()), "a tag that is not known here: everything is sent"


def test_a_row_kept_for_one_person_is_not_shown_to_another(town: Town, desk: Client, malee: Who, wichai: Who) -> None:
    number = town.press()
    other = town.at_the_desk(wichai)
    planner = town.at_the_desk(town.officer("planner", "planner"))
    assert "data-answers" in texts(ask(desk, "ring")["ring"])[f"ring-{number}"]
    assert "data-answers" not in texts(ask(planner, "ring")["ring"])[f"ring-{number}"], "he may see it ring, not answer it"
    actions.answer_call(incident_id=number, by=malee, at=town.now)
    assert " data-mine" in texts(ask(desk, "queue")["queue"])[f"row-{number}"]
    assert " data-mine" not in texts(ask(other, "queue")["queue"])[f"row-{number}"]
    choose_language(language="en", by=wichai, at=town.now)
    assert "answered" in texts(ask(other, "queue")["queue"])[f"row-{number}"]
    assert "รับเหตุแล้ว" in texts(ask(desk, "queue")["queue"])[f"row-{number}"]


def test_a_row_says_that_it_was_shown_and_saying_so_wakes_nobody(town: Town, desk: Client, wichai: Who) -> None:
    number = town.press()
    other = town.at_the_desk(wichai)
    had = ask(other, "queue")["queue"]
    assert "data-unshown" in texts(had)[f"row-{number}"]
    before = Change.objects.count()
    assert desk.post("/room/shown", {"ids": f"{number}"}).status_code == 204
    assert Change.objects.count() == before, "no console fetches anything because a row was drawn"
    told = texts(ask(other, f"queue:{had['etag']}")["queue"])
    assert "data-unshown" not in told[f"row-{number}"], "the next fetch brings it, and then the other need not say it"


def test_ring_and_queue_are_read_once_together(town: Town, desk: Client) -> None:
    town.press()

    def queries(*want: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            ask(desk, *want)
        return len(seen)

    assert queries("ring", "queue", "wall") == queries("ring")


def test_the_panel_names_the_one_incident_for_which_it_is_fetched_again(town: Town, desk: Client) -> None:
    number = town.press()
    assert f'data-kinds="incident:{number} dispatch"' in ask(desk, f"incident/{number}")[f"incident/{number}"]["html"]
    assert 'data-kinds="incident dispatch"' in ask(desk, "incident/")["incident/"]["html"], "the calm counts all"


@pytest.mark.parametrize("heard", ["", "x", "-1", "²", "9" * 20, ",", "1,,2", ",".join(["1"] * 1000)])
def test_numbers_that_cannot_be_read_are_no_reason_to_fail(town: Town, desk: Client, heard: str) -> None:
    number = town.press()
    assert list(texts(ask(desk, "queue", heard=heard)["queue"])) == [f"row-{number}"]


def test_the_answer_tells_the_servers_time_and_is_kept_by_nobody(town: Town, desk: Client) -> None:
    answer: HttpResponse = desk.get(PARTS, {"want": "queue"}, headers=FRAGMENT)
    assert (answer["X-Now"], answer["Cache-Control"]) == (town.now.isoformat(), "no-store")
    assert "default-src 'self'" in answer["Content-Security-Policy"]
