"""``safetyzone run``: a whole station on one machine. Starts its servers and programs in order and restarts what dies.

Everything happens in one thread, because the kernel ends a child when the *thread* that made it ends. Ctrl-C and SIGTERM end
the programs in reverse order; if we are killed outright, the kernel ends each of them for us.
"""

import fcntl
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType

from safetyzone.kernel import clock
from safetyzone.kernel.refusals import Refused
from safetyzone.kernel.settings import Settings
from safetyzone.programs import supervision
from safetyzone.programs.edition import edition, edition_of
from safetyzone.programs.nats import NatsServer, bus_place
from safetyzone.programs.postgres import AlreadyRunning, PostgresServer
from safetyzone.programs.program import Program, answers

LOOK_EVERY_S = 0.05
CAMERAS_WAIT_S = 3.0
"""After the station is ready: the first pages are asked for in these seconds."""
VISION_WAIT_S = 8.0
"""Pictures come first; what reads them loads its nets when the start is over."""
WAITS_S = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Before the first restart, the second and so on: at once for an accident, slowly for what dies again and again."""
LIFE_LINE = frozenset({"nats", "postgres", "intake", "web", "worker"})
"""What a call for help passes on its way to an officer: heard, kept, shown, and passed on when nobody answers in time."""
LIFE_LINE_WAITS_AT_MOST_S = 2.0
"""However often one of these died: a start every two seconds costs a processor little, a call that waits may cost a life."""
SETTLED_AFTER_S = 60.0
"""Alive so long, and the next death counts as the first."""
READY_WITHIN_S = 60.0

WORDS = {
    "starting": ("กำลังเริ่ม", "starting"),
    "ready": ("พร้อม", "ready"),
    "died": ("หยุดทำงานเอง", "died"),
    "slow": ("ยังไม่พร้อม", "not ready yet"),
    "failed": ("เริ่มไม่สำเร็จ", "could not start"),
    "stopped": ("หยุดแล้ว", "stopped"),
}
Say = Callable[[str, str, str], None]
"""Receives program, state (a key of WORDS) and a detail."""


class CannotRun(Refused):
    """A program that every other one needs did not come up at the first start."""

    code = "cannot_run"
    th = "{program} เริ่มไม่สำเร็จ ดู {log}\n{words}"
    en = "{program} did not start; see {log}\n{words}"


def say_in_words(program: str, state: str, detail: str) -> None:
    """One line for a person."""
    th, en = WORDS[state]
    print(f"{program:<9} {th} · {en}{'  ' + detail if detail else ''}", flush=True)


def say_in_json(program: str, state: str, detail: str) -> None:
    """One line for a program."""
    line = {"at": clock.now().isoformat(timespec="milliseconds"), "program": program, "state": state, "detail": detail}
    print(json.dumps(line, ensure_ascii=False), flush=True)


@dataclass
class Life:
    """How one program has fared. Times are of the monotonic clock, in seconds."""

    name: str
    deaths: int = 0
    started: float = 0.0
    ready: bool = False
    start_again_at: float | None = None

    def next_wait_s(self, now: float) -> float:
        """Count a death and say how long to wait before the next start."""
        if now - self.started > SETTLED_AFTER_S:
            self.deaths = 0
        wait = WAITS_S[min(self.deaths, len(WAITS_S) - 1)]
        self.deaths += 1
        return min(wait, LIFE_LINE_WAITS_AT_MOST_S) if self.name in LIFE_LINE else wait


Server = PostgresServer | NatsServer | Program


class Station:
    """All that runs at a station. ``more`` are further programs (the simulation of a demo), started last."""

    def __init__(self, of: Settings, *, say: Say = say_in_words, more: Callable[["Station"], Sequence[Program]] | None = None) -> None:
        self.of = of
        self.state = of.state.resolve()
        self.say = say
        self.more = more
        self.running: list[tuple[str, Server]] = []
        self.lives: dict[str, Life] = {}
        self._stop = False
        self._lock: int | None = None

    # ------------------------------------------------------------------ the life of the station

    def run(self, when_ready: Callable[[], None] | None = None) -> int:
        """Until a signal. Returns 0; raises Refused when it could not begin."""
        before = {name: signal.signal(name, self._on_signal) for name in (signal.SIGTERM, signal.SIGINT)}
        try:
            self.open()
            if when_ready is not None and not self._stop:
                when_ready()
            while not self._stop:
                self.look()
                time.sleep(LOOK_EVERY_S)
        finally:
            self.close()
            for name, handler in before.items():
                signal.signal(name, handler)
        return 0

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stop = True

    def open(self) -> None:
        """Start everything, in order; returns when all is ready. Raises Refused with the reason."""
        began = time.monotonic()
        supervision.private_folder(self.state)
        supervision.private_folder(self.state / "logs")
        supervision.private_folder(self.state / "run")
        self._take_the_folder()
        os.environ["SAFETYZONE_STATE"] = str(self.state)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safetyzone.programs.web.configuration")
        if self.of.nats_url is None:
            place = bus_place(self.of)
            self._begin("nats", NatsServer(self.state, place, name=self.of.station))
        if self.of.database_url is None:
            self._begin("postgres", PostgresServer(self.state, self.of.pg_bin))
        else:
            os.environ["SAFETYZONE_DATABASE_URL"] = self.of.database_url.get_secret_value()
        self._prepare()
        programs = self._programs()
        for program in programs:
            self._begin(program.name, program)
        self._wait_for([program.name for program in programs])
        if self.more is not None and not self._stop:
            for program in self.more(self):
                self._begin(program.name, program)
        if not self._stop:
            self.say("station", "ready", f"{self.of.public_url} · ready in {time.monotonic() - began:.1f} s")
            # Cameras can wait until calls for help are heard: a start on two processors is a race for them.
            video = (self.of.video_host, self.of.video_port)
            self._begin_later("probe", self.program("probe", lambda: True))
            self._begin_later("video", self.program("video", lambda: answers(*video, "/healthz"), ports=[video]))
            reads = self.state / "run" / "vision-0.json"
            reads.unlink(missing_ok=True)
            self._begin_later("vision", self.program("vision", reads.exists), after_s=VISION_WAIT_S)

    def look(self) -> None:
        """One look at everything: note who became ready, restart who died."""
        now = time.monotonic()
        for name, server in self.running:
            life = self.lives[name]
            if life.start_again_at is not None:
                if now >= life.start_again_at:
                    self._start_again(name, server)
            elif server.process is None or server.process.poll() is not None:
                self._note_death(name, server, now)
            elif not life.ready:
                self._ask_if_ready(name, server)

    def close(self) -> None:
        """End everything, the last begun first."""
        while self.running:
            name, server = self.running.pop()
            server.stop()
            self.say(name, "stopped", "")
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    # ------------------------------------------------------------------ its parts

    def _take_the_folder(self) -> None:
        self._lock = os.open(self.state / "run" / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(state=self.state) from None

    def _begin(self, name: str, server: Server) -> None:
        if self._stop:
            return
        self.say(name, "starting", "")
        self.lives[name] = Life(name, started=time.monotonic())
        self.running.append((name, server))
        server.start()
        if isinstance(server, PostgresServer):
            os.environ["SAFETYZONE_DATABASE_URL"] = server.dsn
        if not isinstance(server, Program):  # the servers' own start returns when they are ready
            self.lives[name].ready = True
            self.say(name, "ready", "")

    def _begin_later(self, name: str, server: Server, *, after_s: float = CAMERAS_WAIT_S) -> None:
        """One that the station can do without for a while: what stops it now is said, and it is tried again."""
        if self._stop:
            return
        self.lives[name] = Life(name, started=time.monotonic(), start_again_at=time.monotonic() + after_s)
        self.running.append((name, server))

    def _prepare(self) -> None:
        if self._stop or edition_of(os.environ["SAFETYZONE_DATABASE_URL"]) == edition():
            return
        self.say("prepare", "starting", "")
        log = self.state / "logs" / "prepare.log"
        with supervision.open_log(log) as out:
            process = supervision.start([sys.executable, "-m", "safetyzone", "prepare"], log=out)
        while process.poll() is None and not self._stop:
            time.sleep(0.02)
        if self._stop:
            supervision.stop(process, by=((signal.SIGTERM, 5),))
        elif process.returncode != 0:
            raise CannotRun(program="prepare", log=log, words=supervision.last_words(log))
        else:
            self.say("prepare", "ready", "")

    def _programs(self) -> list[Program]:
        web, intake = (self.of.web_host, self.of.web_port), (self.of.intake_host, self.of.intake_port)
        alive = self.state / "run" / "worker.alive"
        alive.unlink(missing_ok=True)
        return [
            self.program("intake", lambda: answers(*intake, "/healthz"), ports=[intake]),
            self.program("web", lambda: answers(*web, "/healthz"), ports=[web]),
            self.program("worker", alive.exists),
        ]

    def program(
        self, name: str, is_ready: Callable[[], bool], *, ports: Sequence[tuple[str, int]] = (), arguments: Sequence[str] = ()
    ) -> Program:
        """A program started as ``safetyzone NAME`` with this station's settings."""
        command = [sys.executable, "-m", "safetyzone", name, *arguments]
        return Program(name, command, is_ready, self.state / "logs" / f"{name}.log", ports)

    def _wait_for(self, names: Sequence[str]) -> None:
        """Until these are ready. One that dies before it was ever ready will die again: the person should know now."""
        until = time.monotonic() + READY_WITHIN_S
        waiting = [(name, server) for name, server in self.running if name in names and isinstance(server, Program)]
        while not self._stop and (waiting := [(n, p) for n, p in waiting if not self.lives[n].ready]):
            for name, program in waiting:
                dead = program.process is None or program.process.poll() is not None
                if dead or time.monotonic() > until:
                    raise CannotRun(program=name, log=program.log, words=supervision.last_words(program.log))
                self._ask_if_ready(name, program)
            time.sleep(0.02)

    def _ask_if_ready(self, name: str, server: Server) -> None:
        life = self.lives[name]
        if not isinstance(server, Program) or server.is_ready():
            life.ready = True
            self.say(name, "ready", f"{time.monotonic() - life.started:.1f} s")

    def _note_death(self, name: str, server: Server, now: float) -> None:
        life = self.lives[name]
        wait = life.next_wait_s(now)
        code = server.process.returncode if server.process is not None else "?"
        self.say(name, "died", f"({code}) log: {server.log}")
        life.start_again_at, life.ready = now + wait, False

    def _start_again(self, name: str, server: Server) -> None:
        life = self.lives[name]
        life.start_again_at, life.started = None, time.monotonic()
        self.say(name, "starting", "")
        try:
            server.start()
        except Refused as no:
            self.say(name, "failed", no.say("en"))
            life.start_again_at = time.monotonic() + life.next_wait_s(time.monotonic())


__all__ = ["CannotRun", "Program", "Station", "answers", "say_in_json", "say_in_words"]
