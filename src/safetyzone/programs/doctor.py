"""``safetyzone doctor``: looks at everything a station stands on, and says how to mend what is wrong. Changes nothing."""

import fcntl
import os
import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import psycopg
from rich.console import Console

from safetyzone.kernel import clock
from safetyzone.kernel.refusals import Refused
from safetyzone.kernel.settings import Settings, settings
from safetyzone.programs import certificate
from safetyzone.programs.edition import PACKAGE, edition, edition_of
from safetyzone.programs.nats import binary, mqtt_port
from safetyzone.programs.postgres import running
from safetyzone.programs.postgres_binaries import FLOOR, find

WELL, LOOK, WRONG = "✔", "!", "✘"
EXTENSIONS = ("pg_trgm", "fuzzystrmatch", "btree_gist")
"""Part of PostgreSQL's own contrib; rooms to come search plates and names with them."""
DISK_LOW, DISK_OUT = 5_000_000_000, 1_000_000_000
BACKUP_OLD = timedelta(days=7)
CERTIFICATE_ENDS_SOON_DAYS = 21
"""Three weeks: poles that no longer trust us are silent, and an authority may need a fortnight."""
CLOCKS_APART_S = 2.0
OLDEST_NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""Before this the machine's clock is certainly wrong: the software is younger."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. ``fix`` is what to type or do; empty when all is well."""

    mark: str
    subject: str
    th: str
    en: str
    fix: str = ""

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


Findings = Iterator[Finding]


def examine() -> list[Finding]:
    """Look at everything; a look that fails is itself a finding."""
    findings = [*_python(), *_time_zones(), *_clock()]
    try:
        of = settings()
    except Refused as no:
        return [*findings, Finding(WRONG, "settings", no.say("th"), no.say("en"), "export SAFETYZONE_…=…")]
    looks: list[Callable[[Settings], Findings]]
    looks = [_settings, _state, _disk, _database, _bus, _certificate, _ports, _programs, _assets, _backup]
    for look in looks:
        try:
            findings += look(of)
        except (OSError, Refused, psycopg.Error) as wrong:
            words = wrong.say("en") if isinstance(wrong, Refused) else str(wrong).strip()
            findings.append(Finding(WRONG, look.__name__.strip("_"), words, words))
    return findings


def show(findings: list[Finding], console: Console) -> None:
    """One line a finding, and under it how to mend it."""
    for finding in findings:
        style = {WELL: "", LOOK: "yellow", WRONG: "bold red"}[finding.mark]
        console.print(f"{finding.mark} {finding.subject:<10} {finding.th} · {finding.en}", style=style, markup=False)
        if finding.fix:
            console.print(f"             → {finding.fix}", markup=False)
    wrong = sum(finding.mark == WRONG for finding in findings)
    console.print(f"\nต้องแก้ {wrong} ข้อ · {wrong} to mend" if wrong else "\nไม่มีข้อที่ต้องแก้ · nothing to mend")


def station_runs(of: Settings) -> bool:
    """Whether ``safetyzone run`` holds this state folder now."""
    lock = of.state / "run" / "lock"
    if not lock.exists():
        return False
    with lock.open("r+") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _python() -> Findings:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding(WELL, "python", version, version)


def _time_zones() -> Findings:
    try:
        ZoneInfo("Asia/Bangkok")
    except ZoneInfoNotFoundError:
        yield Finding(WRONG, "time zone", "ไม่มีข้อมูลเขตเวลา", "no time zone data", "apt-get install tzdata")
    else:
        yield Finding(WELL, "time zone", "มีข้อมูลเขตเวลา", "Asia/Bangkok is known")


def _clock() -> Findings:
    now = clock.now()
    if now < OLDEST_NOW:
        yield Finding(
            WRONG, "clock", f"นาฬิกาเครื่องผิด {now:%Y-%m-%d}", f"the machine's clock says {now:%Y-%m-%d}", "timedatectl set-ntp true"
        )
    else:
        yield Finding(WELL, "clock", f"{now:%Y-%m-%d %H:%M} UTC", f"{now:%Y-%m-%d %H:%M} UTC")


def _settings(of: Settings) -> Findings:
    known = {f"SAFETYZONE_{name.upper()}" for name in type(of).model_fields}
    known |= {"SAFETYZONE_SETTINGS_FILE", "SAFETYZONE_PROGRAM"}
    strange = sorted(name for name in os.environ if name.startswith("SAFETYZONE_") and name not in known)
    if strange:
        words = ", ".join(strange)
        yield Finding(LOOK, "settings", f"ไม่รู้จักค่าตั้ง {words}", f"nobody reads {words}", f"unset {' '.join(strange)}")
    else:
        yield Finding(WELL, "settings", "ค่าตั้งถูกต้อง", "every setting is understood")


def _state(of: Settings) -> Findings:
    if not of.state.exists():
        yield Finding(LOOK, "state", f"ยังไม่มีโฟลเดอร์ {of.state}", f"{of.state} is made by the first start", "safetyzone run")
        return
    secrets = of.state / "secrets"
    open_to_others = [path for path in (of.state, secrets, *secrets.glob("*")) if path.exists() and path.stat().st_mode & 0o077]
    if open_to_others:
        words = " ".join(map(str, open_to_others))
        yield Finding(WRONG, "state", f"ผู้อื่นอ่านได้: {words}", f"others may read {words}", f"chmod go-rwx {words}")
    else:
        yield Finding(WELL, "state", f"{of.state} ปิดต่อผู้อื่น", f"{of.state} is closed to others")


def _disk(of: Settings) -> Findings:
    place = next(folder for folder in (of.state.resolve(), *of.state.resolve().parents) if folder.exists())
    free = shutil.disk_usage(place).free
    words = f"{free / 1e9:.1f} GB"
    mark = WELL if free >= DISK_LOW else LOOK if free >= DISK_OUT else WRONG
    yield Finding(mark, "disk", f"เหลือ {words}", f"{words} free", "" if mark == WELL else f"free some space on {place}")


def _database(of: Settings) -> Findings:
    dsn = of.database_url.get_secret_value() if of.database_url else running(of.state)
    if dsn is None:
        programs = find(of.pg_bin)
        words = f"PostgreSQL {programs.major}"
        yield Finding(LOOK, "database", f"{words} พร้อมเริ่ม แต่ยังไม่ทำงาน", f"{words} is there and not running", "safetyzone run")
        return
    with psycopg.connect(dsn, connect_timeout=3) as connection:
        major = connection.info.server_version // 10_000
        mark = WELL if major >= FLOOR else WRONG
        fix = "" if mark == WELL else f"PostgreSQL {FLOOR} or newer is needed"
        yield Finding(mark, "database", f"PostgreSQL {major} ตอบ", f"PostgreSQL {major} answers", fix)
        offered = {name for (name,) in connection.execute("SELECT name FROM pg_available_extensions")}
        missing = [name for name in EXTENSIONS if name not in offered]
        row = connection.execute("SELECT extract(epoch FROM clock_timestamp())").fetchone()
        apart = abs(float(row[0]) - time.time()) if row else 0.0
    if missing:
        words = ", ".join(missing)
        yield Finding(LOOK, "extensions", f"ไม่มี {words}", f"{words} cannot be had", "apt-get install postgresql-contrib (on the server)")
    else:
        yield Finding(WELL, "extensions", ", ".join(EXTENSIONS), ", ".join(EXTENSIONS))
    if apart > CLOCKS_APART_S:
        yield Finding(
            WRONG, "clocks", f"นาฬิกาต่างกัน {apart:.0f} วินาที", f"the server's clock is {apart:.0f} s off ours", "timedatectl set-ntp true"
        )
    if edition_of(dsn) == edition():
        yield Finding(WELL, "tables", "ตารางเป็นรุ่นปัจจุบัน", "the tables are of this version")
    else:
        yield Finding(WRONG, "tables", "ตารางยังไม่เป็นรุ่นปัจจุบัน", "the tables are of another version", "safetyzone prepare")


def _bus(of: Settings) -> Findings:
    host, port = _place(of.nats_url) if of.nats_url else ("127.0.0.1", of.nats_port)
    expected = of.nats_url is not None or station_runs(of)
    if _listens(host, port):
        yield Finding(WELL, "bus", f"NATS ตอบที่ {host}:{port}", f"NATS answers at {host}:{port}")
        door = mqtt_port(of)
        if _listens(of.mqtt_host, door):
            yield Finding(WELL, "mqtt", f"เปิดรับเสาที่พอร์ต {door}", f"poles are heard on port {door}")
        else:
            words = f"nobody hears poles on {of.mqtt_host}:{door}"
            yield Finding(WRONG, "mqtt", f"ไม่เปิดรับที่พอร์ต {door}", words, "SAFETYZONE_MQTT_PORT, SAFETYZONE_MQTT_TLS_PORT")
    elif expected:
        yield Finding(
            WRONG, "bus", f"NATS ไม่ตอบที่ {host}:{port}", f"NATS does not answer at {host}:{port}", f"see {of.state}/nats/server.log"
        )
    else:
        yield Finding(LOOK, "bus", "nats-server พร้อมเริ่ม แต่ยังไม่ทำงาน", f"{binary().name} is there and not running", "safetyzone run")


def _certificate(of: Settings) -> Findings:
    """The poles' way to us: closed to others' eyes, and for how long still."""
    cert, key = of.mqtt_tls_cert, of.mqtt_tls_key
    if cert is None or key is None:
        if of.nats_url is None and not _is_this_machine(of.mqtt_host):
            fix = "export SAFETYZONE_MQTT_TLS_CERT=… SAFETYZONE_MQTT_TLS_KEY=…"
            yield Finding(LOOK, "mqtt tls", "เสาส่งข้อมูลโดยไม่เข้ารหัส", "poles speak without encryption", fix)
        return
    now = clock.now()
    try:
        seen = certificate.read(cert, key, at=now)
    except Refused as no:
        yield Finding(WRONG, "mqtt tls", no.say("th"), no.say("en"), "SAFETYZONE_MQTT_TLS_CERT, SAFETYZONE_MQTT_TLS_KEY")
        return
    if seen.key_open_to_others:
        yield Finding(WRONG, "mqtt tls", f"ผู้อื่นอ่านกุญแจได้: {key}", f"others may read the key {key}", f"chmod go-rwx {key}")
    if now < seen.begins:
        begins = f"{seen.begins:%Y-%m-%d %H:%M} UTC"
        yield Finding(WRONG, "mqtt tls", f"ใบรับรองเริ่มใช้ได้ {begins}", f"the certificate begins only on {begins}", "timedatectl")
    days, names = seen.days_left, ", ".join(seen.names)
    if days < 0:
        yield Finding(WRONG, "mqtt tls", "ใบรับรองหมดอายุแล้ว", "the certificate has run out: no pole gets in", f"renew {cert}")
    elif not names:
        fix = f"renew {cert} with a subjectAltName"
        yield Finding(WRONG, "mqtt tls", "ใบรับรองไม่มีชื่อเครื่อง", "the certificate names no host: poles refuse it", fix)
    else:
        mark = WELL if days > CERTIFICATE_ENDS_SOON_DAYS else LOOK
        words = f"{days} days left; poles reach it as {names}"
        yield Finding(mark, "mqtt tls", f"ใบรับรองเหลือ {days} วัน", words, "" if mark == WELL else f"renew {cert}")


def _ports(of: Settings) -> Findings:
    """Before a start every port must be free; while the station runs they are its own."""
    wanted = {"WEB": (of.web_host, of.web_port), "INTAKE": (of.intake_host, of.intake_port), "VIDEO": (of.video_host, of.video_port)}
    if of.nats_url is None:
        poles = "MQTT_TLS" if of.mqtt_tls_cert else "MQTT"
        wanted |= {"NATS": ("127.0.0.1", of.nats_port), poles: (of.mqtt_host, mqtt_port(of))}
    runs, wrong = station_runs(of), 0
    for name, (host, port) in wanted.items():
        taken = _listens(host, port)
        wrong += taken != runs
        if taken and not runs:
            yield Finding(WRONG, "ports", f"พอร์ต {port} มีผู้ใช้แล้ว", f"port {port} is taken", f"export SAFETYZONE_{name}_PORT=…")
        elif runs and not taken:
            yield Finding(WRONG, "ports", f"พอร์ต {port} ไม่ตอบ", f"nobody answers on port {port}", f"see {of.state}/logs")
    if not wrong:
        words = " ".join(str(port) for _, port in wanted.values())
        yield Finding(WELL, "ports", f"{words} {'ตอบ' if runs else 'ว่าง'}", "answer" if runs else "are free")


def _programs(of: Settings) -> Findings:
    alive = of.state / "run" / "worker.alive"
    if station_runs(of):
        silent = time.time() - alive.stat().st_mtime if alive.exists() else float("inf")
        if silent > 10:  # noqa: PLR2004 - it is touched twice a second
            yield Finding(WRONG, "worker", "ตัวจับเวลาไม่ทำงาน", "deadlines are not being kept", f"see {of.state}/logs/worker.log")
        else:
            yield Finding(WELL, "worker", "จับเวลาอยู่", "deadlines are kept")


def _assets(of: Settings) -> Findings:
    if any((PACKAGE / "static" / "vendor").glob("*/*")):
        yield Finding(WELL, "screens", "ครบ", "the screens' libraries are here")
    else:
        yield Finding(WRONG, "screens", "ยังไม่มีไลบรารีของหน้าจอ", "the screens' libraries are missing", "make install")


def _backup(of: Settings) -> Findings:
    note = of.state / "run" / "last_backup"
    if not note.exists():
        yield Finding(LOOK, "backup", "ยังไม่เคยสำรองข้อมูล", "never backed up", "safetyzone backup FILE")
        return
    age = clock.now() - datetime.fromisoformat(note.read_text())
    mark = WELL if age <= BACKUP_OLD else LOOK
    yield Finding(mark, "backup", f"สำรองเมื่อ {age.days} วันก่อน", f"{age.days} days old", "" if mark == WELL else "safetyzone backup FILE")


def _place(url: str) -> tuple[str, int]:
    host, _, port = url.rpartition("://")[2].rpartition("@")[2].partition(":")
    return host, int(port or 4222)


def _is_this_machine(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")


def _listens(host: str, port: int) -> bool:
    there = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104 - compared, not opened
    try:
        socket.create_connection((there, port), timeout=1).close()
    except OSError:
        return False
    return True
