#!/usr/bin/env python3
"""ตรวจชุดพยานหลักฐาน · Is this package of evidence whole, and is it the station's?

    python3 verify.py                   the folder this file lies in
    python3 verify.py FILE.zip          the package as it came
    python3 verify.py --fingerprint "ab12 …"   and signed by the key that the station tells you by another way
    python3 verify.py --json            for programs

Exit code: 0 valid, 1 not valid, 2 wrong use. Needs Python 3.9 or newer and nothing else; opens no connection; changes nothing.
A package proves itself only against a key that you know: compare the fingerprint with the one the station shows or prints.
"""

from __future__ import annotations

import argparse
import binascii
import hashlib
import json
import os
import struct
import sys
import zipfile
from collections.abc import Iterator
from typing import Any, NamedTuple

FORMAT = "safetyzone-evidence/1"
MANIFEST, SIGNATURE, SUMS = "manifest.json", "manifest.sig", "SHA256SUMS"
CHUNK = 1 << 20
LEFT_BY_DESKTOPS = (".DS_Store", "Thumbs.db", "desktop.ini")
"""A file manager leaves these in a folder that it shows. Named, and not counted against the package."""

WORDS = {
    "changed": ("เนื้อหาถูกเปลี่ยน", "changed"),
    "missing": ("หายไป", "missing"),
    "added": ("ถูกเพิ่มเข้ามา", "added, and not of this package"),
    "renamed": ("ถูกเปลี่ยนชื่อ", "renamed"),
    "signature": ("ลายเซ็นไม่ตรงกับ manifest.json", "the signature does not fit manifest.json"),
    "manifest": ("อ่าน manifest.json ไม่ได้", "manifest.json cannot be read"),
    "key": ("ไม่ได้ลงนามด้วยกุญแจของสถานีที่ระบุ", "not signed by the key that you named"),
    "sums": ("SHA256SUMS ไม่ตรงกับชุดพยานหลักฐาน", "SHA256SUMS does not fit the package"),
    "container": ("ตัวไฟล์ ZIP ถูกเปลี่ยนหรือไม่ครบ", "the ZIP file itself was changed or cut"),
    "audit": ("บันทึกตรวจสอบไม่ต่อกัน", "a record of the audit log does not fit its own hash"),
}


class Problem(NamedTuple):
    """One thing that is wrong: ``what`` is a key of ``WORDS``; ``detail`` is its other name, for what was renamed."""

    what: str
    path: str
    detail: str = ""

    def said(self, language: int) -> str:
        """In Thai (0) or English (1)."""
        return f"{self.path}: {WORDS[self.what][language]}" + (f" ({self.detail})" if self.detail else "")


class Seen(NamedTuple):
    """A file as it lies there."""

    sha256: str
    size: int


class Package:
    """What was found, before anything is judged."""

    def __init__(self) -> None:
        self.files: dict[str, Seen] = {}
        self.small: dict[str, bytes] = {}
        """The bytes of manifest, signature and sums."""
        self.problems: list[Problem] = []
        self.notes: list[str] = []

    def take(self, name: str, chunks: Iterator[bytes]) -> int:
        """Read one file; returns its CRC-32."""
        hashed, size, crc, kept = hashlib.sha256(), 0, 0, []
        for chunk in chunks:
            hashed.update(chunk)
            crc = binascii.crc32(chunk, crc)
            size += len(chunk)
            if name in (MANIFEST, SIGNATURE, SUMS):
                kept.append(chunk)
        if name in self.files:
            self.problems.append(Problem("added", name, "twice"))
        self.files[name] = Seen(hashed.hexdigest(), size)
        self.small[name] = b"".join(kept)
        return crc


# ------------------------------------------------------------------------------------------------------------- the ZIP's own bytes
LIMIT_32, LIMIT_16 = 0xFFFFFFFF, 0xFFFF
LOCAL = struct.Struct("<4s5H3L2H")


class Member(NamedTuple):
    """A file in the ZIP: stored as it is, never compressed, with no date of its own."""

    name: str
    size: int
    crc: int
    offset: int


def local_header(name: str, size: int, crc: int) -> bytes:
    """What stands before a member (PKWARE APPNOTE 4.3.7); sizes from 4 GiB on stand in the ZIP64 field."""
    big, text = size >= LIMIT_32, name.encode()
    extra = struct.pack("<HHQQ", 1, 16, size, size) if big else b""
    short = LIMIT_32 if big else size
    return LOCAL.pack(b"PK\3\4", 45 if big else 20, 0x800, 0, 0, 0x21, crc, short, short, len(text), len(extra)) + text + extra


def tail(members: list[Member]) -> bytes:
    """What stands after the last member: the central directory and its end (PKWARE APPNOTE 4.3.12 to 4.3.16)."""
    rows = []
    for one in members:
        text, extra, short, start = one.name.encode(), b"", one.size, one.offset
        if one.size >= LIMIT_32:
            extra, short = struct.pack("<QQ", one.size, one.size), LIMIT_32
        if one.offset >= LIMIT_32:
            extra, start = extra + struct.pack("<Q", one.offset), LIMIT_32
        extra = struct.pack("<HH", 1, len(extra)) + extra if extra else b""
        needs = 45 if extra else 20
        rows.append(
            struct.pack("<4s6H3L5H2L", b"PK\1\2", 3 << 8 | needs, needs, 0x800, 0, 0, 0x21, one.crc, short, short, len(text),
                        len(extra), 0, 0, 0, 0o100644 << 16, start) + text + extra
        )  # fmt: skip
    directory = b"".join(rows)
    last = members[-1] if members else Member("", 0, 0, 0)
    start = last.offset + len(local_header(last.name, last.size, last.crc)) + last.size if members else 0
    count, end = len(members), b""
    if count >= LIMIT_16 or start >= LIMIT_32 or len(directory) >= LIMIT_32:
        end = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 3 << 8 | 45, 45, 0, 0, count, count, len(directory), start)
        end += struct.pack("<4sLQL", b"PK\6\7", 0, start + len(directory), 1)
    short = min(count, LIMIT_16)
    return directory + end + struct.pack(
        "<4s4H2LH", b"PK\5\6", 0, 0, short, short, min(len(directory), LIMIT_32), min(start, LIMIT_32), 0
    )


def read_zip(path: str) -> Package:
    """Every member, and whether each byte between them is as a package is written."""
    found, members = Package(), []
    with open(path, "rb") as file:
        whole = os.fstat(file.fileno()).st_size
        offset = 0
        while True:
            file.seek(offset)
            head = file.read(LOCAL.size)
            if len(head) < LOCAL.size or head[:4] != b"PK\3\4":
                break
            fields = LOCAL.unpack(head)
            more = file.read(fields[9] + fields[10])
            name, extra, size = more[: fields[9]].decode("utf-8", "replace"), more[fields[9] :], fields[8]
            if size == LIMIT_32 and len(extra) == 20:  # noqa: PLR2004 - the ZIP64 field of local_header
                size = struct.unpack("<HHQQ", extra)[2]
            if offset + len(head) + len(more) + size > whole:
                break
            crc = found.take(name, _chunks(file, size))
            if head + more != local_header(name, size, crc):
                found.problems.append(Problem("container", name))
            members.append(Member(name, size, crc, offset))
            offset += len(head) + len(more) + size
        file.seek(offset)
        if whole - offset > CHUNK * 64 or file.read() != tail(members):
            found.problems.append(Problem("container", os.path.basename(path)))
            _what_a_reader_would_find(path, found)
    return found


def _what_a_reader_would_find(path: str, found: Package) -> None:
    """The members that an ordinary ZIP program still finds, so that what is wrong can be named."""
    try:
        with zipfile.ZipFile(path) as package:
            for info in package.infolist():
                if info.filename in found.files:
                    continue
                try:
                    with package.open(info) as file:
                        found.take(info.filename, iter(lambda: file.read(CHUNK), b""))
                except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
                    found.problems.append(Problem("changed", info.filename))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error, UnicodeError, MemoryError, OverflowError):
        pass  # not even a ZIP any more: said already


def read_folder(path: str) -> Package:
    """Every file below a folder."""
    found = Package()
    for folder, _, names in os.walk(path):
        for name in sorted(names):
            full = os.path.join(folder, name)
            inside = os.path.relpath(full, path).replace(os.sep, "/")
            if name in LEFT_BY_DESKTOPS:
                found.notes.append(inside)
            elif os.path.islink(full) or not os.path.isfile(full):
                found.problems.append(Problem("added", inside, "not a plain file"))
            else:
                with open(full, "rb") as file:
                    found.take(inside, _chunks(file, os.fstat(file.fileno()).st_size))
    return found


def _chunks(file: Any, size: int) -> Iterator[bytes]:
    while size > 0:
        chunk = file.read(min(CHUNK, size))
        if not chunk:
            return
        size -= len(chunk)
        yield chunk


# ------------------------------------------------------------------------------------------ Ed25519, as in RFC 8032, section 6
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]


def _add(a: Point, b: Point) -> Point:
    first, second = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    third, fourth = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = second - first, fourth - third, fourth + third, second + first
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _times(number: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while number > 0:
        if number & 1:
            total = _add(total, point)
        point = _add(point, point)
        number >>= 1
    return total


def _point(text: bytes) -> Point | None:
    y = int.from_bytes(text, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else (0, y, 1, 0)
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P:
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is of this message by this key."""
    if len(public) != 32 or len(signature) != 64:  # noqa: PLR2004 - RFC 8032, section 5.1
        return False
    base, key, nonce = _point(BASE_Y.to_bytes(32, "little")), _point(public), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if base is None or key is None or nonce is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = _times(s, base), _add(nonce, _times(h, key))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# --------------------------------------------------------------------------------------------------------------------- the checks
def fingerprint_of(public: bytes) -> str:
    """How a key is named to people: SHA-256 of it, in groups of four."""
    digest = hashlib.sha256(public).hexdigest()
    return " ".join(digest[start : start + 4] for start in range(0, 64, 4))


def expected_sums(listed: dict[str, Seen], manifest: bytes, signature: bytes) -> bytes:
    """SHA256SUMS as it must be: every file but itself, by path, as ``sha256sum -c`` reads it."""
    sums = {path: seen.sha256 for path, seen in listed.items()}
    sums[MANIFEST], sums[SIGNATURE] = hashlib.sha256(manifest).hexdigest(), hashlib.sha256(signature).hexdigest()
    return "".join(f"{sums[path]}  {path}\n" for path in sorted(sums)).encode()


class Claim(NamedTuple):
    """What the manifest says of itself and of the files beside it."""

    manifest: dict[str, Any]
    public: bytes
    listed: dict[str, Seen]


def read_claim(found: Package) -> Claim | None:
    """The manifest, or None where it cannot be read."""
    try:
        manifest = json.loads(found.small.get(MANIFEST, b""))
        listed = {str(one["path"]): Seen(str(one["sha256"]), int(one["bytes"])) for one in manifest["files"]}
        if manifest["format"] != FORMAT or len(listed) != len(manifest["files"]):
            return None
        return Claim(manifest, bytes.fromhex(manifest["key"]["public"]), listed)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def check_signature(found: Package, claim: Claim, fingerprint: str) -> list[Problem]:
    """The manifest is signed by the key that it names."""
    signature = found.small.get(SIGNATURE, b"")
    try:
        signed = bytes.fromhex(signature.decode("ascii"))
    except (ValueError, UnicodeError):
        signed = b""
    if signature == (signed.hex() + "\n").encode() and is_signed(claim.public, found.small.get(MANIFEST, b""), signed):
        return []
    return [Problem("signature", SIGNATURE)]


def check_key(found: Package, claim: Claim, fingerprint: str) -> list[Problem]:
    """The key is the one that the reader knows of, where she knows one."""
    known = "".join(fingerprint.lower().split())
    actual = "".join(fingerprint_of(claim.public).split())
    return [] if not known or known == actual else [Problem("key", MANIFEST, fingerprint_of(claim.public))]


def check_files(found: Package, claim: Claim, fingerprint: str) -> list[Problem]:
    """Every file that the manifest lists is there as listed; one that lies there under another name was renamed."""
    missing = [path for path in claim.listed if path not in found.files]
    strangers = {seen: path for path, seen in found.files.items() if path not in claim.listed}
    problems = [
        Problem("renamed", path, strangers[claim.listed[path]]) if claim.listed[path] in strangers else Problem("missing", path)
        for path in missing
    ]
    changed = [path for path, seen in claim.listed.items() if path in found.files and found.files[path] != seen]
    return problems + [Problem("changed", path) for path in changed]


def check_added(found: Package, claim: Claim, fingerprint: str) -> list[Problem]:
    """Nothing lies there that the manifest does not list."""
    known = {*claim.listed, MANIFEST, SIGNATURE, SUMS}
    renamed = {claim.listed[path] for path in claim.listed if path not in found.files}
    return [Problem("added", path) for path, seen in found.files.items() if path not in known and seen not in renamed]


def check_sums(found: Package, claim: Claim, fingerprint: str) -> list[Problem]:
    """SHA256SUMS says the same as the manifest; where it alone is right, it tells which of manifest and signature was changed."""
    if SUMS not in found.files:
        return []  # missing: said already
    said = found.small[SUMS]
    if said == expected_sums(claim.listed, found.small.get(MANIFEST, b""), found.small.get(SIGNATURE, b"")):
        return []
    lines = said.decode("utf-8", "replace").splitlines()
    named = [name for name in (MANIFEST, SIGNATURE) if name in found.files and f"{found.files[name].sha256}  {name}" not in lines]
    return [Problem("sums", SUMS, ", ".join(named))]


def check_own_files(found: Package, claim: Claim, fingerprint: str) -> list[Problem]:
    """Manifest, signature and sums are there."""
    return [Problem("missing", name) for name in (MANIFEST, SIGNATURE, SUMS) if name not in found.files]


def check_audit(found: Package, claim: Claim, fingerprint: str) -> list[Problem]:
    """Each record of the audit log that the package carries has the hash that it says (RFC 6962's leaf prefix)."""
    wrong = []
    for leaf in claim.manifest.get("audit", {}).get("leaves", []):
        hashed = hashlib.sha256(b"\x01" + bytes.fromhex(leaf["previous"]) + leaf["canonical"].encode()).hexdigest()
        if hashed != leaf["hash"]:
            wrong.append(Problem("audit", MANIFEST, f"{leaf['lane']} {leaf['seq']}"))
    return wrong


def by_sums(found: Package) -> list[Problem]:
    """Without a manifest that can be read, what SHA256SUMS alone still tells."""
    lines = [line.split("  ", 1) for line in found.small.get(SUMS, b"").decode("utf-8", "replace").splitlines() if "  " in line]
    sums = {path: digest for digest, path in lines}
    lost = [Problem("missing", name) for name in (MANIFEST, SIGNATURE, SUMS) if name not in found.files]
    lost += [Problem("missing", path) for path in sums if path not in found.files]
    changed = [Problem("changed", path) for path, seen in found.files.items() if path in sums and sums[path] != seen.sha256]
    added = [Problem("added", path) for path in found.files if sums and path not in sums and path != SUMS]
    return [Problem("manifest", MANIFEST), *lost, *changed, *added]


CHECKS = (check_own_files, check_signature, check_key, check_files, check_added, check_sums, check_audit)


class Verdict(NamedTuple):
    """What a verification found."""

    problems: list[Problem]
    notes: list[str]
    fingerprint: str
    files: int
    size: int
    manifest: dict[str, Any]

    @property
    def valid(self) -> bool:
        """Nothing is wrong."""
        return not self.problems


def verify(path: str, fingerprint: str = "") -> Verdict:
    """Check a folder or a ZIP file; ``fingerprint`` is the station's key as the reader knows it, empty: not compared.

    Raises:
        OSError: nothing there that could be read.
    """
    found = read_folder(path) if os.path.isdir(path) else read_zip(path)
    problems, claim = list(found.problems), read_claim(found)
    if claim is None:
        problems += by_sums(found)
    else:
        for check in CHECKS:
            try:
                problems += check(found, claim, fingerprint)
            except (ValueError, KeyError, TypeError, AttributeError):  # not the shape that a station writes
                problems.append(Problem("manifest", MANIFEST))
    size = sum(seen.size for seen in found.files.values())
    key, manifest = (fingerprint_of(claim.public), claim.manifest) if claim else ("", {})
    return Verdict(list(dict.fromkeys(problems)), found.notes, key, len(found.files), size, manifest)


def as_dict(verdict: Verdict, compared: bool) -> dict[str, Any]:
    """For programs."""
    return {
        "valid": verdict.valid, "files": verdict.files, "bytes": verdict.size, "fingerprint": verdict.fingerprint,
        "fingerprint_compared": compared, "notes": verdict.notes,
        "problems": [
            {"what": one.what, "path": one.path, "detail": one.detail, "th": one.said(0), "en": one.said(1)}
            for one in verdict.problems
        ],
    }  # fmt: skip


def as_words(verdict: Verdict, compared: bool) -> list[str]:
    """For people: Thai first, English second."""
    lines = ["✔ ถูกต้องครบถ้วน · valid" if verdict.valid else "✘ ไม่ถูกต้อง · NOT VALID"]
    for one in verdict.problems:
        lines += ["  ✘ " + one.said(0), "    " + one.said(1)]
    lines += ["  – ไม่นับ · not counted: " + note for note in verdict.notes]
    lines.append(f"{verdict.files} ไฟล์ · files, {verdict.size} ไบต์ · bytes")
    if verdict.fingerprint:
        lines.append("ลายนิ้วมือกุญแจ · key fingerprint: " + verdict.fingerprint)
        if not compared:
            lines.append("เทียบลายนิ้วมือนี้กับที่สถานีแสดงหรือพิมพ์ให้ · compare it with the one that the station shows or prints")
    return lines


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="ตรวจชุดพยานหลักฐาน · check a package of evidence")
    parser.add_argument("package", nargs="?", default=os.path.dirname(os.path.abspath(__file__)), help="folder or ZIP file")
    parser.add_argument("--fingerprint", default="", help="the station's key, as you know it")
    parser.add_argument("--json", action="store_true", help="for programs")
    given = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        verdict = verify(given.package, given.fingerprint)
    except OSError as wrong:
        print(f"อ่านไม่ได้ · cannot be read: {wrong}", file=sys.stderr)
        return 2
    compared = bool(given.fingerprint)
    print(json.dumps(as_dict(verdict, compared), ensure_ascii=False) if given.json else "\n".join(as_words(verdict, compared)))
    return 0 if verdict.valid else 1


if __name__ == "__main__":
    sys.exit(main())
