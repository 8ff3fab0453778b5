"""``safetyzone video``: starts the hub and its door in this process."""

import asyncio
import contextlib
import signal
import socket
from typing import Any

import uvicorn

from safetyzone.kernel.settings import settings
from safetyzone.programs.video.door import LONGEST_TEXT, Door
from safetyzone.programs.video.hub import Hub
from safetyzone.programs.video.nursery import Nursery

WITHIN_S = 3
MOST_UNSENT = 128 * 1024
"""Bytes that the kernel takes of a window's channel before they are on the line: what waits longer waits with us, who can leave it out."""


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: we decide when it is over."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


async def _run(nursery: Nursery) -> None:
    of = settings()
    hub = Hub(of, nursery)
    hub.root.mkdir(parents=True, exist_ok=True, mode=0o700)
    config = uvicorn.Config(
        Door(hub).application(), host=of.video_host, port=of.video_port, log_level="warning", access_log=False, lifespan="off",
        ws="websockets-sansio", ws_per_message_deflate=False, ws_max_size=LONGEST_TEXT, timeout_graceful_shutdown=WITHIN_S,
        server_header=False,
    )  # fmt: skip
    server, listens = _Server(config), config.bind_socket()
    if hasattr(socket, "TCP_NOTSENT_LOWAT"):
        listens.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, MOST_UNSENT)  # accepted sockets inherit it
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    serving, running = asyncio.create_task(server.serve([listens])), asyncio.create_task(hub.run(stop))
    await asyncio.wait({serving, running}, return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    server.should_exit = True
    await asyncio.gather(serving, running)


def main(nursery: Nursery) -> None:
    """Run until a signal says stop."""
    try:
        import uvloop
    except ImportError:  # a platform without uvloop is slower and as right
        asyncio.run(_run(nursery))
    else:
        uvloop.run(_run(nursery))
