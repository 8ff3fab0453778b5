"""Twenty operators, a process of its own: each holds one live connection and notes when bytes came; what they meant is read afterwards.

``--kind sse``: ours (``GET /live``, a session cookie each). ``--kind websocket``: Node-RED's (RFC 6455, text frames from the server).
Stored: one row per operator and thing, ``(operator, key, monotonic ns)``; the key is an incident's number or a pole's.
"""

import argparse
import asyncio
import base64
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy
import orjson
import uvloop

READY_WITHIN_S = 15.0


class Operator(asyncio.Protocol):
    """One connection: sends its request, then notes every chunk with the moment it came."""

    def __init__(self, request: bytes) -> None:
        self.request = request
        self.noted: list[tuple[int, bytes]] = []
        self.begun: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.write(self.request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.noted.append((time.monotonic_ns(), data))
        if not self.begun.done():
            self.begun.set_result(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True


def request(kind: str, host: str, port: int, path: str, cookie: str) -> bytes:
    """The HTTP/1.1 request that opens the channel."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}:{port}"]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    if kind == "sse":
        lines.append("Accept: text/event-stream")
    else:
        key = base64.b64encode(os.urandom(16)).decode()
        lines += ["Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _after_head(noted: list[tuple[int, bytes]]) -> tuple[bytes, list[tuple[int, bytes]]]:
    """The response's head, and the chunks after it."""
    arrived = b""
    for number, (at, data) in enumerate(noted):
        arrived += data
        head, found, rest = arrived.partition(b"\r\n\r\n")
        if found:
            return head, [(at, rest), *noted[number + 1 :]]
    return arrived, []


def _dechunked(chunks: list[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    """The content of HTTP chunks (RFC 9112, 7.1), each piece with the moment its last byte came."""
    arrived = bytearray()
    for at, data in chunks:
        arrived += data
        while (line_end := arrived.find(b"\r\n")) >= 0:
            size = int(bytes(arrived[:line_end]).split(b";")[0] or b"0", 16)
            first = line_end + 2
            if len(arrived) < first + size + 2:
                break
            piece = bytes(arrived[first : first + size])
            del arrived[: first + size + 2]
            yield at, piece


def sse_things(noted: list[tuple[int, bytes]]) -> Iterator[tuple[str, int]]:
    """(incident's number, when) for each incident of each ``change`` event."""
    head, chunks = _after_head(noted)
    pieces = _dechunked(chunks) if b"chunked" in head.lower() else iter(chunks)
    waiting = b""
    for at, piece in pieces:
        *events, waiting = (waiting + piece).replace(b"\r\n", b"\n").split(b"\n\n")
        for event in events:
            for line in event.split(b"\n"):
                if line.startswith(b"data:") and line[5:].lstrip().startswith(b"{"):
                    for kind, key in orjson.loads(line[5:]).get("things", ()):
                        if kind == "incident":
                            yield key, at


def websocket_things(noted: list[tuple[int, bytes]]) -> Iterator[tuple[str, int]]:
    """(pole, when) for each text frame."""
    _, chunks = _after_head(noted)
    arrived = bytearray()
    for at, data in chunks:
        arrived += data
        start = 0
        while len(arrived) - start >= 2:
            size, first = arrived[start + 1] & 0x7F, start + 2
            if size == 126:
                size, first = int.from_bytes(arrived[start + 2 : start + 4], "big"), start + 4
            elif size == 127:
                size, first = int.from_bytes(arrived[start + 2 : start + 10], "big"), start + 10
            if len(arrived) < first + size:
                break
            if arrived[start] & 0x0F == 1:
                yield str(orjson.loads(bytes(arrived[first : first + size]))["pole"]), at
            start = first + size
        del arrived[:start]


async def _main(given: argparse.Namespace) -> None:
    loop = asyncio.get_running_loop()
    cookies = given.cookies.read_text().splitlines() if given.cookies else [""] * given.count
    operators = []
    for number in range(given.count):
        operator = Operator(request(given.kind, given.host, given.port, given.path, cookies[number % len(cookies)]))
        await loop.create_connection(lambda operator=operator: operator, given.host, given.port)  # type: ignore[misc]
        operators.append(operator)
    async with asyncio.timeout(READY_WITHIN_S):
        heads = [await operator.begun for operator in operators]
    statuses = {head.split(b"\r\n")[0].decode(errors="replace") for head in heads}
    print(orjson.dumps({"statuses": sorted(statuses)}).decode(), flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    read = sse_things if given.kind == "sse" else websocket_things
    rows = [(number, key, at) for number, operator in enumerate(operators) for key, at in read(operator.noted)]
    with given.result.open("wb") as file:
        numpy.savez(
            file,
            operator=numpy.array([row[0] for row in rows], dtype=numpy.int32),
            key=numpy.array([row[1] for row in rows], dtype="U24"),
            at=numpy.array([row[2] for row in rows], dtype=numpy.int64),
            lost=numpy.array([operator.lost for operator in operators]),
        )
    print("done", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--kind", choices=("sse", "websocket"), required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--path", default="/live")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--cookies", type=Path)
    parser.add_argument("--result", type=Path, required=True)
    uvloop.run(_main(parser.parse_args()))
