"""Processor time of a process and all below it, read from the kernel (proc(5)): a figure that neighbours on the machine do not bend."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def _stat(pid: str) -> tuple[int, int, int] | None:
    """Parent, own ticks, ticks of ended children; None when the process is gone."""
    with suppress(OSError, ValueError, IndexError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[1]), int(fields[11]) + int(fields[12]), int(fields[13]) + int(fields[14])
    return None


def seconds(roots: Iterable[int]) -> float:
    """Processor seconds used so far by these processes, their descendants, and those of their children that have ended."""
    stats = {int(entry.name): stat for entry in Path("/proc").iterdir() if entry.name.isdigit() and (stat := _stat(entry.name))}
    below: dict[int, list[int]] = {}
    for pid, (parent, _, _) in stats.items():
        below.setdefault(parent, []).append(pid)
    ticks, waiting, seen = 0, list(roots), set[int]()
    while waiting:
        pid = waiting.pop()
        if pid in seen or pid not in stats:
            continue
        seen.add(pid)
        ticks += stats[pid][1] + stats[pid][2]
        waiting += below.get(pid, ())
    return ticks / _TICKS_A_SECOND
