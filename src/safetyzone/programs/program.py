"""One program of ours in a process of its own."""

import os
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from safetyzone.programs import supervision
from safetyzone.programs.nats import must_be_free

WELL = 200


@dataclass
class Program:
    """A program of ours in a process of its own; ``is_ready`` is asked until it says yes."""

    name: str
    command: Sequence[str]
    is_ready: Callable[[], bool]
    log: Path
    ports: Sequence[tuple[str, int]] = ()
    patience_s: float = 8.0
    environment: Mapping[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start it; whether it is ready is another question. Raises PortTaken."""
        for host, port in self.ports:
            must_be_free(host, port)
        with supervision.open_log(self.log) as log:
            self.process = supervision.start(
                self.command,
                dies_by=signal.SIGKILL,  # they are made to be killed at any moment; without us there is no other
                environment={**os.environ, **self.environment, "SAFETYZONE_PROGRAM": self.name},
                log=log,
            )

    def stop(self) -> None:
        """Ask it to end, and see that it does."""
        if self.process is not None:
            supervision.stop(self.process, by=((signal.SIGTERM, self.patience_s),))
            self.process = None


def answers(host: str, port: int, path: str) -> bool:
    """Whether something at this address says that it is well."""
    there = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104 - compared, not opened
    try:
        with urllib.request.urlopen(f"http://{there}:{port}{path}", timeout=2) as answer:
            return bool(answer.status == WELL)
    except (OSError, urllib.error.URLError, ValueError):
        return False
