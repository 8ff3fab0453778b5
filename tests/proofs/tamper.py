"""``python -m tests.proofs tamper``: packages of evidence are changed in every way that we could think of; verification must find each.

``tampered(n, seed)`` is the measure; a twin is a verifier that leaves one check out, and must be caught by the same packages.
"""

import binascii
import hashlib
import json
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from safetyzone.trust.audit.chain import GENESIS, Link, canonical, link_hash
from safetyzone.trust.evidence import playable, writing
from safetyzone.trust.evidence.carried import verify
from safetyzone.trust.evidence.tests.clips import NIGHT, clip, ms
from tests.proofs.report import Report

Files = dict[str, bytes]
KEY = Ed25519PrivateKey.from_private_bytes(b"the station's own key, for tests"[:32])
KNOWN = verify.fingerprint_of(KEY.public_key().public_bytes_raw())
MANIFEST, SIGNATURE, SUMS = verify.MANIFEST, verify.SIGNATURE, verify.SUMS


# ---------------------------------------------------------------------------------------------------------------- a package
def package_of(clips: Sequence[tuple[str, int, bytes]], folder: Path, key: Ed25519PrivateKey = KEY) -> Files:
    """A sealed package of pieces (camera, first moment in ms, bytes), as a station writes one; also left unpacked in ``folder``."""
    cameras: dict[str, list[dict[str, object]]] = {}
    for camera, from_ms, content in clips:
        path = f"original/{camera}/{from_ms}-2000.mp4"
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
        cameras.setdefault(camera, []).append({"from_ms": from_ms, "ms": 2000, "path": path})
    for camera, pieces in cameras.items():
        (folder / "play").mkdir(exist_ok=True)
        parts = [(int(str(piece["from_ms"])), folder / str(piece["path"])) for piece in pieces]
        playable.playable(parts, folder / "play" / f"{camera}.mp4", lambda part: True)
    (folder / "verify.py").write_bytes(Path(verify.__file__).read_bytes())
    custody = [
        {"at": NIGHT.isoformat(), "by": by, "act": act, "why": why}
        for by, act, why in (("somchai", "locked", "คดีชิงทรัพย์"), ("malee", "unblur_approved", "จำเป็น"), ("somchai", "unblurred", "ส่งศาล"))
    ]
    said = {"item": {"number": "EV-00041"}, "cameras": cameras, "custody": custody, "audit": {"whole": True, "leaves": _leaves(custody)}}
    writing.seal(folder, said, key)
    return {path: (folder / path).read_bytes() for path in writing.files_in(folder)}


def _leaves(custody: Sequence[dict[str, str]]) -> list[dict[str, object]]:
    """The audit log's records of these acts."""
    leaves, previous = [], GENESIS
    for seq, line in enumerate(custody, start=1):
        link = Link(
            lane="desk", seq=seq, at=NIGHT, actor=line["by"], action=f"evidence.{line['act']}", object="evidence:41", station="lumphini",
            why=line["why"], facts={}, commitment=b"",
        )  # fmt: skip
        hashed = link_hash(previous, link)
        leaves.append({"lane": "desk", "seq": seq, "previous": previous.hex(), "hash": hashed.hex(), "canonical": canonical(link).decode()})
        previous = hashed
    return leaves


def zipped(files: Files, twice: str = "") -> bytes:
    """The ZIP of some files; with ``twice``, that member stands in it a second time, with other content."""
    out, members = bytearray(), []
    for path in sorted(files) + ([twice] if twice else []):
        content = files[path] if len(members) < len(files) else files[path] + b"other"
        crc = binascii.crc32(content)
        members.append(verify.Member(path, len(content), crc, len(out)))
        out += verify.local_header(path, len(content), crc) + content
    return bytes(out + verify.tail(members))


# ------------------------------------------------------------------------------------------------------------- what forgers do
def _flipped(content: bytes, chance: random.Random, low: int = 0, high: int | None = None) -> bytes:
    changed = bytearray(content)
    changed[chance.randrange(low, len(content) if high is None else high)] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _resummed(files: Files) -> Files:
    """SHA256SUMS made to fit what lies there now."""
    files = {path: content for path, content in files.items() if path != SUMS}
    given = {path: content for path, content in files.items() if path not in (MANIFEST, SIGNATURE)}
    listed = {path: verify.Seen(hashlib.sha256(content).hexdigest(), len(content)) for path, content in given.items()}
    return {**files, SUMS: verify.expected_sums(listed, files[MANIFEST], files[SIGNATURE])}


def _relisted(files: Files) -> Files:
    """Manifest and sums made to fit; only the signature cannot be."""
    manifest = json.loads(files[MANIFEST])
    manifest["files"] = [
        {"path": path, "sha256": hashlib.sha256(c).hexdigest(), "bytes": len(c)}
        for path, c in sorted(files.items()) if path not in (MANIFEST, SIGNATURE, SUMS)
    ]  # fmt: skip
    return _resummed({**files, MANIFEST: writing.canonical(manifest)})


def _with_manifest(files: Files, change: Callable[[dict[str, object]], object]) -> Files:
    manifest = json.loads(files[MANIFEST])
    change(manifest)
    return _resummed({**files, MANIFEST: writing.canonical(manifest)})


def _resigned(files: Files) -> Files:
    """All of it signed anew, by a key of the forger's own."""
    other = Ed25519PrivateKey.from_private_bytes(b"x" * 32)
    manifest = json.loads(files[MANIFEST])
    public = other.public_key().public_bytes_raw()
    manifest["key"] = {"algorithm": "Ed25519", "public": public.hex(), "fingerprint": verify.fingerprint_of(public)}
    manifest["custody"][0]["by"] = "nobody"
    said = writing.canonical(manifest)
    return _resummed({**files, MANIFEST: said, SIGNATURE: (other.sign(said).hex() + "\n").encode()})


def _custody_bit(files: Files, chance: random.Random) -> Files:
    start = files[MANIFEST].index(b'"custody"')
    return {**files, MANIFEST: _flipped(files[MANIFEST], chance, start, files[MANIFEST].index(b"]", start))}


def _renamed(files: Files, chance: random.Random) -> Files:
    path = chance.choice(sorted(files))
    return {(one if one != path else path.replace(".", "_", 1) + "x"): content for one, content in files.items()}


def _swapped(files: Files, chance: random.Random) -> Files:
    one, other = chance.sample([path for path in sorted(files) if path.startswith("original")], 2)
    return {**files, one: files[other], other: files[one]}


def _without(files: Files, path: str) -> Files:
    return {one: content for one, content in files.items() if one != path}


def _bit_of(start: str) -> Callable[[Files, random.Random], Files]:
    def change(files: Files, chance: random.Random) -> Files:
        path = chance.choice([path for path in sorted(files) if path.startswith(start)])
        return {**files, path: _flipped(files[path], chance)}

    return change


IN_FILES: dict[str, Callable[[Files, random.Random], Files]] = {
    "a bit of a piece": _bit_of("original"),
    "a bit of a playable copy": _bit_of("play"),
    "a bit of the manifest": _bit_of(MANIFEST),
    "a bit of the signature": _bit_of(SIGNATURE),
    "a bit of the sums": _bit_of(SUMS),
    "a bit of the verifier": _bit_of("verify.py"),
    "a bit of the custody log": _custody_bit,
    "the manifest out of shape": lambda files, chance: _with_manifest(
        files, lambda said: said["audit"].update(leaves=chance.choice([5, ["x"], [{"previous": "zz"}]]))  # type: ignore[attr-defined]
    ),
    "a file removed": lambda files, chance: _without(files, chance.choice(sorted(files))),
    "the sums removed": lambda files, chance: _without(files, SUMS),
    "a file added": lambda files, chance: {**files, f"original/x{chance.randrange(99)}.mp4": chance.randbytes(50)},
    "a file renamed": _renamed,
    "two pieces changed places": _swapped,
    "a piece cut short": lambda files, chance: {
        **files, (p := sorted(files)[chance.randrange(3, 7)]): files[p][: -chance.randrange(1, 99)]
    },
    "a piece made longer": lambda files, chance: {**files, (p := sorted(files)[chance.randrange(3, 7)]): files[p] + chance.randbytes(3)},
    "a piece changed, manifest and sums made to fit": lambda files, chance: _relisted(_bit_of("original")(files, chance)),
    "a piece removed, manifest and sums made to fit": lambda files, chance: _relisted(
        _without(files, chance.choice([path for path in sorted(files) if path.startswith("original")]))
    ),
    "a file added, sums made to fit": lambda files, chance: _resummed({**files, "notes.txt": chance.randbytes(9)}),
    "custody changed, sums made to fit": lambda files, chance: _with_manifest(
        files, lambda manifest: manifest["custody"][chance.randrange(3)].update(by="nobody")  # type: ignore[index]
    ),
    "a line of custody removed, sums made to fit": lambda files, chance: _with_manifest(
        files, lambda manifest: manifest["custody"].pop(chance.randrange(3))  # type: ignore[attr-defined]
    ),
    "signed anew by another key": lambda files, chance: _resigned(files),
}  # fmt: skip
IN_THE_ZIP: dict[str, Callable[[Files, random.Random], bytes]] = {
    "a bit anywhere in the ZIP": lambda files, chance: _flipped(zipped(files), chance),
    "a bit of the ZIP's directory": lambda files, chance: _flipped(
        whole := zipped(files), chance, len(whole) - 22 - sum(46 + len(path) for path in files)
    ),
    "a bit of a member's header": lambda files, chance: _flipped(zipped(files), chance, 0, 30),
    "the ZIP cut short": lambda files, chance: zipped(files)[: -chance.randrange(1, 4000)],
    "something behind the ZIP": lambda files, chance: zipped(files) + chance.randbytes(chance.randrange(1, 40)),
    "a member twice": lambda files, chance: zipped(files, twice=chance.choice(sorted(files))),
}  # fmt: skip
KINDS = [*IN_FILES, *IN_THE_ZIP]


# ------------------------------------------------------------------------------------------------------------------ the measure
def _lax_zip(path: str) -> verify.Package:
    """A reader that takes from a ZIP what any program would."""
    found = verify.Package()
    verify._what_a_reader_would_find(path, found)
    return found


TWINS = ("check_signature", "check_key", "check_files", "check_added", "check_sums", "check_own_files", "read_zip")
"""Each a check that a broken verifier leaves out. ``check_audit`` is none: it repeats what the signature already holds."""


@contextmanager
def _with_twin(twin: str) -> Iterator[None]:
    checks, reader = verify.CHECKS, verify.read_zip
    verify.CHECKS = tuple(check for check in checks if check.__name__ != twin)
    if twin == "read_zip":
        verify.read_zip = _lax_zip
    try:
        yield
    finally:
        verify.CHECKS, verify.read_zip = checks, reader


def missed(n: int, seed: int, *, twin: str = "") -> list[str]:
    """Change ``n`` packages, every kind in turn at places drawn by chance; returns the kinds that verification did not find.

    Raises:
        AssertionError: the untouched package is not valid, and nothing could be measured.
    """
    chance, slipped = random.Random(seed), []
    with tempfile.TemporaryDirectory(prefix="tamper-") as place, _with_twin(twin):
        start = ms(NIGHT)
        clips = [(camera, start + later, clip(start + later, 2.0)) for camera in ("LPN-1", "LPN-2") for later in (0, 2000)]
        clips = [(camera, at, content + bytes([number])) for number, (camera, at, content) in enumerate(clips)]  # no two alike
        files = package_of(clips, Path(place, "unpacked"))
        file = Path(place, "package.zip")
        file.write_bytes(zipped(files))
        assert verify.verify(str(file), KNOWN).valid, "the untouched package must be valid"
        for number in range(n):
            kind = KINDS[number % len(KINDS)]
            changed = zipped(IN_FILES[kind](files, chance)) if kind in IN_FILES else IN_THE_ZIP[kind](files, chance)
            assert changed != zipped(files), kind
            file.write_bytes(changed)
            if verify.verify(str(file), KNOWN).valid:
                slipped.append(kind)
    return slipped


def tampered(n: int, seed: int, *, twin: str = "") -> tuple[int, int]:
    """(found, n): how many of ``n`` changed packages verification found."""
    return n - len(missed(n, seed, twin=twin)), n


def run(report: Report, *, quick: bool, seed: int, first_port: int) -> None:
    """1,000 packages; then every twin, which must miss some."""
    n = 200 if quick else 1000
    slipped = missed(n, seed)
    report.check(f"changed packages found: {n - len(slipped)} of {n}", not slipped)
    caught = 0
    for twin in TWINS:
        wrong = missed(len(KINDS) * 4, seed, twin=twin)
        caught += report.check(f"caught: a verifier without {twin}{f' misses {wrong[0]}' if wrong else ''}", wrong)
    report.figures |= {"tampered": n, "found": n - len(slipped), "kinds": len(KINDS), "twins": len(TWINS), "caught": caught}
