"""Child processes that never outlive us, and that die in an orderly way."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
"""prctl(2): the signal that a process gets when the thread that made it ends."""
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None

LONGEST_LOG = 20_000_000
"""Bytes after which a log is set aside at the next start; the one before it is given up."""


def die_with_parent(with_signal: signal.Signals, parent: int) -> None:
    """Ask the kernel to send us ``with_signal`` when our parent dies, however it dies (Linux; elsewhere nothing)."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(with_signal), 0, 0, 0)
        if os.getppid() != parent:  # it died between the fork and the line above
            os.kill(os.getpid(), with_signal)


def start(
    command: Sequence[str | Path],
    *,
    dies_by: signal.Signals = signal.SIGTERM,
    user: int | None = None,
    environment: Mapping[str, str] | None = None,
    log: IO[bytes] | int | None = None,
    folder: str | Path | None = None,
) -> "subprocess.Popen[bytes]":
    """Start a child in a session of its own, so that Ctrl-C reaches only us and we end our children in order.

    Call it from a thread that lives as long as the child should: the kernel watches that thread, not the process.
    """
    parent = os.getpid()

    def prepare() -> None:
        die_with_parent(dies_by, parent)

    as_whom: dict[str, object] = {} if user is None else {"user": user, "group": _group_of(user), "extra_groups": []}
    return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
        [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT if log else None,
        env=None if environment is None else dict(environment), cwd=folder, start_new_session=True,
        preexec_fn=prepare, **as_whom,  # noqa: PLW1509 - two system calls; our supervisor starts children from its main thread
    )  # fmt: skip


def _group_of(user: int) -> int:
    import pwd

    return pwd.getpwuid(user).pw_gid


def stop(process: "subprocess.Popen[bytes]", *, by: Sequence[tuple[signal.Signals, float]]) -> int:
    """Ask by each signal in turn, waiting so many seconds after each; SIGKILL ends the argument. Returns the exit code."""
    for name, patience_s in by:
        if process.poll() is not None:
            break
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(name)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience_s)
    if process.poll() is None:
        process.kill()
    return process.wait()


def private_folder(folder: Path) -> Path:
    """The folder, made if need be, closed to everybody else. Folders above it that exist are left as they are."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)
    return folder


def open_log(file: Path) -> IO[bytes]:
    """A log to append to; a long one is first set aside as ``.old``."""
    if file.exists() and file.stat().st_size > LONGEST_LOG:
        file.replace(file.with_name(file.name + ".old"))
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab", buffering=0)


def last_words(file: Path, lines: int = 12) -> str:
    """The end of a log, for the person who must find out why."""
    if not file.exists():
        return ""
    with file.open("rb") as log:
        log.seek(max(0, file.stat().st_size - 8_000))
        return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])


Say = Callable[[str, str], None]
"""Says one line to the person at the machine: Thai, then English."""
