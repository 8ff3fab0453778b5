"""The bus: each pole may say its own and hear its own, nothing else; what was acknowledged survives."""

import asyncio
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import aiomqtt
import bcrypt
import nats
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from safetyzone.contracts import topics
from safetyzone.programs.nats import NatsPlace, NatsServer, PortTaken, binary, ensure_streams, poles_conf, reload_running


def hashed(password: str) -> str:
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()


ONE, TWO = ("LPN-P001", hashed("one")), ("LPN-P002", hashed("two"))


@pytest.fixture
def bus(tmp_path: Path, free_port: Callable[[], int]) -> Iterator[NatsServer]:
    place = NatsPlace(f"nats://127.0.0.1:{free_port()}", "app", "of-this-test", "127.0.0.1", free_port())
    server = NatsServer(tmp_path / "state", place)
    server.start([ONE, TWO])
    yield server
    server.stop()


def pole(bus: NatsServer, code: str, password: str) -> aiomqtt.Client:
    return aiomqtt.Client(bus.place.mqtt_host, bus.place.mqtt_port, username=code, password=password, identifier=code, timeout=5)


async def app(bus: NatsServer) -> Client:
    client = await nats.connect(bus.place.url, user=bus.place.user, password=bus.place.password)
    await ensure_streams(client)
    return client


def test_a_pole_is_heard_on_its_own_topics_and_on_no_other(bus: NatsServer) -> None:
    async def story() -> list[str]:
        client, heard = await app(bus), []

        async def hear(msg: Msg) -> None:
            heard.append(msg.subject)

        await client.subscribe("sos.>", cb=hear)
        async with pole(bus, ONE[0], "one") as honest:
            await honest.publish(topics.said_by(TWO[0], topics.PRESS), b"as another", qos=0)
            await honest.publish(topics.said_by(ONE[0], topics.PRESS), b"as itself", qos=1)
        await client.flush()
        await client.close()
        return heard

    assert asyncio.run(story()) == ["sos.LPN-P001.press"]


def test_a_wrong_password_and_an_unknown_pole_are_not_let_in(bus: NatsServer) -> None:
    async def knock(code: str, password: str) -> None:
        async with pole(bus, code, password):
            pass

    for code, password in ((ONE[0], "two"), ("LPN-P999", "one")):
        with pytest.raises(aiomqtt.MqttError):
            asyncio.run(knock(code, password))


def test_our_own_programs_password_does_not_open_the_door_of_the_poles(bus: NatsServer) -> None:
    async def knock() -> None:
        async with pole(bus, bus.place.user, bus.place.password):
            pass

    with pytest.raises(aiomqtt.MqttError):
        asyncio.run(knock())


def test_a_retired_pole_is_cut_off_by_a_reload_and_the_others_stay(bus: NatsServer) -> None:
    async def story() -> None:
        async with pole(bus, TWO[0], "two") as stays:
            assert bus.write_poles([TWO])
            assert reload_running(bus.home.parent)
            await asyncio.sleep(0.5)
            await stays.publish(topics.said_by(TWO[0], topics.PRESS), b"still here", qos=1)
            with pytest.raises(aiomqtt.MqttError):
                async with pole(bus, ONE[0], "one"):
                    pass

    asyncio.run(story())


def test_the_same_list_is_not_written_twice(bus: NatsServer) -> None:
    assert not bus.write_poles([TWO, ONE])
    assert bus.write_poles([TWO])


def test_what_a_pole_was_told_is_kept_survives_a_kill(bus: NatsServer) -> None:
    async def say() -> None:
        await (await app(bus)).close()
        async with pole(bus, ONE[0], "one") as client:
            for number in range(20):
                await client.publish(topics.said_by(ONE[0], topics.PRESS), str(number), qos=1)  # returns at the PUBACK

    async def count() -> int:
        client = await app(bus)
        info = await client.jetstream().stream_info(topics.STREAM)
        await client.close()
        return int(info.state.messages)

    asyncio.run(say())
    bus.crash()
    bus.start()
    assert asyncio.run(count()) == 20


def test_a_port_in_use_is_refused_with_the_setting_to_change(bus: NatsServer, tmp_path: Path) -> None:
    with pytest.raises(PortTaken) as no:
        NatsServer(tmp_path / "other", bus.place).start([])
    assert "SAFETYZONE_" in no.value.say("th")


def test_an_external_server_can_include_the_file_that_we_print(tmp_path: Path) -> None:
    (tmp_path / "poles.conf").write_text(poles_conf([ONE, TWO], user="app", password="x"))
    (tmp_path / "theirs.conf").write_text(
        f'server_name: theirs\njetstream {{ store_dir: "{tmp_path}/store" }}\n'
        'accounts { ZONE { jetstream: enabled\n include "poles.conf" } }\nmqtt { port: 1883 }\n'
    )
    said = subprocess.run([binary(), "-t", "-c", tmp_path / "theirs.conf"], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr


def test_neither_the_place_nor_the_file_of_poles_shows_a_password(bus: NatsServer) -> None:
    assert bus.place.password not in repr(bus.place)
    assert bus.place.password not in (bus.home / "poles.conf").read_text()
    assert (bus.home / "poles.conf").stat().st_mode & 0o077 == 0
