"""What was recorded, without any picture of it: the names of the files are the index (docs/designs/live-video.md, Folders).

Only times are read here. A picture leaves the house with a ticket, through the video program, and in no other way.
"""

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

HOUR_MS = 3_600_000
MOST_HOURS = 24 * 4
TOGETHER_MS = 1500
_PIECE = re.compile(r"(?P<from>\d{13})(?:-(?P<ms>\d{1,8})\.mp4|\.part)")
_HOUR = re.compile(r"\d{10}")
_CAMERA = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_BANGKOK = timedelta(hours=7)


def footage(root: Path, camera: str, from_ms: int, to_ms: int, *, now_ms: int) -> list[tuple[int, int]]:
    """Spans that were recorded of a camera, in order; pieces that touch are one. The piece that grows lasts until now."""
    if not _CAMERA.fullmatch(camera) or to_ms <= from_ms:
        return []
    first, last = from_ms // HOUR_MS - 1, min(to_ms, from_ms + MOST_HOURS * HOUR_MS) // HOUR_MS
    found: list[tuple[int, int]] = []
    for hour in range(first, last + 1):
        with suppress(OSError):
            found += _pieces(os.listdir(root / camera / _folder(hour)), now_ms)
    return _joined(one for one in found if one[0] < to_ms and one[1] > from_ms)


def _folder(hour: int) -> str:
    return datetime.fromtimestamp(hour * 3600, UTC).strftime("%Y%m%d%H")


def _pieces(names: Iterable[str], now_ms: int) -> list[tuple[int, int]]:
    read = (_PIECE.fullmatch(name) for name in names)
    return [
        (int(each["from"]), int(each["from"]) + int(each["ms"]) if each["ms"] else max(now_ms, int(each["from"])))
        for each in read
        if each
    ]


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if found and begin - found[-1][1] <= TOGETHER_MS:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((begin, end))
    return found


def days(root: Path, cameras: Iterable[str]) -> set[str]:
    """Days of Bangkok (``2026-11-23``) on which any of these cameras has recordings."""
    found = set()
    for camera in cameras:
        with suppress(OSError):
            names = os.listdir(root / camera) if _CAMERA.fullmatch(camera) else []
            found |= {_day(name) for name in names if _HOUR.fullmatch(name)}
    return found


def _day(hour: str) -> str:
    begins = datetime.strptime(hour, "%Y%m%d%H").replace(tzinfo=UTC)
    return (begins + _BANGKOK).date().isoformat()
