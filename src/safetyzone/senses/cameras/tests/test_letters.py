"""Letters to owners: what goes over the wire to LINE and to the SMS gateway, what is tried again, and what the ticket says."""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from types import SimpleNamespace
from urllib.parse import parse_qs
from uuid import UUID, uuid4

import pytest
from django.core import mail
from pydantic import SecretStr

from safetyzone.kernel.settings import settings
from safetyzone.senses.cameras import actions, health_actions, health_queries, jobs, letters, links, ports
from safetyzone.senses.cameras.actions import change_owner_contact
from safetyzone.senses.cameras.adapters.line import LineChannel
from safetyzone.senses.cameras.adapters.thaibulksms import SmsChannel
from safetyzone.senses.cameras.models import CameraFault, CameraOwner
from safetyzone.senses.cameras.owner_actions import BadOwner
from safetyzone.senses.cameras.ports import Away, Memory, Message, NotSetUp, Rejected
from safetyzone.senses.cameras.tests.town import NIGHT, OPERATOR, PLANNER, STATION
from safetyzone.trust.audit.queries import acts_on

USER = "U" + "4af4980629" * 3 + "ab"
TOKEN, KEY, SECRET = SecretStr("line-token"), SecretStr("the-key"), SecretStr("the-secret")
MESSAGE = Message(to=USER, title="กล้อง", text="กล้อง LPN-C001 ของท่านขาดการติดต่อ", key=UUID(int=7))


class Provider(HTTPServer):
    """A provider on this machine: keeps what it was asked, answers what it is told to, and then 200."""

    def __init__(self) -> None:
        self.asked: list[SimpleNamespace] = []
        self.answers: list[tuple[int, bytes]] = []
        super().__init__(("127.0.0.1", 0), Ear)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Ear(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(SimpleNamespace(path=self.path, headers=self.headers, body=body))
        status, words = self.server.answers.pop(0) if self.server.answers else (200, b"{}")
        self.send_response(status)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()
        self.wfile.write(words)

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def provider() -> Iterator[Provider]:
    server = Provider()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def line(provider: Provider) -> LineChannel:
    return LineChannel(TOKEN, url=provider.url)


def sms(provider: Provider, sender: str = "Lumphini") -> SmsChannel:
    return SmsChannel(url=f"{provider.url}/sms", key=KEY, secret=SECRET, sender=sender)


def test_line_is_asked_as_its_reference_says(provider):
    line(provider).send(MESSAGE)
    [asked] = provider.asked
    assert asked.path == "/v2/bot/message/push"
    assert asked.headers["Authorization"] == "Bearer line-token"
    assert asked.headers["X-Line-Retry-Key"] == str(MESSAGE.key)
    assert asked.headers["Content-Type"] == "application/json"
    assert json.loads(asked.body) == {"to": USER, "messages": [{"type": "text", "text": MESSAGE.text}]}


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_busy_provider_is_asked_again_with_the_same_key(provider, status):
    provider.answers.append((status, b""))
    with pytest.raises(Away, match=f"away {status}"):
        line(provider).send(MESSAGE)
    line(provider).send(MESSAGE)
    assert len({asked.headers["X-Line-Retry-Key"] for asked in provider.asked}) == 1


def test_what_line_had_accepted_before_counts_as_sent(provider):
    provider.answers.append((409, b'{"message":"The retry key is already accepted"}'))
    line(provider).send(MESSAGE)


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404])
def test_a_no_for_good_is_not_asked_again_and_a_redirect_is_not_followed(provider, status):
    for channel in (line(provider), sms(provider)):
        provider.answers.append((status, b'{"message":"U4af is secret"}'))
        with pytest.raises(Rejected) as no:
            channel.send(MESSAGE)
        assert str(no.value) == f"rejected {status}"
    assert len(provider.asked) == 2


def test_a_provider_that_is_not_there_is_away_and_its_address_is_not_told():
    with pytest.raises(Away) as away:
        LineChannel(TOKEN, url="http://127.0.0.1:9").send(MESSAGE)
    assert str(away.value) == "away"
    assert away.value.__suppress_context__


def test_the_sms_gateway_gets_a_form_signed_with_key_and_secret(provider):
    provider.answers.append((201, b'{"remaining_credit":9,"phone_number_list":[{"number":"66812345678","message_id":"1"}]}'))
    sms(provider).send(Message(to="+66812345678", title="", text="กล้องของท่าน", key=uuid4()))
    [asked] = provider.asked
    assert asked.headers["Authorization"] == "Basic " + b64encode(b"the-key:the-secret").decode()
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"
    form = parse_qs(asked.body.decode())
    assert form == {"msisdn": ["66812345678"], "message": ["กล้องของท่าน"], "sender": ["Lumphini"], "force": ["corporate"]}


def test_a_number_that_the_gateway_calls_bad_is_a_no_though_it_answers_201(provider):
    provider.answers.append((201, b'{"phone_number_list":[],"bad_phone_number_list":[{"number":"0","message":"invalid"}]}'))
    with pytest.raises(Rejected, match="rejected_number"):
        sms(provider).send(MESSAGE)


@pytest.mark.parametrize(
    "channel",
    [
        LineChannel(None), SmsChannel(url="http://127.0.0.1:9", key=KEY, secret=None, sender="a"),
        SmsChannel(url="http://127.0.0.1:9", key=KEY, secret=SECRET, sender=""),
    ],
)  # fmt: skip
def test_a_channel_that_is_not_set_up_says_so(channel):
    with pytest.raises(NotSetUp):
        channel.send(MESSAGE)


def test_a_message_never_prints_where_it_goes():
    assert USER not in repr(MESSAGE)
    assert MESSAGE.text not in repr(MESSAGE)


@pytest.fixture
def fault(add, monkeypatch) -> int:
    """A camera that is offline, whose owner is reached by LINE and has not heard yet."""
    monkeypatch.setattr(health_actions, "_courses", {})
    code = add("LPN-C001")
    change_owner_contact(owner_id=CameraOwner.objects.get().id, channel="line", contact=USER, by=PLANNER, at=NIGHT)
    for seconds in (0, 20):
        health_actions.found(code, works=False, by=PLANNER, at=NIGHT + timedelta(seconds=seconds))
    return CameraFault.objects.get().pk


@pytest.fixture
def post(monkeypatch) -> Memory:
    memory = Memory()
    monkeypatch.setattr(letters, "channel", lambda name: memory)
    return memory


def ticket() -> health_queries.FaultView:
    [one] = health_queries.faults(STATION, for_=OPERATOR)
    return one


def test_the_letter_is_short_thai_without_a_name_and_carries_the_owners_own_link(fault, post):
    assert jobs.tell_owner(fault)
    [sent] = post.sent
    owner = CameraOwner.objects.get()
    assert sent.to == USER
    assert sent.text.startswith("กล้อง LPN-C001 ของท่านขาดการติดต่อ ตั้งแต่ 22/11/2569 21:00 น.")
    for personal in (owner.name, "หน้าร้าน", USER):
        assert personal not in sent.text
    token = re.search(r"/camera-owner/([\w-]+)/$", sent.text).group(1)
    assert links.read(token, master_key=settings().master_key_cached()).owner_id == owner.id
    assert len(sent.text) <= 201, "three SMS of 67 letters"
    assert acts_on("camera:LPN-C001")[-1].action == "camera.owner_told"


def test_an_owner_who_reads_english_is_written_in_english(fault, post):
    CameraOwner.objects.update(language="en")
    jobs.tell_owner(fault)
    assert post.sent[0].text.startswith("Your camera LPN-C001 is offline since 22/11/2026 21:00.")


def test_while_the_provider_is_away_the_queue_tries_again_and_the_ticket_says_so(fault, post):
    post.fails = [Away("away 503"), Away("away")]
    for why in ("away 503", "away"):
        with pytest.raises(Away) as away:
            jobs.tell_owner(fault)
        assert ticket().not_told == why
        again = jobs.RETRIES.get_retry_decision(exception=away.value, job=SimpleNamespace(attempts=1))
        assert again is not None
    assert jobs.tell_owner(fault)
    assert (len(post.sent), ticket().not_told) == (1, "")
    assert ticket().told_at is not None


@pytest.mark.parametrize("no", [Rejected("rejected 400"), NotSetUp("not_set_up")])
def test_a_no_for_good_is_asked_once_and_stands_on_the_ticket(fault, post, no):
    post.fails = [no]
    assert jobs.tell_owner(fault) is False  # no fault for the queue to try again
    assert (post.sent, ticket().not_told, ticket().told_at) == ([], str(no), None)


def test_a_contact_that_cannot_be_read_stands_on_the_ticket(fault, post):
    CameraOwner.objects.update(contact=b"sealed by another station")
    assert jobs.tell_owner(fault) is False
    assert ticket().not_told == "no_contact"


def test_a_new_contact_is_told_what_the_old_one_was_not(fault, post, monkeypatch):
    asked: list[int] = []
    queue = SimpleNamespace(defer=lambda *, fault_id: asked.append(fault_id))
    monkeypatch.setattr(health_actions.app, "configure_task", lambda *a, **k: queue)
    owner = CameraOwner.objects.get().id
    change_owner_contact(owner_id=owner, channel="sms", contact="081-234-5678", by=PLANNER, at=NIGHT)
    assert asked == [fault]
    jobs.tell_owner(fault)
    assert post.sent[0].to == "0812345678"
    change_owner_contact(owner_id=owner, channel="email", contact="a@example.org", by=PLANNER, at=NIGHT)
    assert asked == [fault], "what he knows he is not told twice"


def test_the_ticket_page_says_why_nobody_was_told(fault, post, signed_in):
    post.fails = [Rejected("rejected 400")]
    jobs.tell_owner(fault)
    page = signed_in("planner").get("/cameras/faults/").content.decode()
    assert "แจ้งไม่ได้" in page
    assert "ผู้ให้บริการไม่รับ (400)" in page
    english = signed_in("technician", language="en").get("/cameras/faults/").content.decode()
    assert "the provider refused it (400)" in english


def test_a_letter_goes_to_line_from_the_stations_settings(fault, provider, monkeypatch):
    monkeypatch.setattr(settings(), "line_channel_token", TOKEN)
    monkeypatch.setattr("safetyzone.senses.cameras.adapters.line.LINE", provider.url)
    assert jobs.tell_owner(fault)
    assert json.loads(provider.asked[0].body)["to"] == USER


def test_a_line_contact_is_a_users_id_and_not_the_name_he_is_found_by(add):
    add("LPN-C001")
    owner = CameraOwner.objects.get().id
    for wrong in ("@padaeng", "padaeng", USER.upper(), USER + "0"):
        with pytest.raises(BadOwner):
            actions.change_owner_contact(owner_id=owner, channel="line", contact=wrong, by=PLANNER, at=NIGHT)


@pytest.mark.parametrize("code", [*letters.WHY_NOT, "rejected 400", "away 503", "away", ""])
def test_every_reason_has_words_in_both_languages(code):
    th, en = letters.why_not(code)
    assert "{" not in th + en
    assert bool(th) == bool(en) == bool(code)


def test_every_channel_an_owner_can_choose_is_one_we_have():
    for name in CameraOwner.Channel.values:
        if name != "none":
            assert letters.channel(name) is not None
    assert mail.outbox == []
    assert issubclass(ports.Away, ports.NotSent)
