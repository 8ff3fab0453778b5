"""The probe against a real RTSP server on loopback: it works, it stops, and nothing that may not be opened is opened."""

import asyncio
import itertools
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from safetyzone.ground.officers.access import COMMAND_LINE
from safetyzone.ground.zones.actions import load_ground
from safetyzone.kernel import clock
from safetyzone.kernel.settings import Settings
from safetyzone.programs.probe import main
from safetyzone.programs.probe.eye import look
from safetyzone.programs.probe.main import Probe
from safetyzone.senses.cameras import actions
from safetyzone.senses.cameras.models import Camera, ReferenceView
from safetyzone.senses.cameras.tests.town import PLANNER, STATION, cells

pytestmark = pytest.mark.django_db(transaction=True)
WITHIN_S = 12.0


def clip(file: Path) -> None:
    """Four seconds of a bar that moves, a key frame each second."""
    with av.open(str(file), "w") as out:
        video = out.add_stream("libx264", rate=25, options={"g": "25", "bf": "0", "preset": "ultrafast"})
        video.width, video.height, video.pix_fmt = 320, 180, "yuv420p"
        for number in range(100):
            picture = np.full((180, 320, 3), 60, np.uint8)
            picture[40:140, 3 * number : 3 * number + 20] = 220
            out.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(video.encode())


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    clip(tmp_path / "clip.mp4")
    port = free_port()
    command = [Path(sys.executable).with_name("rtsp-server"), "-d", tmp_path, "-H", "127.0.0.1", "-p", str(port), "-cp", str(free_port())]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 8
    while time.monotonic() < until:
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield process, port
    process.kill()
    process.wait()


def add(code: str, address: str) -> None:
    load_ground(by=COMMAND_LINE, at=clock.now())
    actions.add_camera(station=STATION, given=cells(code, address=address), by=PLANNER, at=clock.now())


def probe_of(networks: list[str]) -> Probe:
    return Probe(Settings(camera_networks=networks, probe_every_s=0.3, picture_every_s=0.3))


async def until(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + WITHIN_S
    while time.monotonic() < end:
        if await asyncio.to_thread(true):
            return True
        await asyncio.sleep(0.1)
    return False


def state(code: str) -> str:
    from django.db import connection

    try:
        return Camera.objects.get(code=code).state
    finally:
        connection.close()


def seen(code: str) -> bool:
    from django.db import connection

    try:
        return ReferenceView.objects.filter(camera=code).exists()
    finally:
        connection.close()


def during(probe: Probe, story: Callable[[], Coroutine[None, None, None]]) -> None:
    async def both() -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(probe.run(stop))
        try:
            await story()
        finally:
            stop.set()
            await running
            probe.writer.shutdown(wait=True)

    asyncio.run(both())


def test_a_camera_works_while_its_server_runs_and_is_offline_when_it_stops(server: tuple[subprocess.Popen[bytes], int]) -> None:
    process, port = server
    add("LPN-C001", f"rtsp://127.0.0.1:{port}/clip.mp4")

    async def story() -> None:
        assert await until(lambda: state("LPN-C001") == "working")
        assert await until(lambda: seen("LPN-C001")), "its first picture becomes the reference"
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert await until(lambda: state("LPN-C001") == "offline")

    during(probe_of(["127.0.0.0/8"]), story)


def test_an_address_outside_the_networks_is_never_connected_to() -> None:
    with socket.create_server(("127.0.0.1", 0)) as honeypot:
        honeypot.setblocking(False)
        add("LPN-C001", f"rtsp://127.0.0.1:{honeypot.getsockname()[1]}/x")

        async def story() -> None:
            assert await until(lambda: state("LPN-C001") == "offline")

        during(probe_of(["10.0.0.0/8"]), story)
        with pytest.raises(BlockingIOError):
            honeypot.accept()


def test_a_camera_that_does_not_answer_is_asked_once_an_interval_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    async def silent(_place: object) -> str:
        asked.append(time.monotonic())
        return "no answer"

    monkeypatch.setattr(main, "answers", silent)
    add("LPN-C001", "rtsp://127.0.0.1:9554/x")
    probe = Probe(Settings(camera_networks=["127.0.0.0/8"], probe_every_s=1, picture_every_s=0.3))

    async def story() -> None:
        assert await until(lambda: len(asked) >= 3)

    during(probe, story)
    assert min(b - a for a, b in itertools.pairwise(asked)) > 0.9


def test_a_camera_that_redirects_leads_the_decoder_nowhere() -> None:
    with socket.create_server(("127.0.0.1", 0)) as honeypot, socket.create_server(("127.0.0.1", 0)) as camera:
        honeypot.setblocking(False)
        elsewhere = f"rtsp://127.0.0.1:{honeypot.getsockname()[1]}/x"

        def answer() -> None:
            line, _ = camera.accept()
            with line:
                while asked := line.recv(4096).decode():
                    number = next(row for row in asked.split("\r\n") if row.startswith("CSeq"))
                    line.sendall(f"RTSP/1.0 302 Moved\r\n{number}\r\nLocation: {elsewhere}\r\n\r\n".encode())

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises((OSError, av.error.FFmpegError)):
            look(f"rtsp://127.0.0.1:{camera.getsockname()[1]}/a", "", "")
        with pytest.raises(BlockingIOError):
            honeypot.accept()
