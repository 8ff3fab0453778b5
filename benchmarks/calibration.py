"""What this machine can do at this moment: printed with every result, so that figures from two machines can be compared."""

import os
import statistics
import tempfile
import time
from pathlib import Path

import numpy

MEMORY_BYTES = 256 * 1024 * 1024
MATRIX_SIDE = 1_024
SYNCS = 60


def calibrate() -> dict[str, float]:
    """Memory read (GB/s), sgemm (GFLOP/s), fdatasync of 4 KiB (p50, ms), processors and their one-minute load before the run."""
    return {
        "memory_gb_s": round(_memory_gb_s(), 1),
        "sgemm_gflop_s": round(_sgemm_gflop_s(), 1),
        "fdatasync_p50_ms": round(_fdatasync_p50_ms(), 3),
        "processors": float(os.cpu_count() or 1),
        "load_1min": round(os.getloadavg()[0], 2),
    }


def _best_s(times: int, work: object) -> float:
    assert callable(work)
    best = float("inf")
    for _ in range(times):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return best


def _memory_gb_s() -> float:
    numbers = numpy.ones(MEMORY_BYTES // 8)
    return MEMORY_BYTES / 1e9 / _best_s(3, numbers.sum)


def _sgemm_gflop_s() -> float:
    matrix = numpy.ones((MATRIX_SIDE, MATRIX_SIDE), dtype=numpy.float32)
    return 2 * MATRIX_SIDE**3 / 1e9 / _best_s(3, lambda: matrix @ matrix)


def _fdatasync_p50_ms() -> float:
    """On the file system where the servers of the benchmarks keep their data: the temporary folder."""
    block, took = os.urandom(4096), []
    with tempfile.TemporaryDirectory() as folder:
        file = os.open(Path(folder) / "sync", os.O_WRONLY | os.O_CREAT, 0o600)
        for _ in range(SYNCS):
            os.write(file, block)
            began = time.perf_counter()
            os.fdatasync(file)
            took.append((time.perf_counter() - began) * 1_000)
        os.close(file)
    return statistics.median(took)
