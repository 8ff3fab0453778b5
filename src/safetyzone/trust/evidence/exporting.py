"""Making a package: camera by camera, each finished one put aside, so that a stopped export goes on where it was."""

import json
import os
import shutil
import time
from collections.abc import Callable
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import structlog

from safetyzone.trust.evidence import export_actions, kept, manifest, queries
from safetyzone.trust.evidence.blurring import blurred
from safetyzone.trust.evidence.faces import Finder, NoFinder, Together, installed
from safetyzone.trust.evidence.playable import Stopped, playable
from safetyzone.trust.evidence.queries import CameraOfItem
from safetyzone.trust.evidence.signing import fingerprint, station_key
from safetyzone.trust.evidence.writing import pack, seal

log = structlog.get_logger()

PROCESS = "system"
TOLD_EVERY_S = 1.0
CARRIED = ("verify.py", "verify.html", "README.th.txt", "README.en.txt")


def work(export_id: int, *, now: Callable[[], datetime], finder: Finder | None = None, plates: Finder | None = None) -> bool:
    """Make one package; False where it was stopped. What it is about to do is on record before a byte is written (T39, S45).

    Args:
        finder: of faces; the one of this machine, if left out. plates: of number plates, which this room has none of: without it every
            picture is covered whole, unless the export lets plates be seen.
    """
    export_actions.begin(export_id, by=PROCESS, at=now())
    try:
        return _Making(export_id, now, finder or installed(), plates or NoFinder()).make()
    except Stopped:
        return False
    except Exception as fault:  # the edge of this process: the page says that it failed, and the fault goes on to the fault log
        export_actions.fail(export_id, fault=type(fault).__name__, by=PROCESS, at=now())
        raise


class _Making:
    """One turn at one export."""

    def __init__(self, export_id: int, now: Callable[[], datetime], faces: Finder, plates: Finder) -> None:
        self.export, self.now = queries.export(export_id), now
        self.item, self.cameras = queries.item(self.export.item_id), queries.cameras(self.export.item_id)
        self.finder = None if self.export.clear else faces if self.export.plates_shown else Together(faces, plates)
        self.place = kept.export_folder(export_id)
        self.told_at = 0.0
        self.damaged: set[tuple[str, int]] = set()
        self.paths: dict[tuple[str, int], str] = {}
        self.shown: dict[str, list[str]] = {}
        self.edits: list[dict[str, Any]] = []

    def make(self) -> bool:
        """Camera by camera, then the whole."""
        for number, camera in enumerate(self.cameras):
            self._camera(camera, lambda part, done=number: self._go_on((done + part) / len(self.cameras) * 0.9))  # type: ignore[misc]
        package = self._together()
        draft = self.place / "package.draft"
        total, written = max(sum(file.stat().st_size for file in package.rglob("*") if file.is_file()), 1), 0

        def tell(count: int) -> None:
            nonlocal written
            written += count
            if not self._go_on(0.9 + 0.1 * written / total):
                raise Stopped

        sha256, size = pack(package, draft, tell)
        final = kept.export_file(self.export.export_id)
        done = export_actions.finish(
            self.export.export_id, sha256=sha256, size_bytes=size, put=lambda: draft.replace(final), by=PROCESS, at=self.now()
        )
        shutil.rmtree(self.place, ignore_errors=True)
        return done

    def _go_on(self, part: float) -> bool:
        """Say how far it is, once a second; the answer is whether anybody has stopped it."""
        if time.monotonic() - self.told_at < TOLD_EVERY_S:
            return True
        self.told_at = time.monotonic()
        return export_actions.progressed(self.export.export_id, int(part * 100), by=PROCESS, at=self.now())

    def _camera(self, camera: CameraOfItem, go_on: Callable[[float], bool]) -> None:
        """One camera's copies, unless they were made before a stop."""
        intact = self._intact(camera)
        made = self.place / "made" / camera.code
        if not made.exists():
            making = self.place / "making" / camera.code
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir(parents=True, mode=0o700)
            edits = self._copies(camera, intact, making, go_on) if intact else {}
            (making / "edits.json").write_text(json.dumps(edits), encoding="utf-8")
            made.parent.mkdir(exist_ok=True, mode=0o700)
            making.rename(made)
        if self.export.clear:
            self.paths |= {(camera.code, ms): f"original/{camera.code}/{file_name(camera, ms)}" for ms, _ in intact}
        folder = "play" if self.export.clear else "blurred"
        self.shown[camera.code] = [f"{folder}/{file.name}" for file in sorted(made.glob("*.mp4"))]
        if edits := json.loads((made / "edits.json").read_text(encoding="utf-8")):
            self.edits.append(edits)

    def _intact(self, camera: CameraOfItem) -> list[tuple[int, Path]]:
        """The pieces that are still what was locked; what is not is named, and never passed on as evidence."""
        good = []
        for piece in camera.pieces:
            file = kept.file_of(piece.sha256)
            if file.exists() and kept.measured(file)[0] == piece.sha256:
                good.append((piece.from_ms, file))
            else:
                self.damaged.add((camera.code, piece.from_ms))
                log.error("evidence_damaged", item=self.item.item_id, camera=camera.code, piece=piece.from_ms)
        return good

    def _copies(
        self, camera: CameraOfItem, pieces: list[tuple[int, Path]], place: Path, go_on: Callable[[float], bool]
    ) -> dict[str, Any]:
        target = place / f"{camera.code}.mp4"
        if self.finder is None:
            playable(pieces, target, go_on)
            return {}
        span = (round(self.item.from_at.timestamp() * 1000), round(self.item.to_at.timestamp() * 1000))
        edits = blurred(pieces, target, span_ms=span, label=lambda ms: self._label(camera.code, ms), finder=self.finder, go_on=go_on)
        return {"camera": camera.code, "path": f"blurred/{target.name}", **edits.as_dict()} if edits.frames else {}

    def _label(self, camera: str, ms: int) -> str:
        there = datetime.fromtimestamp(ms / 1000, manifest.BANGKOK)
        return f"{self.item.number}/{self.export.export_id}  {camera}  {there:%Y-%m-%d %H:%M:%S} +07  export: {self.export.asked_by}"

    def _together(self) -> Path:
        """The folder of the package, sealed."""
        package = self.place / "package"
        shutil.rmtree(package, ignore_errors=True)
        package.mkdir(mode=0o700)
        for camera in self.cameras:
            for path, file in zip(
                self.shown[camera.code], sorted((self.place / "made" / camera.code).glob("*.mp4")), strict=True
            ):
                _put(file, package / path)
            for piece in camera.pieces:
                if path := self.paths.get((camera.code, piece.from_ms), ""):
                    _put(kept.file_of(piece.sha256), package / path)
        for name in CARRIED:
            (package / name).write_bytes(files("safetyzone.trust.evidence.carried").joinpath(name).read_bytes())
        (package / "STATION-KEY.txt").write_text(f"Ed25519 {fingerprint()}\n", encoding="utf-8")
        said = manifest.written(
            self.export, at=self.now(), paths=self.paths, damaged=self.damaged, playable=self.shown, edits=self.edits
        )
        seal(package, said, station_key())
        return package


def file_name(camera: CameraOfItem, from_ms: int) -> str:
    """A piece's name in a package: the one it had in the ring."""
    return next(f"{piece.from_ms}-{piece.ms}.mp4" for piece in camera.pieces if piece.from_ms == from_ms)


def _put(file: Path, target: Path) -> None:
    """Link it, or copy it where links do not go."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        os.link(file, target)
    except OSError:
        shutil.copyfile(file, target)
