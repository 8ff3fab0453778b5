"""The real intake, made to stop dead at its n-th input or output for one pole's press; the seams are wrapped from outside.

A fork server: reads ``start N POLE TWIN`` lines, forks (Django is loaded once), and says ``pid``, ``listening`` and ``ended CODE``.
``N`` 0 never stops. Each execute, COPY, commit, publish and ack counts twice: just before it and just after it.
Run with the station's settings in the environment: ``python -m tests.proofs.stepped_intake STEPS_FILE``.
"""

import functools
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django

STOPPED = 77
"""Exit code of an intake that stopped at its step."""


class Steps:
    """Counts inputs and outputs from the moment the pole's press is heard, and stops the process at one of them."""

    def __init__(self, stop_at: int, pole: str, note: int) -> None:
        self.stop_at, self.pole, self.note = stop_at, pole, note
        self.armed = False
        self.count = 0

    def here(self, what: str) -> bool:
        """Count; True when this is the step to stop at."""
        if not self.armed:
            return False
        self.count += 1
        os.write(self.note, f"{self.count} {what}\n".encode())
        return self.count == self.stop_at

    def wrap(self, owner: type, name: str, words: Callable[..., str]) -> None:
        """Count before and after a blocking call."""
        inner = getattr(owner, name)

        @functools.wraps(inner)
        def counted(this: Any, *arguments: Any, **named: Any) -> Any:
            if self.here(f"before {words(*arguments)}"):
                os._exit(STOPPED)
            result = inner(this, *arguments, **named)
            if self.here(f"after {words(*arguments)}"):
                os._exit(STOPPED)
            return result

        setattr(owner, name, counted)

    def wrap_sending(self, owner: type, name: str) -> None:
        """The same for a message that leaves: "after" means that it has truly left."""
        inner = getattr(owner, name)

        @functools.wraps(inner)
        async def counted(this: Any, subject: str, *arguments: Any, **named: Any) -> Any:
            what = f"publish {'answer' if subject.startswith('cmd.') else 'ack to stream'}"
            if self.here(f"before {what}"):
                os._exit(STOPPED)
            result = await inner(this, subject, *arguments, **named)
            if self.armed:
                await this.flush()
            if self.here(f"after {what}"):
                os._exit(STOPPED)
            return result

        setattr(owner, name, counted)


def _of_statement(query: Any, *_: Any) -> str:
    words = query if isinstance(query, str) else query.decode() if isinstance(query, bytes) else query.as_string(None)
    return " ".join(words.split())[:60]


def _install(steps: Steps) -> None:
    import psycopg
    from nats.aio.client import Client

    from safetyzone.programs.intake import bus

    steps.wrap(psycopg.Cursor, "execute", _of_statement)
    steps.wrap(psycopg.Copy, "finish", lambda *_: "end of COPY")
    steps.wrap(psycopg.Connection, "commit", lambda *_: "COMMIT")
    steps.wrap_sending(Client, "publish")
    hear, listen = bus.Bus._on_message, bus.Bus.listen

    async def heard(this: Any, msg: Any) -> None:
        if not steps.armed and msg.subject == f"sos.{steps.pole}.press":
            steps.armed = True
        await hear(this, msg)

    async def listened(this: Any) -> None:
        await listen(this)
        print("listening", flush=True)

    bus.Bus._on_message, bus.Bus.listen = heard, listened  # type: ignore[method-assign]
    bus.SAY_AGAIN_AFTER_S = 1  # the stream says it again soon, so that a proof can wait for it


def _child(stop_at: int, pole: str, twin: str, note: int) -> None:
    from safetyzone.programs.intake.run import main
    from safetyzone.programs.supervision import die_with_parent
    from tests.proofs import twins

    die_with_parent(signal.SIGKILL, os.getppid())
    if twin != "-":
        twins.TWINS[twin]()
    _install(Steps(stop_at, pole, note))
    main()


def serve(note: int) -> None:
    """Fork one intake after the other, as the proof asks."""
    django.setup()
    import safetyzone.programs.intake.intake  # noqa: F401 - loaded once, before the forks

    print("loaded", flush=True)
    for line in sys.stdin:
        _, stop_at, pole, twin = line.split()
        pid = os.fork()
        if pid == 0:
            try:
                _child(int(stop_at), pole, twin, note)
            finally:
                os._exit(1)
        print(f"pid {pid}", flush=True)
        _, status = os.waitpid(pid, 0)
        print(f"ended {os.waitstatus_to_exitcode(status)}", flush=True)


if __name__ == "__main__":
    serve(os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
