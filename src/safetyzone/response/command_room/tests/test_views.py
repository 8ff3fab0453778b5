"""Who may open and press what; and that nothing that is typed becomes a fault."""

import re
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.test import Client

from safetyzone.ground.officers.access import Who
from safetyzone.response.command_room import actions
from safetyzone.response.command_room.tests.conftest import OTHER, Town
from safetyzone.response.dispatch import queries as dispatch
from safetyzone.response.incidents import queries as incidents
from safetyzone.response.incidents.lifecycle import Status

PAGES = (
    "/room/", "/room/panel/queue/", "/room/panel/map/", "/room/panel/units/", "/room/panel/incident/", "/room/panel/wall/",
    "/room/_top", "/room/_ring", "/room/_queue", "/room/_units", "/room/_wall", "/room/_incident/", "/room/shift/", "/room/poles/",
)  # fmt: skip
OF_ONE = ("/room/_incident/{n}", "/room/panel/incident/{n}/")
FRAGMENT = {"HX-Request": "true"}
WHO_OPENS = (("operator", 200), ("commander", 200), ("planner", 200), ("patrol", 403), ("technician", 403), ("overseer", 403))


@pytest.mark.parametrize(("duty", "expected"), WHO_OPENS)
def test_the_room_opens_for_those_who_may_see_it(town: Town, duty: str, expected: int) -> None:
    number = town.press()
    client = town.at_the_desk(town.officer("somebody", duty))
    of_one = 200 if expected == 200 else 404
    assert {path: client.get(path).status_code for path in PAGES} == dict.fromkeys(PAGES, expected)
    assert [client.get(path.format(n=number)).status_code for path in OF_ONE] in ([of_one] * 2, [expected] * 2)


def test_nobody_in_particular_is_sent_to_sign_in(town: Town) -> None:
    number = town.press()
    for path in (*PAGES, *(path.format(n=number) for path in OF_ONE)):
        assert Client().get(path).status_code == 302, path
        assert Client().get(path, headers=FRAGMENT).status_code == 401, path


def test_another_stations_incident_does_not_exist(town: Town) -> None:
    number = town.press()
    client = town.at_the_desk(town.officer("stranger", "operator", station=OTHER))
    for path in (f"/room/_incident/{number}", f"/room/panel/incident/{number}/", "/room/?station=lumphini", "/room/?station=nowhere"):
        assert client.get(path).status_code == 404, path
    assert f'data-incident="{number}"' not in client.get("/room/_queue").content.decode()
    verbs = ("answer", "take", "verify", "close", "note", "send")
    answers = {verb: client.post(f"/room/incident/{number}/{verb}", {"words": "x", "unit": "LPN-1"}).status_code for verb in verbs}
    assert answers == dict.fromkeys(verbs, 404)


@pytest.mark.parametrize(
    ("duty", "expected"), [("operator", 200), ("commander", 200), ("planner", 403), ("patrol", 404), ("technician", 404)]
)
def test_who_may_answer(town: Town, duty: str, expected: int) -> None:
    number = town.press()
    assert town.at_the_desk(town.officer("somebody", duty)).post(f"/room/incident/{number}/answer").status_code == expected


def test_a_deed_needs_its_csrf_token_and_a_post(town: Town, malee: Who) -> None:
    number = town.press()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = town.at_the_desk(malee).cookies
    assert strict.post(f"/room/incident/{number}/answer").status_code == 403
    assert strict.get(f"/room/incident/{number}/answer").status_code == 405
    assert incidents.incident(number, for_=malee).status is Status.NEW


def test_an_incident_is_walked_through_from_the_panel(town: Town, desk: Client, malee: Who) -> None:
    town.unit("LPN-1")
    number = town.press()

    def press(path: str, **fields: str) -> str:
        answer = desk.post(path, fields, headers=FRAGMENT)
        assert answer.status_code == 200, answer.content.decode()
        return answer.content.decode()

    assert "data-undo" in press(f"/room/incident/{number}/answer")
    panel = desk.get(f"/room/_incident/{number}").content.decode()
    assert 'data-unit="LPN-1" data-hotkey="1"' in panel
    press(f"/room/incident/{number}/send", unit="LPN-1")
    order = dispatch.orders(number)[0]
    for verb in ("acknowledge", "set_out", "arrive", "finish"):
        press(f"/room/order/{order.id}/{verb}")
    for code in ("look_and_listen", "send_unit"):
        press(f"/room/incident/{number}/step", step=code)
    press(f"/room/incident/{number}/resolve", outcome="helped")
    refused = desk.post(f"/room/incident/{number}/close", headers=FRAGMENT)
    assert refused.status_code == 400
    assert "ยืนยันว่าสายตรวจถึงและผู้แจ้งปลอดภัย" in refused.content.decode(), "says which step is open"
    press(f"/room/incident/{number}/skip", step="confirm_on_scene", why="ผู้แจ้งออกจากพื้นที่")
    press(f"/room/incident/{number}/close")
    assert incidents.incident(number, for_=malee).status is Status.CLOSED
    assert f'data-incident="{number}"' not in desk.get("/room/_queue").content.decode()


def test_a_panel_offers_only_what_may_be_done(town: Town, desk: Client) -> None:
    number = town.press()
    said = desk.get(f"/room/_incident/{number}").content.decode()
    verbs = set(re.findall(rf"/room/incident/{number}/([a-z_]+)", said))
    assert verbs == {"answer", "note"}
    planner = town.at_the_desk(town.officer("planner", "planner"))
    said = planner.get(f"/room/_incident/{number}").content.decode()
    assert set(re.findall(rf"/room/incident/{number}/([a-z_]+)", said)) == {"note"}


def test_judging_and_joining_can_be_taken_back(town: Town, desk: Client, malee: Who) -> None:
    older, newer = town.press("LPN-P007"), town.press("LPN-P008", east_m=40)
    assert "room/incident" in desk.get("/room/_queue").content.decode()
    joined = desk.post(f"/room/incident/{older}/join", {"newer": str(newer)}, headers=FRAGMENT).content.decode()
    assert incidents.incident(newer, for_=malee).status is Status.DUPLICATE
    undo = re.search(r'data-post="([^"]+)" data-undo', joined)
    assert undo is not None
    assert desk.post(undo[1], headers=FRAGMENT).status_code == 200
    assert incidents.incident(newer, for_=malee).status is Status.NEW

    desk.post(f"/room/incident/{older}/answer", headers=FRAGMENT)
    judged = desk.post(f"/room/incident/{older}/false_press", {"why": "กดเล่น"}, headers=FRAGMENT).content.decode()
    undo = re.search(r'data-post="([^"]+)" data-undo', judged)
    assert undo is not None
    desk.post(undo[1], headers=FRAGMENT)
    assert incidents.incident(older, for_=malee).status is Status.ANSWERED


def test_an_officer_who_does_not_report_rings_until_he_is_reached(town: Town, desk: Client, malee: Who) -> None:
    town.unit("LPN-1")
    number = town.press()
    desk.post(f"/room/incident/{number}/answer")
    desk.post(f"/room/incident/{number}/send", {"unit": "LPN-1"})
    order = dispatch.orders(number)[0]
    for verb in ("acknowledge", "arrive"):
        assert desk.post(f"/room/order/{order.id}/{verb}").status_code == 200
    assert "card alarm" not in desk.get("/room/_ring").content.decode()
    town.time.forward(minutes=21)
    ring = desk.get("/room/_ring").content.decode()
    assert "card alarm" in ring
    assert "rider-lpn-1" in ring
    assert desk.post("/room/unit/LPN-1/well", {"officer": "somebody-else"}).status_code == 404
    assert desk.post("/room/unit/LPN-1/well", {"officer": "rider-lpn-1"}).status_code == 200
    assert "card alarm" not in desk.get("/room/_ring").content.decode()


def test_only_the_first_console_says_when_a_row_was_shown(town: Town, desk: Client, wichai: Who, malee: Who) -> None:
    number = town.press()
    first = town.time.forward(seconds=1)
    assert desk.post("/room/shown", {"ids": f"{number}"}).status_code == 204
    town.time.forward(seconds=5)
    assert town.at_the_desk(wichai).post("/room/shown", {"ids": f"{number}"}).status_code == 204
    assert incidents.incident(number, for_=malee).times["shown_at"] == first


def test_a_fragment_that_has_not_changed_is_not_sent_again(town: Town, desk: Client) -> None:
    town.press()
    first = desk.get("/room/_queue", headers=FRAGMENT)
    town.time.forward(seconds=20)
    again = desk.get("/room/_queue", headers={**FRAGMENT, "If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["X-Now"] > first["X-Now"], "timers need the server's clock even so"
    town.press("LPN-P012", east_m=2000)
    assert desk.get("/room/_queue", headers={**FRAGMENT, "If-None-Match": first["ETag"]}).status_code == 200


def test_the_ring_strip_shows_the_oldest_first_then_who_holds_what(town: Town, desk: Client, wichai: Who) -> None:
    assert "data-empty" in desk.get("/room/_ring").content.decode()
    first = town.press("LPN-P012", east_m=2000)
    town.time.forward(seconds=3)
    second = town.press("LPN-P007")
    ring = desk.get("/room/_ring").content.decode()
    assert re.findall(r'data-key="ring-(\d+)"', ring) == [str(first), str(second)]
    actions.answer_call(incident_id=first, by=wichai, at=town.now)
    ring = desk.get("/room/_ring").content.decode()
    assert re.findall(r'class="card (\w+).*?data-key="ring-(\d+)"', ring) == [("rings", str(second)), ("grace", str(first))]
    assert "wichai" in ring
    town.time.forward(seconds=21)
    assert f"ring-{first}" not in desk.get("/room/_ring").content.decode(), "in good hands: no clutter"
    town.time.forward(seconds=30)
    assert f'class="card stale pr1" data-key="ring-{first}"' in desk.get("/room/_ring").content.decode()


def test_a_technical_call_says_why(town: Town, desk: Client) -> None:
    number = town.press(forged=True)
    said = desk.get(f"/room/_incident/{number}").content.decode()
    assert "ลายเซ็นไม่ถูกต้อง" in said
    assert "เทคนิค" in desk.get("/room/_queue").content.decode()


def test_a_reader_of_english_gets_english(town: Town, malee: Who) -> None:
    from safetyzone.ground.officers.actions import choose_language

    number = town.press()
    choose_language(language="en", by=malee, at=town.now)
    said = town.at_the_desk(malee).get(f"/room/panel/incident/{number}/").content.decode()
    assert "Button pressed on the SOS pole" in said
    assert "nobody has answered" in said


@pytest.mark.parametrize(
    ("line", "status", "words"),
    [
        ("a", 200, "Answered"),
        ("ฟ", 200, "Answered"),
        ("note {n} เห็นควันไฟ", 200, "Noted"),
        ("d {n} LPN-1", 200, "LPN-1"),
        ("s lpn-1 off", 200, "LPN-1: off"),
        ("pole 7", 200, "LPN-P007"),
        ("n 2 13.7445,100.5398 ทะเลาะวิวาท", 200, "opened"),
        ("u", 200, ""),
        ("a 99999", 404, ""),
        ("e LPN-1", 404, "no order"),
        ("d {n} NOBODY", 404, ""),
        ("c {n}", 409, ""),
        ("zzz", 400, "is not a command"),
        ("pole 99", 404, ""),
    ],
)
def test_the_bar_does_what_its_line_says(town: Town, malee: Who, line: str, status: int, words: str) -> None:
    from safetyzone.ground.officers.actions import choose_language

    town.unit("LPN-1")
    number = town.press()
    choose_language(language="en", by=malee, at=town.now)
    answer = town.at_the_desk(malee).post("/room/command", {"line": line.format(n=number)}, headers=FRAGMENT)
    assert answer.status_code == status, answer.content.decode()
    assert words in answer.content.decode()


def test_poles_are_listed_with_their_false_share_and_tested_by_those_who_may(town: Town, malee: Who, desk: Client) -> None:
    empty = desk.get("/room/poles/").content.decode()
    assert "ยังไม่มีเสาในทะเบียน" in empty
    joke = town.press("LPN-P021")
    desk.post(f"/room/incident/{joke}/answer")
    desk.post(f"/room/incident/{joke}/false_press", {"why": "กดเล่น"})
    listed = desk.get("/room/poles/").content.decode()
    assert "1/1" in listed
    assert '<rect x="105"' in listed, "21:00 in Bangkok is the 21st bar"
    assert desk.post("/room/poles/LPN-P021/test").status_code == 403
    assert desk.post("/room/poles/NOWHERE/test").status_code == 404


def test_the_shift_is_signed_through_the_page(town: Town, desk: Client, somchai: Who) -> None:
    assert desk.post("/room/shift/note", {"words": "ฝน"}).status_code == 404
    assert desk.post("/room/shift/begin").status_code == 302
    refused = desk.post("/room/shift/take")
    assert refused.status_code == 409
    assert "ส่งเวรให้ตนเองไม่ได้" in refused.content.decode()
    assert desk.post("/room/shift/note", {"words": "ฝนตก"}).status_code == 302
    assert town.at_the_desk(somchai).post("/room/shift/take").status_code == 302
    page = desk.get("/room/shift/").content.decode()
    kept = re.search(r'href="(/room/shift/\d+/)"', page)
    assert kept is not None
    assert "ฝนตก" in desk.get(kept[1]).content.decode()
    stranger = town.at_the_desk(town.officer("stranger", "operator", station=OTHER))
    assert stranger.get(kept[1]).status_code == 404


NAUGHTY = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "{0.__class__}", "%s%n", "'; DROP TABLE x; --",
    "\x00", "a\x00b", "ก" * 600, "x" * 1_000_000, "\u202e", "💥" * 50, "\ud7ff", "{unit}", "{", "-1", "9" * 40, "1e999", "²",
)  # fmt: skip


@pytest.mark.parametrize("naughty", NAUGHTY, ids=range(len(NAUGHTY)))
def test_hostile_words_in_any_field_are_an_answer_and_never_a_fault(town: Town, desk: Client, naughty: str) -> None:
    town.unit("LPN-1")
    number = town.press()
    desk.post("/room/shift/begin")
    desk.post(f"/room/incident/{number}/answer")
    fields = dict.fromkeys(("why", "words", "unit", "step", "outcome", "newer", "ids", "line", "seat", "duty"), naughty)
    verbs = ("take", "note", "step", "skip", "send", "join", "refuse_join", "undo_join", "resolve", "reopen", "test", "no_such_verb")
    paths = [
        *(f"/room/incident/{number}/{verb}" for verb in verbs), "/room/command", "/room/shown", "/room/still-here",
        "/room/shift/note", "/room/shift/seat", f"/room/order/{uuid4()}/stand_down",
        *([f"/room/unit/{quote(naughty, safe='')}/duty", f"/room/incident/{quote(naughty, safe='')}/answer"] if len(naughty) < 99 else []),
    ]  # fmt: skip
    faults = {path: code for path in paths if (code := desk.post(path, fields, headers=FRAGMENT).status_code) >= 500}
    assert faults == {}
    for note in (naughty, f"note {number} {naughty}"):
        desk.post("/room/command", {"line": note}, headers=FRAGMENT)
    for page in ("/room/", f"/room/_incident/{number}", "/room/shift/"):
        shown = desk.get(page)
        assert shown.status_code == 200
        assert "<script>alert" not in shown.content.decode()
        assert "<img src=x" not in shown.content.decode()


@pytest.mark.parametrize(
    "path", ["/room/_incident/99999999999999999999999", "/room/panel/nowhere/", "/room/_incident/-1", "/room/shift/9/"]
)
def test_an_address_that_leads_nowhere_is_not_a_fault(desk: Client, path: str) -> None:
    assert desk.get(path).status_code == 404
