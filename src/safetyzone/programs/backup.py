"""A station in one file: the database as ``pg_dump`` writes it, the secrets, photos of surveys, locked evidence, and a manifest of hashes.

The hashes are taken in the very snapshot that is dumped, so a backup of a living station can be compared row for row
after it was restored. What the bus holds is not here: the database is the record.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from safetyzone.kernel import clock
from safetyzone.kernel.refusals import Refused
from safetyzone.kernel.settings import settings
from safetyzone.programs.postgres import AlreadyRunning
from safetyzone.programs.postgres_binaries import find
from safetyzone.senses.cameras.survey_photos import BEING_COPIED
from safetyzone.trust.evidence import kept as evidence

FORMAT = 1
DUMP, MANIFEST, SECRETS, PHOTOS, EVIDENCE = "database.dump", "manifest.json", "secrets/", "survey/", "evidence/pieces/"
NAMED_BY_CONTENT = {PHOTOS: "??/*.jpg", EVIDENCE: "??/*.mp4"}
"""Folders of files whose names are their hashes. Of evidence the locked pieces: packages are made again from them."""
DRAFT_DATABASE = "safetyzone_restoring"

SAME_WORDS_EVERYWHERE = (
    "timezone = 'UTC'", "datestyle = 'ISO'", "intervalstyle = 'postgres'", "bytea_output = 'hex'", "extra_float_digits = 1",
)  # fmt: skip
"""A row's text depends on these; the hashes must not."""


class NotWhole(Refused):
    """The file is not a backup of ours, or not as it was when it was made."""

    code = "backup_not_whole"
    th = "ไฟล์สำรองไม่สมบูรณ์: {what}"
    en = "The backup is not whole: {what}"


class NotEmpty(Refused):
    """Restoring would overwrite what is there."""

    code = "database_not_empty"
    th = "ฐานข้อมูลมีข้อมูลอยู่แล้ว ({tables} ตาราง) ใช้ --force เพื่อเขียนทับ"
    en = "The database is not empty ({tables} tables): --force overwrites it."


class ToolFailed(Refused):
    """pg_dump or pg_restore said no."""

    code = "backup_tool_failed"
    th = "{tool} ทำงานไม่สำเร็จ: {words}"
    en = "{tool} failed: {words}"


@dataclass(frozen=True, slots=True)
class Kept:
    """What a backup holds."""

    made_at: str
    tables: int
    rows: int
    size_bytes: int


def backup(file: Path) -> Kept:
    """Save to ``file``, which appears only when it is whole; readable by its owner alone."""
    with tempfile.TemporaryDirectory(dir=file.resolve().parent, prefix=".backup-") as place, _snapshot() as (connection, name):
        dump = Path(place, DUMP)
        _run("pg_dump", "--format=custom", "--no-owner", f"--snapshot={name}", f"--file={dump}", f"--dbname={_address()}")
        manifest: dict[str, Any] = {
            "format": FORMAT, "made_at": clock.now().isoformat(timespec="seconds"), "station": settings().station,
            "postgres": connection.info.server_version // 10_000, "tables": fingerprints(connection), "files": {},
        }  # fmt: skip
        parts = {DUMP: dump}
        secrets = settings().state / "secrets"
        parts |= {SECRETS + kept.name: kept for kept in sorted(secrets.glob("*")) if kept.is_file()}
        for kind, pattern in NAMED_BY_CONTENT.items():
            folder = settings().state / kind
            parts |= {kind + kept.relative_to(folder).as_posix(): kept for kept in sorted(folder.glob(pattern)) if kept.is_file()}
        manifest["files"] = {part: _hash_of(path) for part, path in parts.items()}
        written = Path(place, MANIFEST)
        written.write_text(json.dumps(manifest, indent=1))
        draft = Path(place, "draft")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as out:
            with tarfile.open(fileobj=out, mode="w") as tar:
                for part, path in {MANIFEST: written, **parts}.items():
                    tar.add(path, arcname=part)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
    supervised = settings().state / "run"
    supervised.mkdir(parents=True, exist_ok=True, mode=0o700)
    (supervised / "last_backup").write_text(manifest["made_at"])
    return _kept(manifest, file)


def verify(file: Path) -> Kept:
    """Check every part against its hash without touching the database. Raises NotWhole."""
    with tempfile.TemporaryDirectory(prefix="sz-verify-") as place:
        return _kept(_unpacked(file, Path(place)), file)


def restore(file: Path, *, force: bool = False) -> Kept:
    """Bring a backup back: into a new database first, compared table by table, and only then in the old one's place.

    Raises:
        NotWhole: the file, or what came of it, is not what was saved; the database is as it was.
        NotEmpty: there are tables and ``force`` was not given.
    """
    with psycopg.connect(_address()) as connection:
        there = len(_tables(connection))
        name = connection.info.dbname
    if there and not force:
        raise NotEmpty(tables=there)
    with tempfile.TemporaryDirectory(dir=settings().state, prefix=".restore-") as place:
        manifest = _unpacked(file, Path(place))
        _into_a_new_database(Path(place, DUMP), manifest)
        with _beside(name) as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(DRAFT_DATABASE), sql.Identifier(name)))
        _put_secrets_back(Path(place, SECRETS))
        for kind, pattern in NAMED_BY_CONTENT.items():
            _put_back(Path(place), kind, pattern)
    (settings().state / "nats" / "poles.conf").unlink(missing_ok=True)  # made again from the poles that came back
    return _kept(manifest, file)


def refuse_beside_a_running_station(state: Path) -> None:
    """Raises AlreadyRunning when a station holds this folder: its programs would write on while we replace what they know."""
    lock = state / "run" / "lock"
    if lock.exists():
        with lock.open("r+") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AlreadyRunning(state=state) from None


def fingerprints(connection: "psycopg.Connection[Any]") -> dict[str, dict[str, Any]]:
    """Rows and SHA-256 of every table, independent of the order and the place in which rows are kept."""
    for setting in SAME_WORDS_EVERYWHERE:
        connection.execute(f"SET {setting}")
    found = {}
    for table in _tables(connection):
        digest, rows = hashlib.sha256(), 0
        asked = sql.SQL('COPY (SELECT t::text AS words FROM {} AS t ORDER BY t::text COLLATE "C") TO STDOUT')
        with connection.cursor() as cursor, cursor.copy(asked.format(sql.Identifier("public", table))) as lines:
            for line in lines:
                digest.update(line)
                rows += bytes(line).count(b"\n")
        found[table] = {"rows": rows, "sha256": digest.hexdigest()}
    return found


# ---------------------------------------------------------------------- parts


def _address() -> str:
    url = settings().database_url
    return url.get_secret_value() if url else "postgresql:///safetyzone"


@contextlib.contextmanager
def _snapshot() -> "Iterator[tuple[psycopg.Connection[Any], str]]":
    """A transaction that sees one moment, and the name by which pg_dump sees the same. Meanwhile nobody deletes photos or evidence."""
    with psycopg.connect(_address()) as connection:
        for name in (BEING_COPIED, evidence.BEING_COPIED):
            connection.execute("SELECT pg_advisory_lock_shared(hashtext(%s))", [name])
        connection.commit()  # the lock lasts as long as the connection; the moment that is dumped begins after it
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        yield connection, str(row[0]) if row else ""


@contextlib.contextmanager
def _beside(_name: str) -> "Iterator[psycopg.Connection[Any]]":
    """A connection to the server that is not to the database itself."""
    with psycopg.connect(psycopg.conninfo.make_conninfo(_address(), dbname="postgres"), autocommit=True) as connection:
        yield connection


def _tables(connection: "psycopg.Connection[Any]") -> list[str]:
    rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename").fetchall()
    return [name for (name,) in rows]


def _run(tool: str, *arguments: str) -> None:
    program = find(settings().pg_bin).tool(tool)
    said = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    if said.returncode != 0:
        raise ToolFailed(tool=tool, words=said.stderr.strip()[:500])


def _lay_out(tar: tarfile.TarFile, name: str, place: Path) -> None:
    """One plain file, inside ``place`` and nowhere else. (``filter="data"`` would do it; Debian 12's Python has none yet.)"""
    target = (place / name).resolve()
    content = tar.extractfile(name) if tar.getmember(name).isreg() else None
    if content is None or not target.is_relative_to(place.resolve()):
        raise NotWhole(what=f"{name} is no plain file")
    target.parent.mkdir(parents=True, exist_ok=True)
    with content, target.open("wb") as file:
        shutil.copyfileobj(content, file)


def _unpacked(file: Path, place: Path) -> dict[str, Any]:
    """The manifest, after every part was laid out and compared with it. Only names that the manifest knows are taken."""
    try:
        with tarfile.open(file) as tar:
            _lay_out(tar, MANIFEST, place)
            manifest: dict[str, Any] = json.loads((place / MANIFEST).read_text())
            if manifest.get("format") != FORMAT:
                raise NotWhole(what=f"format {manifest.get('format')}, ours is {FORMAT}")
            for part in manifest["files"]:
                _lay_out(tar, part, place)
    except (OSError, KeyError, ValueError, tarfile.TarError) as wrong:
        raise NotWhole(what=f"{file}: {wrong}") from wrong
    for part, expected in manifest["files"].items():
        if _hash_of(place / part) != expected:
            raise NotWhole(what=f"{part} was changed")
    return manifest


def _into_a_new_database(dump: Path, manifest: dict[str, Any]) -> None:
    address = psycopg.conninfo.make_conninfo(_address(), dbname=DRAFT_DATABASE)
    fresh = sql.Identifier(DRAFT_DATABASE)
    with _beside(DRAFT_DATABASE) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(fresh))
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(fresh))
    _run("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={address}", str(dump))
    with psycopg.connect(address) as connection:
        found = fingerprints(connection)
    other = sorted(set(found) ^ set(manifest["tables"])) + [n for n in found if found[n] != manifest["tables"].get(n)]
    if other:
        raise NotWhole(what=f"restored tables differ: {', '.join(other[:5])}")


def _put_secrets_back(saved: Path) -> None:
    """A secret that is there and differs is set aside, not lost."""
    secrets = settings().state / "secrets"
    secrets.mkdir(parents=True, exist_ok=True, mode=0o700)
    for file in sorted(saved.glob("*")):
        there = secrets / file.name
        if there.exists() and there.read_bytes() != file.read_bytes():
            there.replace(there.with_name(there.name + ".before-restore"))
        file.chmod(0o600)
        file.replace(there)


def _put_back(place: Path, kind: str, pattern: str) -> None:
    """Beside those that are there: a file is named by its content, so one of the same name is the same, or was damaged."""
    for file in sorted(Path(place, kind).glob(pattern)):
        target = settings().state / kind / file.relative_to(Path(place, kind))
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.chmod(0o600)
        file.replace(target)


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _kept(manifest: dict[str, Any], file: Path) -> Kept:
    tables = manifest["tables"]
    return Kept(manifest["made_at"], len(tables), sum(table["rows"] for table in tables.values()), file.stat().st_size)
