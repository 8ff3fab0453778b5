"""The web: granian in front of Django and the live channel."""

import threading
from typing import Any

import structlog
from granian import Granian
from granian.constants import Interfaces, Loops
from granian.log import LogLevels

from safetyzone.kernel.settings import settings

log = structlog.get_logger()

WARM_UP_AFTER_S = 4.0
"""Not while everything else starts: calls for help come first."""
ENDS_WITHIN_S = 2
"""Open consoles are cut off after this; they come again by themselves and miss nothing (Last-Event-ID)."""


def load() -> Any:
    """Runs in each web process, before it opens the port: it ends with its parent, and Django is ready."""
    import os
    import signal

    from safetyzone.programs.supervision import die_with_parent
    from safetyzone.programs.web.asgi import application

    die_with_parent(signal.SIGKILL, os.getppid())  # the parent ends it gently; the kernel only if the parent was killed
    threading.Timer(WARM_UP_AFTER_S, _warm_up).start()
    return application


def _warm_up() -> None:
    """Read the ground of our cameras and look over it once, so that the first incident after a restart need not wait for it."""
    from django.db import DatabaseError, connection

    from safetyzone.kernel.geometry import Point
    from safetyzone.kernel.refusals import Refused
    from safetyzone.senses.cameras.standing import standing

    try:
        here = standing(settings().station)
        here.watchers(Point(*here.ground.origin), night=True)
    except (DatabaseError, Refused) as no:
        log.info("cameras_not_warmed_up", why=type(no).__name__)
    finally:
        connection.close()


def main() -> None:
    """Serve until a signal says stop."""
    of = settings()
    Granian(
        "safetyzone.programs.web.asgi:application", address=of.web_host, port=of.web_port, interface=Interfaces.ASGINL,
        workers=of.web_workers, loop=Loops.uvloop, websockets=False, backpressure=4_096, log_level=LogLevels.warning,
        respawn_failed_workers=True, respawn_interval=0.5, workers_kill_timeout=ENDS_WITHIN_S,
    ).serve(target_loader=load, wrap_loader=False)  # fmt: skip
