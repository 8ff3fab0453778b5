"""The files of locked evidence: each named by its own SHA-256, so that a file that is not what it was shows itself."""

import hashlib
import os
import secrets
from pathlib import Path

from safetyzone.contracts.video import Piece
from safetyzone.kernel.settings import settings
from safetyzone.trust.evidence.ports import CHUNK, FolderRecordings, NotThere, Recordings

BEING_COPIED = "safetyzone.evidence"
"""The name of the advisory lock that a backup shares while it copies locked pieces; who deletes takes it alone."""


def folder() -> Path:
    """Where locked pieces lie."""
    return settings().state / "evidence" / "pieces"


def export_folder(export_id: int) -> Path:
    """Where an export is put together."""
    return settings().state / "evidence" / "exports" / str(export_id)


def export_file(export_id: int) -> Path:
    """The finished package."""
    return settings().state / "evidence" / "exports" / f"evidence-{export_id}.zip"


def recordings() -> Recordings:
    """The ring that this station's video program keeps."""
    return FolderRecordings(settings().state / "recordings")


def file_of(sha256: str) -> Path:
    """The file with that content."""
    return folder() / sha256[:2] / f"{sha256}.mp4"


def take(ring: Recordings, piece: Piece) -> tuple[str, int]:
    """Take a piece over, untouched and on disk for good; returns its SHA-256 and its size.

    On the same disk it is linked: the ring may forget its own name for it, and no byte is copied.

    Raises:
        NotThere: the ring gave it up before us.
    """
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = folder() / f".draft-{secrets.token_hex(8)}"
    try:
        _link_or_copy(ring, piece, draft)
        sha256, size = measured(draft)
        final = file_of(sha256)
        final.parent.mkdir(exist_ok=True, mode=0o700)
        draft.replace(final)
        draft.unlink(missing_ok=True)  # two names of one file: replace leaves both
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync_folder(final.parent)
    return sha256, size


def _link_or_copy(ring: Recordings, piece: Piece, draft: Path) -> None:
    source = ring.file(piece)
    if source is not None:
        try:
            os.link(source, draft)
            return
        except FileNotFoundError as gone:
            raise NotThere(piece.name) from gone
        except OSError:
            pass  # another disk, or a file system without links: copied instead
    with draft.open("xb") as file:
        for chunk in ring.read(piece):
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def measured(file: Path) -> tuple[str, int]:
    """SHA-256 and size of a file."""
    hashed, size = hashlib.sha256(), 0
    with file.open("rb") as content:
        while chunk := content.read(CHUNK):
            hashed.update(chunk)
            size += len(chunk)
    return hashed.hexdigest(), size


def _sync_folder(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
