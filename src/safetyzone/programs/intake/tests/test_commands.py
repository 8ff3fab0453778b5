"""Commands to a pole that was away, with the real bus, relay and intake: heard after its heartbeat, and never too late."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from pydantic import SecretStr

from safetyzone.contracts.health import PoleHealth, PoleSelfTest
from safetyzone.kernel import clock
from safetyzone.kernel.models import OutboxMessage
from safetyzone.kernel.outbox import SAID_AGAIN_AFTER, post
from safetyzone.kernel.settings import Settings
from safetyzone.programs.intake.tests.conftest import IntakeProcess, _database_url
from safetyzone.programs.nats import NatsPlace, bus_place
from safetyzone.programs.worker.relay import Relay

SELF_TEST = "cmd.LPN-P001.selftest"


def place_of(intake: IntakeProcess) -> NatsPlace:
    said = {name.removeprefix("SAFETYZONE_").lower(): value for name, value in intake.environment.items()}
    ports = {"nats_port": int(said["nats_port"]), "mqtt_port": intake.mqtt_port}
    return bus_place(Settings(state=Path(said["state"]), secret_key=SecretStr(said["secret_key"]), **ports))


def line(intake: IntakeProcess) -> aiomqtt.Client:
    """A pole's line with a lasting session (clean_session=False), as its makers are told to use QoS 1."""
    return aiomqtt.Client(
        "127.0.0.1", intake.mqtt_port, username=intake.pole.mqtt_user, password=intake.pole.mqtt_password,
        identifier=intake.pole.code, protocol=aiomqtt.ProtocolVersion.V311, clean_session=False,
    )  # fmt: skip


async def heard(pole: aiomqtt.Client, within_s: float) -> str:
    try:
        return str((await asyncio.wait_for(anext(aiter(pole.messages)), within_s)).topic)
    except TimeoutError:
        return ""


async def beat(pole: aiomqtt.Client) -> None:
    health = PoleHealth(pole="LPN-P001", at=clock.now(), battery_percent=90)
    await pole.publish("sos/LPN-P001/health", health.model_dump_json(), qos=1)


@sync_to_async
def ask(*, lasts: timedelta = timedelta(minutes=15)) -> None:
    post(subject=SELF_TEST, body={"v": 1}, at=clock.now(), expires_at=clock.now() + lasts)
    connection.close()


@sync_to_async
def is_said() -> bool:
    said = not OutboxMessage.objects.filter(published_at=None).exists()
    connection.close()
    return said


@sync_to_async
def time_passes(by: timedelta) -> None:
    """For the commands: they were said, and end, so much earlier."""
    for command in OutboxMessage.objects.exclude(expires_at=None).exclude(published_at=None):
        OutboxMessage.objects.filter(pk=command.pk).update(published_at=command.published_at - by, expires_at=command.expires_at - by)
    connection.close()


async def until(true: Callable[[], Any]) -> None:
    for _ in range(200):
        if await true():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not happen in time")


def play(intake: IntakeProcess, story: Callable[[], Any]) -> None:
    async def with_relay() -> None:
        relay = asyncio.create_task(Relay(_database_url(), place_of(intake)).run())
        try:
            async with line(intake) as pole:
                await pole.subscribe("cmd/LPN-P001/#", qos=1)
                await ask()
                assert await heard(pole, 5) == "cmd/LPN-P001/selftest", "a pole that is there hears it at once"
            await ask()  # and now it is away
            await until(is_said)
            await story()
        finally:
            relay.cancel()
            await asyncio.gather(relay, return_exceptions=True)

    asyncio.run(with_relay())


@pytest.mark.timeout(90)
def test_a_pole_that_comes_back_in_time_hears_what_it_missed_after_its_heartbeat_and_not_again_when_it_did_it(intake):
    async def story() -> None:
        await time_passes(SAID_AGAIN_AFTER)
        async with line(intake) as pole:
            await pole.subscribe("cmd/LPN-P001/#", qos=1)
            assert await heard(pole, 1.5) == "", "nats-server keeps nothing that a NATS client says for a session that is away"
            await beat(pole)
            assert await heard(pole, 5) == "cmd/LPN-P001/selftest"
            test = PoleSelfTest(pole="LPN-P001", at=clock.now(), button="ok", lamp="ok", battery="ok")
            await pole.publish("sos/LPN-P001/selftest", test.model_dump_json(), qos=1)
            await asyncio.sleep(1)
            await time_passes(SAID_AGAIN_AFTER)
            await beat(pole)
            assert await heard(pole, 2) == ""

    play(intake, story)


@pytest.mark.timeout(90)
def test_a_pole_that_comes_back_too_late_hears_nothing(intake):
    async def story() -> None:
        await time_passes(timedelta(minutes=15))
        async with line(intake) as pole:
            await pole.subscribe("cmd/LPN-P001/#", qos=1)
            await beat(pole)
            assert await heard(pole, 3) == ""

    play(intake, story)


@pytest.mark.timeout(90)
def test_a_command_that_waited_for_the_bus_until_its_time_was_over_is_never_said(intake):
    async def story() -> None:
        async with line(intake) as pole:
            await pole.subscribe("cmd/LPN-P001/#", qos=1)
            await ask(lasts=timedelta(seconds=-1))
            await until(is_said)
            assert await heard(pole, 1) == ""

    play(intake, story)
