"""The proofs' own arithmetic, and the smallest proof on a real station. ``make proofs`` runs the larger ones."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from benchmarks.mqtt import MqttLink, publish_packet
from benchmarks.sos.operators import sse_things, websocket_things
from tests.proofs import kill, screen
from tests.proofs.count import Stored, judge
from tests.proofs.memory import Memory
from tests.proofs.station import Furniture, RealStation, a_station

FIRST_PORT = 25_600
KEY = ("P0001", "11111111-1111-4111-8111-111111111111")


def _answer(incident: int) -> str:
    return orjson.dumps({"incident": incident}).decode()


def _stored(**differs: Any) -> Stored:
    return Stored(**{"rows": 1, "incident": 7, "incident_exists": True, "alerts": 1, "leaves": 1} | differs)


def test_a_press_that_is_kept_once_and_answered_alike_is_good() -> None:
    assert judge(sent={KEY}, promised={KEY: [_answer(7), _answer(7)]}, stored={KEY: _stored()}).good


@pytest.mark.parametrize(
    ("promised", "stored", "wrong"),
    [
        ([_answer(7)], {}, "lost"),
        ([_answer(7)], {KEY: _stored(incident_exists=False)}, "lost"),
        ([_answer(7)], {KEY: _stored(leaves=0)}, "lost"),
        ([_answer(7)], {KEY: _stored(rows=2)}, "doubled"),
        ([_answer(7)], {KEY: _stored(alerts=2)}, "doubled"),
        ([_answer(7), _answer(8)], {KEY: _stored()}, "differing"),
        ([_answer(9)], {KEY: _stored()}, "differing"),
    ],
)
def test_each_way_to_break_the_promise_is_counted(promised: list[str], stored: dict[tuple[str, str], Stored], wrong: str) -> None:
    assert getattr(judge(sent={KEY}, promised={KEY: promised}, stored=stored), wrong) == [KEY]


def test_a_press_that_nobody_sent_is_noticed() -> None:
    assert judge(sent=set(), promised={}, stored={KEY: _stored()}).unknown == [KEY]


def test_the_memory_holds_only_what_was_synced(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "acked")
    memory.answered(*KEY, b'{"incident":7}')
    assert memory.read() == {}
    memory.sync()
    assert memory.read() == {KEY: ['{"incident":7}']}
    memory.close()


def test_an_mqtt_message_that_comes_in_pieces_is_heard_whole() -> None:
    heard: list[tuple[str, bytes]] = []
    link = MqttLink("test", on_message=lambda topic, body: heard.append((topic, body)))
    packets = publish_packet("cmd/P1/ack", b"x" * 300, 5) + publish_packet("cmd/P1/ack", b"", 6)
    for byte in packets:
        link.data_received(bytes([byte]))
    assert heard == [("cmd/P1/ack", b"x" * 300), ("cmd/P1/ack", b"")]


def test_operators_read_events_across_chunks_and_pieces() -> None:
    event = b'id: 3\nevent: change\ndata: {"station":"a","things":[["incident","41"],["unit","9"]]}\n\n'
    content = b"retry: 1000\n\n" + event
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (content[:30], content[30:]))
    whole = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked
    assert list(sse_things([(1, whole[:70]), (2, whole[70:])])) == [("41", 2)]


def test_operators_read_websocket_frames_of_each_size() -> None:
    short, long = b'{"pole":"B1"}', b'{"pole":"B2","words":"' + b"x" * 200 + b'"}'
    frames = bytes([0x81, len(short)]) + short + bytes([0x81, 126]) + len(long).to_bytes(2, "big") + long
    assert list(websocket_things([(5, b"HTTP/1.1 101 x\r\n\r\n" + frames)])) == [("B1", 5), ("B2", 5)]


@pytest.fixture(scope="module")
def furnished() -> Iterator[tuple[RealStation, Furniture]]:
    with a_station(FIRST_PORT) as station:
        furniture = station.furnish(poles=8, officers=2)
        station.start()
        yield station, furniture


@pytest.mark.timeout(150)
def test_nothing_is_lost_or_doubled_while_programs_are_killed(furnished: tuple[RealStation, Furniture]) -> None:
    station, furniture = furnished
    verdict, killed, _ = kill.press_and_kill(station, furniture, kill.SMALL, seed=1)
    assert verdict.good
    assert verdict.acked == verdict.sent == kill.SMALL.presses
    assert sum(killed.values()) == kill.SMALL.kills


@pytest.mark.browser
@pytest.mark.timeout(150)
@pytest.mark.skipif(shutil.which("chromium") is None, reason="Debian's Chromium is not installed")
def test_every_press_is_a_row_on_every_console() -> None:
    with a_station(FIRST_PORT + 10) as station:
        furniture = station.furnish(poles=3, officers=2)
        station.start()
        pressed, screens = screen.watch(station, furniture, seed=1, consoles=2)
    late, missing = screen.compare(pressed, screens)
    assert missing == 0
    assert len(late) == 6
    assert min(late) > 0


def test_the_folder_of_a_proof_goes_away_with_it() -> None:
    before = set(Path(tempfile.gettempdir()).glob("sz-proof-*"))
    with a_station(FIRST_PORT) as station:
        kept = station.folder
    assert not kept.exists()
    assert set(Path(tempfile.gettempdir()).glob("sz-proof-*")) <= before
