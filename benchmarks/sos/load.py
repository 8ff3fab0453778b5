"""The load generator, a process of its own: presses leave at fixed times whether or not the last ones were answered.

It reads a plan (one JSON array a line: seconds after the start, topic, body), says ``ready``, waits for ``go <monotonic ns>`` and
stores, for each press, when it was due, when it left, when the broker acknowledged it and when our own answer came.
Latency is later counted from the time it was *due*, so a generator or a server that falls behind cannot hide it.
"""

import argparse
import asyncio
import sys
import time
from pathlib import Path

import numpy
import orjson
import uvloop

from benchmarks.mqtt import MqttLink
from safetyzone.contracts import topics

LINKS = 8
TICK_S = 0.001


class AnswerLink(MqttLink):
    """Hears ``cmd/+/ack``. While the load runs it only notes bytes and times: the processors belong to those measured."""

    noted: list[tuple[int, bytes]] | None = None
    read_at: int = 0

    def begin_noting(self) -> None:
        self.noted = []

    def data_received(self, data: bytes) -> None:
        if self.noted is None:
            super().data_received(data)
        else:
            self.noted.append((time.monotonic_ns(), data))

    def read_noted(self) -> None:
        for at, data in self.noted or ():
            self.read_at = at
            super().data_received(data)


class Load:
    """One run of one plan."""

    def __init__(self, plan: list[tuple[float, str, bytes]]) -> None:
        self.plan = plan
        self.due = numpy.zeros(len(plan), dtype=numpy.int64)
        self.left = numpy.zeros(len(plan), dtype=numpy.int64)
        self.puback = numpy.zeros(len(plan), dtype=numpy.int64)
        self.answer = numpy.zeros(len(plan), dtype=numpy.int64)
        self.answers = 0
        self.links: list[tuple[MqttLink, dict[int, int]]] = []
        self.listener = AnswerLink("load-answers")

    async def open(self, host: str, port: int, user: str, password: str) -> None:
        for number in range(LINKS):
            waiting: dict[int, int] = {}
            link = MqttLink(f"load-{number}", user, password)
            link.on_puback = lambda packet_id, waiting=waiting: self._acknowledged(waiting.pop(packet_id, -1))  # type: ignore[misc]
            await link.open(host, port)
            self.links.append((link, waiting))
        self.listener.user, self.listener.password = user, password
        await self.listener.open(host, port)
        await self.listener.subscribe(topics.told_to("+", topics.ACK), qos=0)
        self.listener.begin_noting()

    def _acknowledged(self, number: int) -> None:
        if number >= 0:
            self.puback[number] = time.monotonic_ns()

    async def run(self, start_ns: int, linger_s: float) -> None:
        """Send the plan, then wait at most ``linger_s`` for the last PUBACKs."""
        next_one, total = 0, len(self.plan)
        self.due[:] = [start_ns + round(offset * 1e9) for offset, _, _ in self.plan]
        while next_one < total:
            present = time.monotonic_ns()
            while next_one < total and self.due[next_one] <= present:
                _, topic, body = self.plan[next_one]
                link, waiting = self.links[next_one % LINKS]
                waiting[link.publish(topic, body)] = next_one
                self.left[next_one] = time.monotonic_ns()
                next_one += 1
            await asyncio.sleep(TICK_S)
        until = time.monotonic() + linger_s
        while any(waiting for _, waiting in self.links) and time.monotonic() < until:
            await asyncio.sleep(0.01)

    def read_answers(self) -> None:
        """Match the noted answers to presses: each press of a plan has a pole of its own."""
        number_of = {topic.split("/")[1]: number for number, (_, topic, _) in enumerate(self.plan)}

        def note(topic: str, body: bytes) -> None:
            number = number_of.get(topic.split("/")[1], -1)
            self.answers += 1
            if number >= 0 and not self.answer[number]:
                self.answer[number] = self.listener.read_at

        self.listener.on_message = note
        self.listener.read_noted()


async def _main(given: argparse.Namespace) -> None:
    with given.plan.open("rb") as lines:
        plan = [(offset, topic, body.encode()) for offset, topic, body in map(orjson.loads, lines)]
    load = Load(plan)
    await load.open(given.host, given.port, given.user, given.password)
    print("ready", flush=True)
    words = (await asyncio.to_thread(sys.stdin.readline)).split()
    await load.run(int(words[1]), given.linger)
    print("sent", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    load.read_answers()
    with given.result.open("wb") as file:
        numpy.savez(file, due=load.due, left=load.left, puback=load.puback, answer=load.answer)
    for link in [load.listener, *(link for link, _ in load.links)]:
        link.close()
    print("done", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for name in ("host", "user", "password"):
        parser.add_argument(f"--{name}", default="")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--plan", type=Path, required=True)
    parser.add_argument("--result", type=Path, required=True)
    parser.add_argument("--linger", type=float, default=10.0)
    uvloop.run(_main(parser.parse_args()))
