"""An owner sends his link to the station's LINE account: only LINE is believed, and only the link's own owner is linked."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from pydantic import SecretStr

from safetyzone.kernel import clock
from safetyzone.kernel.sealed import unseal
from safetyzone.kernel.settings import settings
from safetyzone.senses.cameras import actions, health_actions, jobs, letters
from safetyzone.senses.cameras.models import CameraFault, CameraOwner
from safetyzone.senses.cameras.owner_actions import CONTACT
from safetyzone.senses.cameras.ports import Memory
from safetyzone.senses.cameras.tests.test_letters import TOKEN, USER, Provider, provider  # noqa: F401 - a fixture
from safetyzone.senses.cameras.tests.town import NIGHT, PLANNER
from safetyzone.trust.audit.queries import acts_on

SECRET = b"channel-secret"


@pytest.fixture
def answers(monkeypatch) -> list[dict]:
    """What is to be answered, as the queue was asked."""
    asked: list[dict] = []
    monkeypatch.setattr(health_actions, "_courses", {})
    monkeypatch.setattr(settings(), "line_channel_secret", SecretStr(SECRET.decode()))
    monkeypatch.setattr(jobs, "answer_line", SimpleNamespace(defer=lambda **said: asked.append(said)))
    return asked


@pytest.fixture
def link(add) -> str:
    add("LPN-C001")
    return actions.give_owner_link(owner_id=CameraOwner.objects.get().id, by=PLANNER, at=clock.now())


def event(text: object, **changed: object) -> dict:
    source = {"type": "user", "userId": USER}
    said = {"type": "text", "text": text}
    return {"type": "message", "replyToken": "nHuyWiB7yP5Zw52FIkcQobQuGDXCTA", "source": source, "message": said} | changed


def tell(*events: object, secret: bytes = SECRET, spoil: bytes = b""):
    body = json.dumps({"destination": "Ubot", "events": list(events)}).encode()
    signature = base64.b64encode(hmac.digest(secret, body, hashlib.sha256)).decode()
    return Client(enforce_csrf_checks=True).post(
        "/line/webhook", body + spoil, content_type="application/json", headers={"X-Line-Signature": signature}
    )


def channel() -> str:
    return CameraOwner.objects.get().channel


def test_an_owner_who_sends_his_link_is_written_to_there_from_then_on(link, answers):
    assert tell(event(f"ลิงก์ของผม http://127.0.0.1:8000/camera-owner/{link}/ ครับ")).status_code == 200
    owner = CameraOwner.objects.get()
    assert owner.channel == "line"
    assert unseal(bytes(owner.contact), purpose=CONTACT, subject=str(owner.id)) == USER
    [answer] = answers
    assert (answer["linked"], answer["language"]) == (True, "th")
    last = acts_on(f"camera_owner:{owner.id}")[-1]
    assert (last.action, last.actor) == ("camera_owner.contact_changed", f"camera-owner:{owner.id}")
    assert USER not in str(last.facts)


def test_who_is_not_line_is_not_believed(link, answers):
    sent = event(f"/camera-owner/{link}/")
    assert tell(sent, secret=b"guessed").status_code == 403
    assert tell(sent, spoil=b" ").status_code == 403
    assert Client().post("/line/webhook", b"{}", content_type="application/json").status_code == 403
    assert Client().post("/line/webhook", b"{}", content_type="application/json", headers={"X-Line-Signature": "ก"}).status_code == 403
    assert (channel(), answers) == ("none", [])


def test_without_a_secret_there_is_no_such_door(link):
    assert tell(event(f"/camera-owner/{link}/")).status_code == 404
    assert channel() == "none"


def test_a_link_that_is_over_links_nobody_and_is_answered_so(link, answers):
    actions.renew_owner_link(owner_id=CameraOwner.objects.get().id, by=PLANNER, at=clock.now() + timedelta(seconds=1))
    assert tell(event(f"/camera-owner/{link}/")).status_code == 200
    assert (channel(), [answer["linked"] for answer in answers]) == ("none", [False])


@pytest.mark.parametrize(
    "changed",
    [
        {"type": "unsend"}, {"source": {"type": "group", "userId": USER, "groupId": "C1"}}, {"source": {"type": "user", "userId": "U1"}},
        {"message": {"type": "sticker"}}, {"message": None}, {"source": "x"},
    ],
)  # fmt: skip
def test_what_is_no_link_of_one_person_is_passed_over(link, answers, changed):
    assert tell(event(f"/camera-owner/{link}/", **changed), "no event", None, event(7), event("สวัสดี")).status_code == 200
    assert (channel(), answers) == ("none", [])


def test_the_answer_is_sent_as_lines_reference_says(db, provider, monkeypatch):  # noqa: F811 - the fixture
    monkeypatch.setattr(settings(), "line_channel_token", TOKEN)
    monkeypatch.setattr("safetyzone.senses.cameras.adapters.line.LINE", provider.url)
    assert jobs.answer_line(reply="the-token", linked=True, language="th")
    [asked] = provider.asked
    assert asked.path == "/v2/bot/message/reply"
    assert asked.headers["Authorization"] == "Bearer line-token"
    assert asked.headers["X-Line-Retry-Key"] is None, "a reply with one is refused"
    said = json.loads(asked.body)
    assert (said["replyToken"], said["messages"][0]["type"]) == ("the-token", "text")
    assert said["messages"][0]["text"].startswith("ต่อไปสถานีจะแจ้งท่านทาง LINE นี้")
    provider.answers.append((400, b"{}"))
    assert jobs.answer_line(reply="used-up", linked=False, language="en") is False


def test_what_he_had_not_heard_of_reaches_him_when_he_has_linked_himself(link, answers, monkeypatch):
    for seconds in (0, 20):
        health_actions.found("LPN-C001", works=False, by=PLANNER, at=NIGHT + timedelta(seconds=seconds))
    fault, post = CameraFault.objects.get().pk, Memory()
    monkeypatch.setattr(letters, "channel", lambda name: post)
    assert not jobs.tell_owner(fault)
    tell(event(f"/camera-owner/{link}/"))
    assert jobs.tell_owner(fault)
    assert [message.to for message in post.sent] == [USER]
