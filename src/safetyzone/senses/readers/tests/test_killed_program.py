"""Two vision programs before one real web and real cameras: the one that is killed is not waited for."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings as django

from safetyzone.kernel import clock
from safetyzone.programs.video.tests.clips import make_clip
from safetyzone.programs.video.tests.station import cameras
from safetyzone.senses.cameras.terms_queries import Source
from safetyzone.senses.readers import queries

AGAIN_WITHIN_S = 10.0
CAMERAS = ("C1", "C2", "C3", "C4")


class _Terms:
    def __init__(self, code: str) -> None:
        self.code = code


@pytest.mark.django_db(transaction=True)
def test_a_killed_programs_cameras_are_read_by_the_other_within_ten_seconds(live_server, tmp_path, monkeypatch):
    with cameras() as (server, loop):
        clip = make_clip(tmp_path / "street.mp4")
        for code in CAMERAS:
            asyncio.run_coroutine_threadsafe(server.add(code, clip), loop).result(20)
        monkeypatch.setattr(queries, "wanted", lambda at: _wanted(server, at))
        environment = {
            **os.environ, "SAFETYZONE_WEB_PORT": live_server.url.rpartition(":")[2], "SAFETYZONE_CAMERA_NETWORKS": '["127.0.0.0/8"]',
            "SAFETYZONE_STATE": str(tmp_path / "state"), "SAFETYZONE_SECRET_KEY": django.SECRET_KEY, "SAFETYZONE_NATS_PORT": "9",
        }  # fmt: skip
        command = [sys.executable, "-m", "safetyzone.programs.vision.tests.twin_program"]
        one, two = (subprocess.Popen([*command, str(n)], env=environment, stdout=subprocess.DEVNULL) for n in (0, 1))
        try:
            _until(lambda: server.playing == len(CAMERAS) and _shares() == [2, 2], 60)
            one.send_signal(signal.SIGKILL)
            one.wait(5)
            began = time.monotonic()
            time.sleep(0.5)
            _until(lambda: server.playing == len(CAMERAS), AGAIN_WITHIN_S + 5)
            assert time.monotonic() - began <= AGAIN_WITHIN_S
        finally:
            for process in (one, two):
                if process.poll() is None:
                    process.terminate()
                    process.wait(10)


def _wanted(server, at) -> queries.Wanted:
    sources = {code: Source(_Terms(code), server.url(code), "", b"", 0) for code in CAMERAS}
    return queries.Wanted({code: at + timedelta(hours=1) for code in CAMERAS}, {}, sources)


def _shares() -> list[int]:
    held: dict[str, int] = {}
    for code in CAMERAS:
        reader = queries.reader_of(code, clock.now())
        if reader:
            held[reader] = held.get(reader, 0) + 1
    return sorted(held.values())


def _until(holds, within_s: float) -> None:
    end = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)
