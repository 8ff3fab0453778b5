"""A real Ray cluster of two nodes on this machine, real RTSP cameras, a real bus; one node is killed as a machine dies: all at once."""

import asyncio
import os
import shutil
import signal
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from safetyzone.contracts.vision import FacesWork, Template, Work
from safetyzone.kernel import sealed
from safetyzone.kernel.settings import Settings
from safetyzone.programs.nats import NatsPlace, NatsServer
from safetyzone.programs.vision import cluster as module
from safetyzone.programs.vision.cluster import ALL_WORK, PURPOSE, NoCluster, NodeReader, OnNode
from safetyzone.programs.vision.tests.station import environment, running
from safetyzone.programs.vision.tests.street import film

BACK_WITHIN_S = 10.0
CODES = ("C1", "C2", "C3", "C4")
STORE_BYTES = 80_000_000


def descendants(pid: int) -> list[int]:
    """All that a process has begun, and what those have begun."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found = [pid]
    for each in found:
        found.extend(child for child, parent in parents.items() if parent == each)
    return found[1:]


def kill(pids: list[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@contextmanager
def two_nodes(first: dict[str, str], second: dict[str, str]):
    """The cluster's address, and a function that kills the second node; whatever Ray began is gone after the block."""
    from ray.cluster_utils import Cluster

    folder = tempfile.mkdtemp(prefix="sz-ray-", dir="/tmp")  # a socket's path must be short
    (Path(folder) / "ray").mkdir()
    patch = pytest.MonkeyPatch()
    patch.setenv("RAY_TMPDIR", folder)  # where Ray notes the newest cluster's address; its own default need not be there
    how = {"num_cpus": 1, "object_store_memory": STORE_BYTES, "include_dashboard": False}
    before = set(descendants(os.getpid()))
    cluster = Cluster(initialize_head=True, head_node_args={**how, "temp_dir": folder, "env_vars": first})
    try:
        other = cluster.add_node(**how, env_vars=second)

        def die() -> None:
            (raylet,) = [each.process.pid for each in other.all_processes["raylet"]]
            kill([raylet, *descendants(raylet)])

        yield cluster.address, die
    finally:
        left = [pid for pid in descendants(os.getpid()) if pid not in before]
        cluster.shutdown()
        kill(left)
        patch.undo()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def bus(tmp_path, free_port):
    place = NatsPlace(f"nats://127.0.0.1:{free_port()}", "app", "for-tests", "127.0.0.1", free_port())
    server = NatsServer(tmp_path / "bus", place)
    server.start(())
    yield place
    server.stop()


@pytest.mark.timeout(300)
def test_the_cameras_of_a_killed_node_are_read_by_the_other_within_ten_seconds(tmp_path, bus, free_port):
    clip = film(tmp_path / "busy.mp4", cars=((11, 4.0), (22, 9.0), (33, 14.0)), seconds=18)
    states = [environment(tmp_path / name, bus) for name in ("first", "second")]
    with two_nodes(*states) as (address, die), running(tmp_path / "keeper", bus, free_port, cluster=address) as here:
        for code in CODES:
            here.add(code, clip)
        here.wanted(*CODES)

        def nodes_of() -> dict[str, str]:
            return {code: said["node"] for code, said in here.account()["cameras"].items() if said["why"] == "playing"}

        here.until(lambda: len(nodes_of()) == len(CODES) and len(set(nodes_of().values())) == 2, within_s=120)
        assert sorted(list(nodes_of().values()).count(node) for node in set(nodes_of().values())) == [2, 2]
        died = time.monotonic()
        die()
        here.until(lambda: len(nodes_of()) == len(CODES) and len(set(nodes_of().values())) == 1)
        took_s = time.monotonic() - died
        print(f"cameras of a killed node back after {took_s:.1f} s")
        assert took_s <= BACK_WITHIN_S
        here.readings(100, within_s=3)
        read: set[str] = set()
        here.until(lambda: read.update(one.camera for one in here.readings(20, within_s=4)) or read == set(CODES), within_s=90)
        assert here.web.asked[-1].held == CODES
        here.wanted()  # a kill switch reaches every node
        here.until(lambda: here.cameras.playing == 0, within_s=5.0)


@pytest.mark.parametrize("host", ["127.0.0.1:", "nowhere"])
def test_a_cluster_that_is_not_there_is_refused_at_once(tmp_path, free_port, host):
    with pytest.raises(NoCluster) as refused:
        module._join(Settings(state=tmp_path, vision_cluster=f"{host}{free_port() if host.endswith(':') else ''}"))
    assert "คลัสเตอร์" in refused.value.say("th")


def test_ray_carries_only_sealed_bytes_and_a_node_with_another_key_reads_nothing(monkeypatch):
    vector = bytes(range(256)) * 2
    faces = FacesWork(until_ms=9, threshold=0.4, gallery=(Template(entry=1, activation=1, until_ms=9, vector=vector),))
    work = (Work(camera="C1", address="rtsp://10.0.0.7/main", until_ms=9, faces=faces),)
    carried: list[bytes] = []

    class Actor:
        class give:
            @staticmethod
            async def remote(closed, fresh):
                carried.append(closed)
                return {}

    asyncio.run(OnNode("n1", Actor()).give(work, fresh=True))
    assert ALL_WORK.validate_json(sealed.unseal(carried[0], purpose=PURPOSE, subject="n1")) == work
    open_words = ALL_WORK.dump_json(work)
    assert not any(open_words[n : n + 16] in carried[0] for n in range(len(open_words) - 16))
    with pytest.raises(sealed.Broken):  # what was meant for another node
        asyncio.run(NodeReader("n2", 0, lambda: None).give(carried[0], True))
    monkeypatch.setattr(sealed, "_key", lambda purpose: b"k" * 32)
    with pytest.raises(sealed.Broken):
        asyncio.run(NodeReader("n1", 0, lambda: None).give(carried[0], True))


def test_a_node_that_hears_nothing_lets_go_by_itself(monkeypatch):
    """A node that is only cut off must not read beside the one that took its cameras."""
    monkeypatch.setattr(module, "LETS_GO_AFTER_S", 0.3)
    monkeypatch.setattr(module, "TICK_S", 0.05)
    given = []

    class Holder:
        workers: dict = {}  # noqa: RUF012 - of this test alone

        def give(self, work):
            given.append(work)

        def tick(self):
            pass

    async def story():
        node = NodeReader("n1", 0, lambda: None)
        node._holder = Holder()
        ticking = asyncio.create_task(node._tick())
        await asyncio.sleep(0.15)
        assert given == []
        await asyncio.sleep(0.4)
        ticking.cancel()

    asyncio.run(story())
    assert given[:1] == [()]
