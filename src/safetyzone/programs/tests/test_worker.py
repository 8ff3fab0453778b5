"""The worker's clockwork: to the moment, through faults, and every message once it is due."""

import asyncio
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import nats
import psycopg
import pytest
from django.db import OperationalError, connection
from nats.aio.msg import Msg
from psycopg import conninfo

from safetyzone.kernel import clock
from safetyzone.kernel.models import OutboxMessage
from safetyzone.kernel.outbox import post
from safetyzone.kernel.settings import settings
from safetyzone.programs.nats import NatsPlace, NatsServer
from safetyzone.programs.worker.deadlines import DeadlineLoop, Watch
from safetyzone.programs.worker.relay import Relay


def nothing_due(_at: datetime) -> int:
    return 0


@pytest.mark.django_db(transaction=True)
def test_the_loop_wakes_at_the_moment_that_a_room_names() -> None:
    rings_at = clock.now() + timedelta(seconds=0.2)
    rang: list[datetime] = []

    def due(at: datetime) -> int:
        if not rang and at >= rings_at:
            rang.append(at)
            stop.set()
        return 0

    stop = threading.Event()
    thread = threading.Thread(target=DeadlineLoop([Watch("room", due, lambda: rings_at)], stop=stop).run)
    thread.start()
    thread.join(5)
    assert rang
    assert rang[0] - rings_at < timedelta(seconds=0.25), "the loop sleeps half a second when it knows no better"


def test_a_fault_in_one_room_does_not_stop_the_clock_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "close", lambda: None)
    looked: list[str] = []

    def faulty(_at: datetime) -> int:
        looked.append("faulty")
        raise ValueError("a row that nobody foresaw")

    def sound(_at: datetime) -> int:
        looked.append("sound")
        return 1

    loop = DeadlineLoop([Watch("faulty", faulty), Watch("sound", sound)], stop=threading.Event())
    loop.round()
    loop.round()
    assert looked == ["faulty", "sound"] * 2


def test_while_the_database_is_away_it_goes_on_asking_and_does_not_claim_to_be_alive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "close", lambda: None)
    away = [True]

    def due(_at: datetime) -> int:
        if away[0]:
            raise OperationalError("the server closed the connection")
        return 0

    alive = tmp_path / "alive"
    loop = DeadlineLoop([Watch("room", due)], stop=threading.Event(), alive=alive)
    assert 0 < loop.round() <= 0.5
    assert not alive.exists()
    away[0] = False
    loop.round()
    assert alive.exists()


def test_a_room_that_needs_a_look_every_few_seconds_is_not_asked_more_often() -> None:
    asked: list[datetime] = []

    def due(at: datetime) -> int:
        asked.append(at)
        return 0

    loop = DeadlineLoop([Watch("sos", due, every_s=60)], stop=threading.Event())
    loop.round()
    loop.round()
    assert len(asked) == 1


def test_after_the_whole_station_was_down_the_silence_of_poles_counts_from_its_return() -> None:
    asked: list[datetime] = []

    def due(at: datetime) -> int:
        asked.append(at)
        return 0

    loop = DeadlineLoop([Watch("sos", due, every_s=0.1, first_after_s=0.4)], stop=threading.Event())
    loop.round()
    assert not asked
    time.sleep(0.45)
    loop.round()
    assert len(asked) == 1


def test_a_row_that_stays_due_does_not_turn_the_loop_into_a_race() -> None:
    loop = DeadlineLoop([Watch("room", nothing_due, lambda: clock.now() - timedelta(hours=1))], stop=threading.Event())
    assert loop.round() >= 0.01


@pytest.mark.django_db(transaction=True)
def test_messages_reach_the_bus_in_order_also_those_written_while_it_was_away(
    tmp_path: Path, free_port: Callable[[], int]
) -> None:
    place = NatsPlace(f"nats://127.0.0.1:{free_port()}", "app", "of-this-test", "127.0.0.1", free_port())
    bus = NatsServer(tmp_path / "state", place)
    given = settings().database_url
    assert given is not None
    dsn = conninfo.make_conninfo(given.get_secret_value(), dbname=connection.settings_dict["NAME"])
    heard: list[tuple[str, str]] = []
    for number in range(3):  # before there is any bus
        post(subject="cmd.LPN-P001.selftest", body={"n": number}, at=clock.now())

    async def hear(msg: Msg) -> None:
        heard.append((msg.data.decode(), (msg.headers or {}).get("Nats-Msg-Id", "")))

    async def story() -> None:
        relay = asyncio.create_task(Relay(dsn, place).run())
        await asyncio.sleep(0.3)
        bus.start([])
        listener = await nats.connect(place.url, user=place.user, password=place.password)
        await listener.subscribe("cmd.>", cb=hear)
        await listener.flush()
        await until(lambda: len(heard) == 3)
        await listener.close()
        relay.cancel()
        await asyncio.gather(relay, return_exceptions=True)

    try:
        asyncio.run(story())
    finally:
        bus.stop()
    assert [body for body, _ in heard] == ['{"n":0}', '{"n":1}', '{"n":2}']
    assert len({mark for _, mark in heard}) == 3
    assert not OutboxMessage.objects.filter(published_at__isnull=True).exists()


@pytest.mark.django_db(transaction=True)
def test_only_one_relay_speaks_at_a_time(nats_place: NatsPlace) -> None:
    given = settings().database_url
    assert given is not None
    dsn = conninfo.make_conninfo(given.get_secret_value(), dbname=connection.settings_dict["NAME"])
    post(subject="cmd.LPN-P001.selftest", body={}, at=clock.now())

    async def story() -> None:
        second = asyncio.create_task(Relay(dsn, nats_place).run())
        await asyncio.sleep(1.5)
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)

    with psycopg.connect(dsn, autocommit=True) as first:
        first.execute("SELECT pg_advisory_lock(hashtext('safetyzone outbox'))")
        asyncio.run(story())
        assert OutboxMessage.objects.filter(published_at__isnull=True).count() == 1
        OutboxMessage.objects.all().delete()


async def until(true: Callable[[], Any], within_s: float = 15) -> None:
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.02)
