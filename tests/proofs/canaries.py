"""Where known templates lie: every form in which somebody might have written them, looked for in files and in a process's memory."""

import base64
import itertools
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psycopg
from numpy.typing import NDArray

WINDOWS = (0, 60, 104)
"""Where in a template a piece begins: whoever writes it in pieces, or only a part, is found, too."""
PIECE = 8
"""Values of a piece."""
KEY, MIX, BITS = 8, 0x9E3779B97F4A7C15, 22
"""Needles are looked up by their first eight bytes, and those in a table of the top bits of their product with an odd number."""
CHUNK, PART, OVERLAP = 64 << 20, 256 << 10, 256
"""Bytes read and looked at in one go; the overlap is longer than any needle."""
DIGITS = 7
"""Of a number written as text. Two of a template's numbers must stand in one file: one alone may be chance."""
NUMBERS = (5, 40, 90, 120)


@dataclass
class Needles:
    """What to look for: needle → (template, form)."""

    exact: dict[bytes, tuple[int, str]] = field(default_factory=dict)
    digits: dict[bytes, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, templates: Iterable[NDArray[np.float32]]) -> "Needles":
        """All forms of these templates."""
        made = cls()
        for number, template in enumerate(templates):
            for form, needle in forms(template):
                made.exact[needle] = (number, form)
            for index in NUMBERS:
                made.digits[digits_of(float(template[index]))] = (number, index)
        made.digits.pop(b"", None)
        return made


def forms(template: NDArray[np.float32]) -> Iterator[tuple[str, bytes]]:
    """Pieces as float32, float64 and float16, of either byte order; as bytes, base64 at each of its three offsets, and hexadecimal."""
    for kind in ("<f4", "<f8", "<f2", ">f4", ">f8"):
        for begin in WINDOWS:
            raw = template[begin : begin + PIECE].astype(kind).tobytes()
            yield f"{kind} bytes", raw
            for offset in range(3):
                text = base64.b64encode(b"\0" * offset + raw)
                sure = text[4 if offset else 0 : len(text) - 4]  # the ends depend on what stands before and after
                yield f"{kind} base64", sure
                yield f"{kind} base64url", sure.translate(bytes.maketrans(b"+/", b"-_"))
            yield f"{kind} hex", raw.hex().encode()
            yield f"{kind} HEX", raw.hex().upper().encode()


def digits_of(value: float) -> bytes:
    """The first digits as any program writes them that does not round earlier; nothing for numbers that are written with an exponent."""
    if not 1e-3 < abs(value) < 1:
        return b""
    whole = f"{abs(value):.20f}".split(".")[1]
    zeros = len(whole) - len(whole.lstrip("0"))
    return f"0.{whole[: zeros + DIGITS - 1]}".encode()


class Scan:
    """Counts what it finds, by where it was."""

    def __init__(self, needles: Needles) -> None:
        self._needles = needles
        self._table = np.zeros(1 << BITS, bool)
        self._by_key: dict[int, list[bytes]] = {}
        for needle in (*needles.exact, *needles.digits):
            key = int.from_bytes(needle[:KEY], "little")
            self._by_key.setdefault(key, []).append(needle)
            self._table[(key * MIX % (1 << 64)) >> (64 - BITS)] = True
        self.found: Counter[tuple[str, str]] = Counter()
        """(where, form) → how often."""
        self.bytes = 0

    @property
    def total(self) -> int:
        return sum(self.found.values())

    def look(self, where: str, data: bytes) -> None:
        """Count the needles in some bytes."""
        self.bytes += len(data)
        seen: dict[int, set[int]] = {}
        parts = (data[begin : begin + PART + OVERLAP] for begin in range(0, len(data), PART))
        # most of a database's files and of a memory is empty
        for needle in itertools.chain.from_iterable(self._needles_in(part) for part in parts if part.strip(b"\0")):
            if needle in self._needles.exact:
                self.found[where, self._needles.exact[needle][1]] += 1
            else:
                number, index = self._needles.digits[needle]
                seen.setdefault(number, set()).add(index)
        for indices in seen.values():
            if len(indices) > 1:
                self.found[where, "text"] += 1

    def _needles_in(self, data: bytes) -> Iterator[bytes]:
        if len(data) < KEY:
            return
        for shift in range(KEY):
            usable = (len(data) - shift) // KEY * KEY
            if usable <= 0:
                return
            keys = np.frombuffer(data, "<u8", usable // KEY, shift)
            for at in np.flatnonzero(self._table[(keys * np.uint64(MIX)) >> np.uint64(64 - BITS)]).tolist():
                for needle in self._by_key.get(int(keys[at]), ()):
                    start = shift + KEY * at
                    if data[start : start + len(needle)] == needle:
                        yield needle

    def folder(self, folder: Path, since: float = 0.0) -> None:
        """Every file below it that was changed since then."""
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink() and path.stat().st_mtime >= since:
                where = _kind(path.relative_to(folder))
                with path.open("rb") as file:
                    before = b""
                    while part := file.read(CHUNK):
                        self.look(where, before + part)
                        before = part[-OVERLAP:]

    def rows(self, dsn: str) -> None:
        """Every row of every table as text: what the database has compressed on the disk is not to be seen there."""
        with psycopg.connect(dsn) as database:
            tables = database.execute("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'public'").fetchall()
            for (table,) in tables:
                with database.cursor().copy(f"COPY {table} TO STDOUT") as copy:
                    for row in copy:
                        self.look("rows", bytes(row))

    def memory(self, pid: int) -> bool:
        """All that a process can read and write; False where the system does not let us look."""
        try:
            with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
                for line in maps:
                    span, rights, *rest = line.split()
                    if not rights.startswith("rw") or (len(rest) == 4 and rest[3].startswith("[v")):
                        continue
                    begin, end = (int(part, 16) for part in span.split("-"))
                    for at in range(begin, end, CHUNK):
                        memory.seek(at)
                        try:
                            self.look("memory", memory.read(min(CHUNK, end - at)))
                        except OSError:
                            continue
        except PermissionError:
            return False
        return True


def _kind(path: Path) -> str:
    parts = path.parts
    if "pg_wal" in parts:
        return "WAL"
    if any(part.startswith("pg") for part in parts):
        return "database"
    return "bus" if any("nats" in part or "jetstream" in part for part in parts) else path.name if len(parts) == 1 else parts[0]


def processes_core_limit(pid: int) -> str:
    """The soft limit of core dumps of a process, as the kernel says it."""
    for line in Path(f"/proc/{pid}/limits").read_text().splitlines():
        if line.startswith("Max core file size"):
            return line.split()[4]
    return "?"


def locked_kb(pid: int) -> int:
    """How much memory of a process is kept out of swap."""
    status = Path(f"/proc/{pid}/status").read_text() if os.path.exists(f"/proc/{pid}/status") else ""
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmLck")), 0)
