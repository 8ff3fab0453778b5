"""The vision program as it is, before N real RTSP cameras that play a made street: what it costs, and whether it keeps up."""

import tempfile
import time
from pathlib import Path

from benchmarks import processors
from benchmarks.video.clips import Street
from safetyzone.programs.nats import NatsPlace
from safetyzone.programs.vision.tests.station import running
from tests.servers import a_free_port

SETTLES_S = 20.0


def hold(cameras: int, seconds: float, street: Street) -> dict[str, float]:
    """Processor time of the program alone, by the kernel; pictures that came too late to be looked at."""
    place = NatsPlace(f"nats://127.0.0.1:{a_free_port()}", "app", "nobody-there", "127.0.0.1", a_free_port())
    codes = [f"C{number:03}" for number in range(cameras)]
    with tempfile.TemporaryDirectory(prefix="vision-") as folder, running(Path(folder), place, a_free_port, real=True) as here:
        for code in codes:
            here.add(code, street.path)
        here.wanted(*codes)
        here.until(lambda: sum(each["why"] == "playing" for each in here.account()["cameras"].values()) == cameras, within_s=120)
        time.sleep(SETTLES_S)
        assert here.process is not None
        before, began, counted = processors.seconds([here.process.pid]), time.monotonic(), _counted(here.account())
        time.sleep(seconds)
        spent, lasted = processors.seconds([here.process.pid]) - before, time.monotonic() - began
        after = _counted(here.account())
    looked = after["looked"] - counted["looked"]
    return {
        "cameras": cameras, "seconds": round(lasted, 1), "cores": round(spent / lasted, 3),
        "ms_a_second": round(spent / lasted / cameras * 1000, 2),
        "looked_a_second": round(looked / lasted, 2), "late_share": round((after["late"] - counted["late"]) / max(1, looked), 4),
    }  # fmt: skip


def _counted(account: dict[str, dict[str, dict[str, int]]]) -> dict[str, int]:
    return {what: sum(each[what] for each in account["cameras"].values()) for what in ("looked", "late", "decoded")}
