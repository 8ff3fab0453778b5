"""Old recordings are given up: first what is beyond its hours, then, where a class of cameras has filled its disk, its oldest."""

import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from safetyzone.contracts.video import Pull
from safetyzone.programs.video.store import HOUR_MS, hour_of

LOOK_BACK_MS = 120_000
"""A camera that is not recorded keeps what an incident looks back at, and a minute for its segment to end."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How long one camera's pictures are kept, and whose disk they fill."""

    hours: float
    disk_class: str


@dataclass
class Quota:
    """Sizes of hours that have ended do not change, so each is measured once."""

    root: Path
    _sizes: dict[Path, int] = field(default_factory=dict, repr=False)

    def enforce(self, cameras: Mapping[str, Kept], bytes_of: Mapping[str, float], *, now_ms: int) -> int:
        """Delete what may not stay; returns how many bytes. Cameras that are no longer pulled keep their class by their longest hours."""
        freed = sum(self._too_old(camera, kept, now_ms) for camera, kept in cameras.items())
        for disk_class in {kept.disk_class for kept in cameras.values()} & bytes_of.keys():
            hours = [folder for camera, kept in cameras.items() if kept.disk_class == disk_class for folder in self._hours(camera)]
            hours.sort(key=lambda folder: folder.name)
            total = sum(self._size(folder, now_ms) for folder in hours)
            for folder in hours:
                if total <= bytes_of[disk_class] or folder.name >= hour_of(now_ms):
                    break
                size = self._size(folder, now_ms)
                self._remove(folder)
                total, freed = total - size, freed + size
        return freed

    def _too_old(self, camera: str, kept: Kept, now_ms: int) -> int:
        oldest = now_ms - max(round(kept.hours * HOUR_MS), LOOK_BACK_MS)
        freed = 0
        for folder in self._hours(camera):
            if folder.name < hour_of(oldest):
                freed += self._size(folder, now_ms)
                self._remove(folder)
            elif folder.name == hour_of(oldest):
                freed += _files_before(folder, oldest)
                self._sizes.pop(folder, None)
        return freed

    def _hours(self, camera: str) -> list[Path]:
        folder = self.root / camera
        return sorted(each for each in folder.iterdir() if each.is_dir()) if folder.is_dir() else []

    def _size(self, folder: Path, now_ms: int) -> int:
        if folder not in self._sizes:
            size = 0
            for file in folder.iterdir():
                with suppress(FileNotFoundError):  # a segment that closes is renamed
                    size += file.stat().st_size
            if folder.name >= hour_of(now_ms):
                return size
            self._sizes[folder] = size
        return self._sizes[folder]

    def _remove(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self._sizes.pop(folder, None)


def _files_before(folder: Path, oldest_ms: int) -> int:
    freed = 0
    for file in folder.glob("*-*.mp4"):
        begin, _, length = file.stem.partition("-")
        if begin.isdigit() and length.isdigit() and int(begin) + int(length) < oldest_ms:
            with suppress(FileNotFoundError):
                freed += file.stat().st_size
                file.unlink()
    return freed


KEPT = "kept"


def note_kept(root: Path, pull: Pull) -> None:
    """Leave beside a camera's recordings how long they are kept: true also when nobody pulls it any more."""
    note = root / pull.code / KEPT
    said = f"{pull.record_hours} {pull.disk_class}\n"
    with suppress(OSError):
        if not note.exists() or note.read_text() != said:
            note.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            note.write_text(said)


def kept_of(root: Path, pulls: dict[str, Pull]) -> dict[str, Kept]:
    """How long each camera's recordings are kept, also of those that are no longer pulled."""
    found = {code: Kept(pull.record_hours, pull.disk_class) for code, pull in pulls.items()}
    for folder in root.iterdir() if root.is_dir() else ():
        if folder.name not in found:
            hours, _, disk_class = (folder / KEPT).read_text().partition(" ") if (folder / KEPT).exists() else ("0", "", "")
            found[folder.name] = Kept(float(hours), disk_class.strip())
    return found
