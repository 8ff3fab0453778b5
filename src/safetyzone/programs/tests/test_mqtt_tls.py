"""Poles over TLS, on the real server: heard with the right authority, never without TLS, and a renewed certificate makes no break."""

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import aiomqtt
import bcrypt
import nats
import pytest
from pydantic import ValidationError

from safetyzone.contracts import topics
from safetyzone.kernel.settings import Settings
from safetyzone.programs.nats import DidNotStart, NatsPlace, NatsServer, bus_place, ensure_streams, refresh_poles
from safetyzone.programs.tests.authority import Authority

POLE = ("LPN-P001", bcrypt.hashpw(b"one", bcrypt.gensalt(4)).decode())


@pytest.fixture
def of(tmp_path: Path, free_port: Callable[[], int]) -> Settings:
    """A station whose poles come over TLS."""
    cert, key = Authority(tmp_path, "ours").gives("server")
    return Settings(
        state=tmp_path / "state", nats_port=free_port(), mqtt_port=free_port(), mqtt_tls_port=free_port(), mqtt_tls_cert=cert,
        mqtt_tls_key=key,
    )  # fmt: skip


@pytest.fixture
def bus(of: Settings) -> Iterator[NatsServer]:
    server = NatsServer(of.state, bus_place(of))
    server.start([POLE])
    yield server
    server.stop()


def pole(of: Settings, *, trusts: Path, **other: object) -> aiomqtt.Client:
    given = {"password": "one", "hostname": "127.0.0.1", "port": of.mqtt_tls_port, "identifier": POLE[0], **other}
    given["tls_context"] = ssl.create_default_context(cafile=str(trusts))
    return aiomqtt.Client(username=POLE[0], timeout=5, **given)  # type: ignore[arg-type]


def test_a_pole_that_trusts_our_authority_is_heard_and_hears(of: Settings, bus: NatsServer, tmp_path: Path) -> None:
    async def story() -> tuple[int, bytes]:
        app = await nats.connect(bus.place.url, user=bus.place.user, password=bus.place.password)
        await ensure_streams(app)
        async with pole(of, trusts=tmp_path / "ours.pem") as line:
            await line.subscribe(f"cmd/{POLE[0]}/#", qos=1)
            await line.publish(topics.said_by(POLE[0], topics.PRESS), b"help", qos=1)  # returns at the PUBACK
            await app.publish(f"cmd.{POLE[0]}.ack", b"heard")
            told = await asyncio.wait_for(anext(aiter(line.messages)), 5)
        kept = (await app.jetstream().stream_info(topics.STREAM)).state.messages
        await app.close()
        return kept, bytes(told.payload)

    assert asyncio.run(story()) == (1, b"heard")


def test_a_pole_that_trusts_another_authority_gives_us_no_password(of: Settings, bus: NatsServer, tmp_path: Path) -> None:
    other = Authority(tmp_path, "stranger")

    async def knock() -> None:
        async with pole(of, trusts=other.file):
            pass

    with pytest.raises(aiomqtt.MqttError, match="certificate verify failed"):
        asyncio.run(knock())


def test_a_name_that_the_certificate_does_not_bear_is_refused(of: Settings, bus: NatsServer, tmp_path: Path) -> None:
    async def knock() -> None:
        async with pole(of, trusts=tmp_path / "ours.pem", hostname="127.0.0.2"):
            pass

    with pytest.raises(aiomqtt.MqttError):
        asyncio.run(knock())


def test_a_wrong_password_is_refused_over_tls_too(of: Settings, bus: NatsServer, tmp_path: Path) -> None:
    async def knock() -> None:
        async with pole(of, trusts=tmp_path / "ours.pem", password="two"):
            pass

    with pytest.raises(aiomqtt.MqttError, match=r"[Nn]ot authori[sz]ed|Bad user"):
        asyncio.run(knock())


def test_nobody_is_heard_without_tls_on_either_port(of: Settings, bus: NatsServer) -> None:
    async def knock(port: int) -> None:
        async with aiomqtt.Client("127.0.0.1", port, username=POLE[0], password="one", identifier=POLE[0], timeout=3):
            pass

    for port in (of.mqtt_tls_port, of.mqtt_port):
        with pytest.raises(aiomqtt.MqttError):
            asyncio.run(knock(port))


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_an_old_tls_is_refused_by_the_server(of: Settings, bus: NatsServer, tmp_path: Path) -> None:
    old = ssl.create_default_context(cafile=str(tmp_path / "ours.pem"))
    old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("DEFAULT@SECLEVEL=0")
    line = socket.create_connection(("127.0.0.1", of.mqtt_tls_port), timeout=5)
    with line, pytest.raises(ssl.SSLError, match="ALERT_PROTOCOL_VERSION"):
        old.wrap_socket(line, server_hostname="127.0.0.1")


def test_a_renewed_certificate_is_taken_while_a_pole_stays_on_the_line(of: Settings, bus: NatsServer, tmp_path: Path) -> None:
    cert, key = of.mqtt_tls_cert, of.mqtt_tls_key
    assert cert is not None
    assert key is not None
    assert not refresh_poles(of, [POLE]), "nothing has changed"

    async def story() -> None:
        async with pole(of, trusts=tmp_path / "ours.pem") as stays:
            following = Authority(tmp_path, "following")
            new_cert, new_key = following.gives("renewed")
            new_cert.replace(cert)
            new_key.replace(key)
            assert refresh_poles(of, [POLE]), "the worker does this every five seconds"
            await asyncio.sleep(0.5)
            assert not refresh_poles(of, [POLE])
            await stays.publish(topics.said_by(POLE[0], topics.HEALTH), b"{}", qos=1)
            async with pole(of, trusts=following.file, identifier="another"):  # the server would hang up on a first client of the same name
                pass
            with pytest.raises(aiomqtt.MqttError, match="certificate verify failed"):
                async with pole(of, trusts=tmp_path / "ours.pem"):
                    pass

    asyncio.run(story())


def test_a_key_of_another_certificate_stops_the_start_with_the_reason(tmp_path: Path, free_port: Callable[[], int]) -> None:
    ours = Authority(tmp_path, "ours")
    cert, key = ours.gives("server")[0], ours.gives("other")[1]
    place = NatsPlace(f"nats://127.0.0.1:{free_port()}", "app", "of-this-test", "127.0.0.1", free_port(), (cert, key))
    with pytest.raises(DidNotStart, match="private key does not match"):
        NatsServer(tmp_path / "state", place).start([POLE])


def test_a_certificate_without_a_key_is_a_wrong_setting(tmp_path: Path) -> None:
    for alone in ({"mqtt_tls_cert": tmp_path / "c.pem"}, {"mqtt_tls_key": tmp_path / "c.key"}):
        with pytest.raises(ValidationError, match="set together"):
            Settings(**alone)  # type: ignore[arg-type]


def test_an_empty_setting_means_no_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFETYZONE_MQTT_TLS_CERT", "")
    monkeypatch.setenv("SAFETYZONE_MQTT_TLS_KEY", "")
    place = bus_place(Settings(mqtt_port=1883))
    assert (place.tls, place.mqtt_port) == (None, 1883)
