"""The spool: kills at any byte, turned bytes, a full disk, and a real bus that is away."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID, uuid5

import nats
import pytest

from safetyzone.contracts import vision
from safetyzone.programs.nats import NatsPlace, NatsServer
from safetyzone.programs.vision import bus
from safetyzone.programs.vision.spool import Record, Spool, records_in

HERE = UUID("5f0c8e3a-7a54-4d8a-9d8e-000000000000")


def record(number: int, size: int = 40) -> Record:
    return Record(uuid5(HERE, str(number)), "readings.C1.plate", bytes([number % 256]) * size)


def the_file(folder: Path) -> Path:
    (path,) = folder.glob("*.readings")
    return path


def test_what_was_kept_is_there_again_after_a_start_in_its_order(tmp_path):
    spool = Spool(tmp_path)
    spool.add([record(1), record(2)])
    spool.add([record(3)])
    assert Spool(tmp_path).waiting() == [record(1), record(2), record(3)]  # the first was never closed, as after a kill


def test_a_record_that_a_kill_cut_off_costs_no_other_wherever_it_was_cut(tmp_path):
    spool = Spool(tmp_path / "whole")
    spool.add([record(1), record(2), record(3)])
    raw = the_file(spool.folder).read_bytes()
    third = len(raw) // 3 * 2
    for cut in range(third, len(raw)):
        folder = tmp_path / str(cut)
        folder.mkdir()
        (folder / "000000000001.readings").write_bytes(raw[:cut])
        again = Spool(folder)
        assert again.waiting() == [record(1), record(2)]
        assert again.cut_off == (cut > third)
        again.add([record(4)])
        assert Spool(folder).waiting() == [record(1), record(2), record(4)]


def test_a_record_whose_bytes_turned_is_not_told(tmp_path):
    spool = Spool(tmp_path)
    spool.add([record(1), record(2)])
    path = the_file(tmp_path)
    raw = bytearray(path.read_bytes())
    raw[-3] ^= 1
    path.write_bytes(raw)
    assert [one for one, _ in records_in(bytes(raw))] == [record(1)]
    assert Spool(tmp_path).waiting() == [record(1)]


def test_a_segment_goes_when_the_bus_has_all_of_it_and_not_before(tmp_path):
    spool = Spool(tmp_path, segment_bytes=100)
    for number in range(4):
        spool.add([record(number, 120)])
    assert len(list(tmp_path.glob("*"))) == 4
    spool.done([record(1).id, record(0).id])
    assert len(list(tmp_path.glob("*"))) == 2
    assert Spool(tmp_path, segment_bytes=100).waiting() == [record(2, 120), record(3, 120)]
    spool.done([record(2).id, record(3).id])
    spool.close()
    assert list(tmp_path.glob("*")) == []


def test_a_spool_that_is_full_gives_up_the_oldest_and_counts_them(tmp_path):
    spool = Spool(tmp_path, segment_bytes=100, most_bytes=520)
    for number in range(6):
        spool.add([record(number, 120)])
    assert spool.waiting() == [record(number, 120) for number in (3, 4, 5)]
    assert spool.given_up == 3
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 520


def test_a_disk_that_refuses_leaves_no_half_record(tmp_path, monkeypatch):
    spool = Spool(tmp_path)
    spool.add([record(1)])

    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdatasync", full)
    with pytest.raises(OSError, match="No space"):
        spool.add([record(2)])
    monkeypatch.undo()
    spool.add([record(3)])
    assert Spool(tmp_path).waiting() == [record(1), record(3)]


def test_its_files_are_for_their_owner_alone(tmp_path):
    spool = Spool(tmp_path / "spool")
    spool.add([record(1)])
    assert the_file(spool.folder).stat().st_mode & 0o077 == 0
    assert spool.folder.stat().st_mode & 0o077 == 0


WRITER = """
import sys
from safetyzone.programs.vision.tests.test_spool import record
from safetyzone.programs.vision.spool import Spool
from pathlib import Path
spool = Spool(Path(sys.argv[1]))
number = 0
while True:
    spool.add([record(number, 3000), record(number + 1, 3000)])
    number += 2
    print(number, flush=True)
"""


def test_a_writer_that_is_killed_loses_nothing_that_it_said_it_had_kept(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(20)]
    process.kill()
    said += process.stdout.read().splitlines()
    process.wait(5)
    numbers = [int(line) for line in said if line.strip().isdigit()]
    kept = Spool(tmp_path).waiting(10_000)
    assert len(kept) >= max(numbers)
    assert kept == [record(number, 3000) for number in range(len(kept))]


async def _taken(place: NatsPlace, most: int) -> list[bytes]:
    client = await nats.connect(place.url, user=place.user, password=place.password)
    subscription = await client.jetstream().pull_subscribe("", durable="test", stream=vision.STREAM)
    found = []
    while len(found) < most:
        try:
            messages = await subscription.fetch(most - len(found) + 1, timeout=1.5)
        except TimeoutError:
            break
        for message in messages:
            found.append(message.data)
            await message.ack_sync()
    await client.close()
    return found


def test_readings_wait_while_the_bus_is_away_and_each_reaches_it_once(tmp_path, free_port):
    place = NatsPlace(f"nats://127.0.0.1:{free_port()}", "app", "for-tests", "127.0.0.1", free_port())

    async def story() -> list[bytes]:
        spool, stop = Spool(tmp_path / "spool"), asyncio.Event()
        spool.add([record(1), record(2)])
        telling = asyncio.create_task(bus.tell(spool, place, stop=stop))
        await asyncio.sleep(0.3)
        assert len(spool) == 2  # nobody is there
        server = NatsServer(tmp_path / "nats", place)
        await asyncio.to_thread(server.start, ())
        try:
            end = time.monotonic() + 15
            while len(spool) and time.monotonic() < end:
                await asyncio.sleep(0.05)
            spool.add([record(3)])
            stop.set()
            await telling
            assert len(spool) == 0
            # Killed between telling and noting: told again, and the bus keeps one of the two.
            client = await nats.connect(place.url, user=place.user, password=place.password)
            await bus.ensure_readings(client)
            await bus.say(client, [record(2), record(3)])
            await client.close()
            return await _taken(place, 3)
        finally:
            server.stop()

    assert sorted(asyncio.run(story())) == [record(number).body for number in (1, 2, 3)]
