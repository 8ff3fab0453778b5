"""Putting a package together: manifest, signature and sums beside the files, and all of it in one ZIP that can be read byte by byte.

How a package is written is how it is verified: both take their rules from ``carried.verify``, which travels along.
"""

import binascii
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from safetyzone.trust.evidence.carried import verify

Tell = Callable[[int], None]
"""Told of bytes as they are written; raises to stop."""


def canonical(thing: dict[str, Any]) -> bytes:
    """JSON with sorted keys, UTF-8, no spaces: the same thing is the same bytes."""
    return json.dumps(thing, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def files_in(folder: Path) -> list[str]:
    """Paths of all files in a folder, sorted, with forward slashes."""
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())


def seal(folder: Path, manifest: dict[str, Any], key: Ed25519PrivateKey) -> None:
    """Write manifest, signature and sums over everything that lies in the folder."""
    for name in (verify.MANIFEST, verify.SIGNATURE, verify.SUMS):
        (folder / name).unlink(missing_ok=True)
    listed = {}
    for path in files_in(folder):
        hashed, size = hashlib.sha256(), 0
        for chunk in _read(folder / path):
            hashed.update(chunk)
            size += len(chunk)
        listed[path] = verify.Seen(hashed.hexdigest(), size)
    public = key.public_key().public_bytes_raw()
    whole = {
        **manifest,
        "format": verify.FORMAT,
        "files": [{"path": path, "sha256": seen.sha256, "bytes": seen.size} for path, seen in sorted(listed.items())],
        "key": {"algorithm": "Ed25519", "public": public.hex(), "fingerprint": verify.fingerprint_of(public)},
    }
    said = canonical(whole)
    signature = (key.sign(said).hex() + "\n").encode()
    (folder / verify.MANIFEST).write_bytes(said)
    (folder / verify.SIGNATURE).write_bytes(signature)
    (folder / verify.SUMS).write_bytes(verify.expected_sums(listed, said, signature))


def pack(folder: Path, target: Path, tell: Tell = lambda count: None) -> tuple[str, int]:
    """Write the folder as one ZIP, stored and not compressed: pictures are already. Returns its SHA-256 and size; it is on disk then."""
    hashed, size, members = hashlib.sha256(), 0, []
    with target.open("wb") as out:

        def put(content: bytes) -> None:
            nonlocal size
            out.write(content)
            hashed.update(content)
            size += len(content)

        for path in files_in(folder):
            length, crc = 0, 0
            for chunk in _read(folder / path):
                crc, length = binascii.crc32(chunk, crc), length + len(chunk)
            members.append(verify.Member(path, length, crc, size))
            put(verify.local_header(path, length, crc))
            for chunk in _read(folder / path):
                put(chunk)
                tell(len(chunk))
        put(verify.tail(members))
        out.flush()
        os.fsync(out.fileno())
    return hashed.hexdigest(), size


def _read(file: Path) -> Iterator[bytes]:
    with file.open("rb") as content:
        while chunk := content.read(verify.CHUNK):
            yield chunk
