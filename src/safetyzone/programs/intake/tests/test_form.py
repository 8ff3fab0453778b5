"""The SOS page without JavaScript, through the real intake: kept once, told so in both languages, or told to call 191."""

import html
import re
import signal
import time
from collections.abc import Iterator
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import pytest
from django.db import connection

from safetyzone.programs.intake import http


@pytest.fixture
def browser(intake) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=intake.http, timeout=http.WAIT_FOR_COMMIT_S + 7) as client:
        yield client


def hidden(page: httpx.Response) -> dict[str, str]:
    """What this page's form would send besides the words."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([0-9a-f-]{36})">', page.text))


def column(name: str) -> list[object]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name} FROM sos_press ORDER BY heard_at")
        return [value for (value,) in cursor.fetchall()]


def test_a_call_is_kept_and_the_page_says_so_with_its_number_thai_first(browser, rows):
    shown = browser.get("/sos/form")
    assert shown.headers["cache-control"] == "no-store", "a form out of a cache is a press that was made before"
    assert "form-action 'self'" in shown.headers["content-security-policy"]
    answer = browser.post("/sos/form", data=hidden(shown) | {"words": "มีคนตามมา\r\nใต้บันได"})
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM incidents_incident")
        ((incident,),) = cursor.fetchall()
    thai, english = answer.text.index("ตำรวจรับเรื่องแล้ว"), answer.text.index("Police have your call")
    assert thai < english
    assert f"เหตุหมายเลข {incident}<" in answer.text
    assert f"Incident number {incident}<" in answer.text
    assert 'href="tel:191"' in answer.text
    assert column("words") == ["มีคนตามมา\nใต้บันได"]
    assert rows("sos_press") == 1


def test_a_reload_is_the_same_press_and_gets_the_same_answer(browser, rows):
    fields = hidden(browser.get("/sos/form"))
    first, again = (browser.post("/sos/form", data=fields) for _ in range(2))
    assert (rows("sos_press"), rows("incidents_incident")) == (1, 1)
    told = [re.findall(r"\d+:\d\d|(?:number|หมายเลข) \d+", answer.text) for answer in (first, again)]
    assert told[0] == told[1] != []


def test_two_people_who_open_the_form_make_two_calls(browser, rows):
    forms = [hidden(browser.get("/sos/form")) for _ in range(2)]
    assert forms[0]["press_id"] != forms[1]["press_id"]
    for fields in forms:
        browser.post("/sos/form", data=fields)
    assert rows("incidents_incident") == 2


def test_what_is_sent_from_the_answers_page_belongs_to_the_same_call(browser, rows):
    first = browser.post("/sos/form", data=hidden(browser.get("/sos/form")))
    browser.post("/sos/form", data=hidden(first) | {"words": "เขาออกไปแล้ว"})
    assert (rows("sos_press"), rows("incidents_incident")) == (2, 1)
    assert column("words") == ["", "เขาออกไปแล้ว"]


def test_no_words_stop_a_call_and_none_come_back_as_markup(browser, rows):
    for words in ("\x00", "<script>alert(1)</script>", "ก" * 500, "a\r\n" * 300, "ก" * 850, "\u202e", "\udc80", "🚨"):
        body = urlencode(hidden(browser.get("/sos/form")) | {"words": words}, errors="surrogatepass")
        answer = browser.post("/sos/form", content=body.encode(), headers={"Content-Type": "application/x-www-form-urlencoded"})
        assert answer.status_code == 200, repr(words)
        assert "<script" not in answer.text
    assert rows("sos_press") == 8
    assert max(len(str(words)) for words in column("words")) <= 500


BAD = {
    "nothing": b"", "no names": b"words=help", "a name that is none": b"press_id=1&phone=2", "JSON": b'{"press_id":"x"}',
    "many fields": b"&".join(b"a=1" for _ in range(500)), "NUL": b"press_id=%00", "half a sign": b"press_id=%E0&phone=%FF",
}  # fmt: skip


def test_what_is_not_our_form_makes_no_call_and_says_call_191(browser, rows):
    for name, body in BAD.items():
        answer = browser.post("/sos/form", content=body)
        assert answer.status_code == 400, name
        assert answer.text.index("ยังส่งไม่ถึงตำรวจ โทร 191") < answer.text.index("Call 191")
        assert set(hidden(answer)) == {"press_id", "phone"}, "and offers the form"
    long = browser.post("/sos/form", content=urlencode({"press_id": uuid4(), "phone": uuid4(), "words": "a" * 9000}))
    assert long.status_code == 413
    assert "Call 191" in long.text
    assert rows("sos_press") == 0


def test_thirty_presses_in_a_minute_from_one_form_are_a_flood_as_elsewhere(browser):
    page = browser.get("/sos/form")
    for _ in range(31):
        page = browser.post("/sos/form", data=hidden(page))
    kinds = column("kind")
    assert kinds[:30] == ["ordinary"] * 30
    assert kinds[30] == "technical"
    assert "ตำรวจรับเรื่องแล้ว" in page.text, "kept all the same, for a person to judge"


@pytest.mark.timeout(120)
def test_what_is_not_kept_in_time_is_not_promised_and_sent_again_is_the_same_call(browser, rows):
    fields = hidden(browser.get("/sos/form")) | {"words": '"ช่วยด้วย" <b>'}
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("LOCK TABLE sos_press IN ACCESS EXCLUSIVE MODE")
        try:
            began = time.monotonic()
            answer = browser.post("/sos/form", data=fields)
            assert time.monotonic() - began >= http.WAIT_FOR_COMMIT_S - 1
        finally:
            cursor.execute("ROLLBACK")
    assert answer.status_code == 503
    assert "ตำรวจรับเรื่องแล้ว" not in answer.text
    assert answer.text.index("ยังส่งไม่ถึงตำรวจ โทร 191") < answer.text.index("Call 191")
    assert hidden(answer) == {name: value for name, value in fields.items() if name != "words"}
    (words,) = re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", answer.text, re.DOTALL)
    assert html.unescape(words) == fields["words"]
    assert browser.post("/sos/form", data=fields).status_code == 200
    assert (rows("sos_press"), rows("incidents_incident")) == (1, 1)


def test_the_page_with_javascript_leads_a_browser_without_it_here(browser):
    page = browser.get("/sos").text
    assert '<noscript><meta http-equiv="refresh" content="0; url=/sos/form"></noscript>' in page
    assert 'href="/sos/form"' in page, "where the scripts did not arrive although they may run"


def test_a_form_sent_to_an_intake_that_is_dead_can_be_sent_again_when_it_lives(intake, browser, rows):
    fields = hidden(browser.get("/sos/form"))
    assert intake.process is not None
    intake.process.send_signal(signal.SIGKILL)
    with pytest.raises(httpx.HTTPError):
        browser.post("/sos/form", data=fields)
    intake.process.wait()
    intake.start()
    assert browser.post("/sos/form", data=fields).status_code == 200
    assert (rows("sos_press"), rows("incidents_incident")) == (1, 1)
