"""From the bus to the record, on a real NATS and a real PostgreSQL: nothing read is lost, nothing counts twice, nonsense blocks nobody."""

import asyncio
from collections.abc import Callable
from uuid import uuid4

import nats
import pytest
from django.db import connection

from safetyzone import story
from safetyzone.contracts.vision import STREAM, FacesSeen, PlateReading, subject
from safetyzone.ground.officers.access import COMMAND_LINE
from safetyzone.ground.zones.actions import load_ground
from safetyzone.kernel import clock
from safetyzone.programs.nats import NatsServer
from safetyzone.programs.vision.bus import ensure_readings
from safetyzone.programs.worker import readings as consuming
from safetyzone.programs.worker.readings import ReadingsConsumer
from safetyzone.senses.watchlists.models import Hit, SeenCount
from safetyzone.senses.watchlists.tests import town as towns
from safetyzone.senses.watchlists.tests.town import reading, said

pytestmark = pytest.mark.django_db(transaction=True)


async def say(server: NatsServer, *bodies: tuple[str, bytes]) -> None:
    client = await nats.connect(server.place.url, user=server.place.user, password=server.place.password)
    try:
        await ensure_readings(client)
        for where, body in bodies:
            await client.jetstream().publish(where, body)
    finally:
        await client.close()


async def left(server: NatsServer) -> int:
    client = await nats.connect(server.place.url, user=server.place.user, password=server.place.password)
    try:
        return int((await client.jetstream().stream_info(STREAM)).state.messages)
    finally:
        await client.close()


async def consume(server: NatsServer, enough: Callable[[ReadingsConsumer], bool]) -> ReadingsConsumer:
    consumer = ReadingsConsumer(server.place)
    running = asyncio.create_task(consumer.run())
    try:
        async with asyncio.timeout(30):
            while not enough(consumer):
                await asyncio.sleep(0.05)
            await asyncio.sleep(0.2)  # the acknowledgement is on its way
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    return consumer


def body(one: PlateReading) -> tuple[str, bytes]:
    return subject(one.camera, "plate"), one.model_dump_json().encode()


@pytest.fixture
def listed() -> None:
    story.begin()
    at = clock.now()
    load_ground(by=COMMAND_LINE, at=at)
    town = towns.a_town(at=at - towns.HOUR)
    made = town.make(at=at - towns.HOUR)
    town.plate(made, at=at - towns.HOUR)
    town.on(made, at=at - towns.HOUR)


def test_a_listed_plate_on_the_bus_is_a_hit_and_nonsense_beside_it_blocks_nobody(listed: None, nats_server: NatsServer) -> None:
    hit, other = reading(at=clock.now()), reading("C2", said("1กข", "55"), at=clock.now())
    unfit = body(reading(at=clock.now()))[1].replace(b'"series":"', b'"series":"zz')  # well formed, and no plate
    asyncio.run(say(nats_server, ("readings.C1.plate", b"{nonsense"), body(hit), body(hit), ("readings.C1.plate", unfit), body(other)))
    consumer = asyncio.run(consume(nats_server, lambda each: each.taken + each.broken >= 5))
    assert consumer.broken >= 1
    assert [one.camera for one in Hit.objects.all()] == ["C1"]
    assert asyncio.run(left(nats_server)) == 0
    connection.close()


def test_a_time_that_no_clock_has_is_set_apart_and_does_not_stop_the_record(listed: None, nats_server: NatsServer) -> None:
    where, good = body(reading("C2", said("1กข", "55"), at=clock.now()))
    at_ms = f'"at_ms":{PlateReading.model_validate_json(good).at_ms}'.encode()
    mad = [(where, good.replace(at_ms, b'"at_ms":1' + b"0" * zeros)) for zeros in (16, 20, 22, 400)]
    asyncio.run(say(nats_server, *mad, (where, good)))
    consumer = asyncio.run(consume(nats_server, lambda each: each.taken + each.broken >= 5))
    assert (consumer.taken, consumer.broken) == (1, 4)
    assert asyncio.run(left(nats_server)) == 0
    connection.close()


def test_faces_seen_are_counted_and_a_word_that_nobody_knows_is_set_apart(listed: None, nats_server: NatsServer) -> None:
    report = FacesSeen(id=uuid4(), camera="C1", at_ms=int(clock.now().timestamp() * 1000), seen=12)
    where = subject("C1", "seen")
    asyncio.run(say(nats_server, (where, report.model_dump_json().encode()), (where, b'{"seen":"many"}')))
    consumer = asyncio.run(consume(nats_server, lambda each: each.taken + each.broken >= 2))
    assert (consumer.taken, consumer.broken) == (1, 1)
    assert [(one.camera, one.kind, one.seen) for one in SeenCount.objects.all()] == [("C1", "face", 12)]
    assert asyncio.run(left(nats_server)) == 0
    connection.close()


def test_while_the_record_is_away_the_bus_keeps_what_was_read(
    listed: None, nats_server: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    record, refused = consuming._record, []

    def away_at_first(readings: object) -> None:
        if len(refused) < 2:
            refused.append(1)
            raise OperationalError
        record(readings)  # type: ignore[arg-type]

    monkeypatch.setattr(consuming, "_record", away_at_first)
    asyncio.run(say(nats_server, body(reading(at=clock.now()))))
    asyncio.run(consume(nats_server, lambda each: each.taken >= 1))
    assert len(refused) == 2
    assert Hit.objects.count() == 1
    connection.close()
