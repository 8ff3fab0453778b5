"""The intake as its devices meet it: over MQTT and HTTP, killed and cut off."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import aiomqtt
import httpx
import pytest
from django.db import connection

from safetyzone.contracts.press import PolePress, sign
from safetyzone.kernel import clock
from safetyzone.programs.intake.tests.conftest import IntakeProcess


class Pole:
    """A pole at the other end of MQTT."""

    def __init__(self, client: aiomqtt.Client, intake: IntakeProcess) -> None:
        self.client, self.code = client, intake.pole.code
        self.key = bytes.fromhex(intake.pole.signing_key_hex)

    def message(self, press_id: UUID) -> bytes:
        said = PolePress.model_validate(
            {"pole": self.code, "press_id": press_id, "pressed_at": clock.now(), "seq": 1, "hold_ms": 700, "sig": ""}
        )
        return said.model_copy(update={"sig": sign(said, self.key)}).model_dump_json().encode()

    async def say(self, what: str, body: bytes, qos: int = 1) -> None:
        await self.client.publish(f"sos/{self.code}/{what}", body, qos=qos, timeout=5)

    async def answer(self, within_s: float = 15) -> tuple[str, bytes]:
        message = await asyncio.wait_for(anext(aiter(self.client.messages)), within_s)
        assert isinstance(message.payload, bytes)
        return str(message.topic).rsplit("/", 1)[1], message.payload


def with_pole(intake: IntakeProcess, scene: Callable[[Pole], Awaitable[None]]) -> None:
    async def play() -> None:
        async with aiomqtt.Client(
            "127.0.0.1", intake.mqtt_port, username=intake.pole.mqtt_user, password=intake.pole.mqtt_password,
            identifier=intake.pole.code, protocol=aiomqtt.ProtocolVersion.V311,
        ) as client:  # fmt: skip
            await client.subscribe(f"cmd/{intake.pole.code}/+", qos=1)
            await scene(Pole(client, intake))

    asyncio.run(play())


def test_a_press_is_answered_after_its_commit_and_the_same_however_often_it_is_said(intake, rows):
    async def scene(pole: Pole) -> None:
        message, answers = pole.message(uuid4()), set()
        for _ in range(3):
            await pole.say("press", message)
            answers.add(await pole.answer())
        ((what, body),) = answers
        assert what == "ack"
        assert json.loads(body)["kind"] == "ordinary"

    with_pole(intake, scene)
    assert (rows("sos_press"), rows("incidents_incident")) == (1, 1)


NONSENSE = {
    "empty": b"", "not JSON": b"{", "no fields": b"{}", "another shape": b'{"v":2}', "deep": b"[" * 3000, "long": b" " * 5000,
    "latin-1": "{\"pole\":\"เสา\"}".encode("tis-620"),
}  # fmt: skip


def test_what_makes_no_sense_is_refused_with_a_reason_and_counted(intake, rows):
    async def scene(pole: Pole) -> None:
        for body in NONSENSE.values():
            await pole.say("press", body)
            what, said = await pole.answer()
            assert what == "refused"
            assert json.loads(said)["reason_th"] != json.loads(said)["reason_en"]
        await pole.say("press", pole.message(uuid4()))
        assert (await pole.answer())[0] == "ack", "and the next one is heard"

    with_pole(intake, scene)
    assert rows("sos_notunderstood") >= 4
    assert rows("sos_press") == 1


def test_a_press_said_while_the_intake_was_dead_is_answered_when_it_lives_again(intake, rows):
    async def scene(pole: Pole) -> None:
        intake.kill()
        await pole.say("press", pole.message(uuid4()))
        intake.start()
        assert (await pole.answer())[0] == "ack"

    with_pole(intake, scene)
    assert (rows("sos_press"), rows("incidents_incident")) == (1, 1)


def throw_out_the_intake() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'intake'")
        thrown = int(cursor.fetchone()[0])
    connection.close()  # this thread's own
    return thrown


def test_the_database_throwing_everybody_out_loses_nothing(intake, rows):
    async def scene(pole: Pole) -> None:
        for _ in range(5):
            await pole.say("press", pole.message(uuid4()))
            assert (await pole.answer())[0] == "ack"
            assert await asyncio.to_thread(throw_out_the_intake) > 0

    with_pole(intake, scene)
    assert (rows("sos_press"), rows("incidents_incident")) == (5, 1)


def test_a_pole_may_not_speak_for_another(intake, rows):
    async def scene(pole: Pole) -> None:
        await pole.client.publish("sos/LPN-P002/press", pole.message(uuid4()), qos=0)
        await pole.say("press", pole.message(uuid4()))
        assert (await pole.answer())[0] == "ack"

    with_pole(intake, scene)
    assert rows("sos_press") == 1


def said(**more: object) -> dict[str, object]:
    now = clock.now().isoformat()
    return {"press_id": str(uuid4()), "phone": str(uuid4()), "pressed_at": now, "hold_ms": 2000} | more


HOSTILE_WORDS = ["\x00", "<script>alert(1)</script>", "ก" * 500, "่" * 500, "\u202e กลับด้าน", "'; DROP TABLE sos_press; --", "🚨"]


@pytest.fixture
def phone(intake):
    with httpx.Client(base_url=intake.http, timeout=12) as client:
        yield client


def test_a_phone_press_is_kept_and_its_state_can_be_asked(phone, rows):
    press = said(words="มีคนตามมา", position={"lon": 100.541, "lat": 13.745, "accuracy_m": 12})
    first, again = phone.post("/sos/press", json=press), phone.post("/sos/press", json=press)
    assert first.status_code == 200
    assert first.content == again.content
    assert rows("incidents_incident") == 1
    assert phone.get(f"/sos/press/{press['press_id']}").json()["state"] == "received"
    assert phone.get(f"/sos/press/{uuid4()}").status_code == 404


def test_no_words_of_a_frightened_or_hostile_person_stop_a_press(phone, rows):
    for words in HOSTILE_WORDS:
        assert phone.post("/sos/press", json=said(words=words)).status_code == 200, repr(words)
    assert rows("sos_press") == len(HOSTILE_WORDS)


BAD = {
    "not JSON": b"x", "a list": b"[]", "a lone surrogate": b'{"words":"\\ud800"}', "not a number": json.dumps(said(hold_ms="x")).encode(),
    "NaN": b'{"hold_ms":NaN}', "no time zone": json.dumps(said(pressed_at="2026-11-22T20:00:00")).encode(),
    "too long": b'{"words":"' + b"a" * 9000 + b'"}', "unknown field": json.dumps(said(incident=1)).encode(),
    "position half": json.dumps(said(position={"lon": 100.5})).encode(), "negative hold": json.dumps(said(hold_ms=-1)).encode(),
}  # fmt: skip


def test_a_bad_press_gets_a_reason_and_never_a_fault(phone, rows):
    for name, body in BAD.items():
        answer = phone.post("/sos/press", content=body)
        assert answer.status_code in {400, 413}, name
        assert {"field", "reason_th", "reason_en"} <= answer.json().keys()
    assert rows("sos_press") == 0


def test_the_page_is_served_with_a_strict_policy_and_leads_nowhere_else(phone):
    answer = phone.get("/sos")
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "set-cookie" not in answer.headers
    assert phone.get("/sos/static/..%2f..%2fintake.py").status_code == 404


def test_it_ends_in_order_when_asked(intake):
    assert intake.stop() == 0
    intake.start()
