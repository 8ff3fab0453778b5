"""The first polygon of a new process: with nothing compiled yet, and with the compiled loops on disk."""

import json
import os
import subprocess
import sys
import tempfile

FIRST_POLYGON = """
import json, time
began = time.perf_counter()
from safetyzone.senses.cameras.coverage import sweep
from safetyzone.senses.cameras.coverage.ground import Ground
ground = Ground.from_shapes([([(100.5401, 13.7401), (100.5403, 13.7401), (100.5403, 13.7403)], 9.6)])
sweep.polygon(ground, 0.0, 0.0, 60.0, 6.0)
print(json.dumps(round(time.perf_counter() - began, 2)))
"""


def seconds(*, compiled: bool) -> float:
    """From a new interpreter's first line to its first polygon; without ``compiled``, in an empty folder of compiled loops."""
    with tempfile.TemporaryDirectory(prefix="sz-cold-") as empty:
        where = os.environ | ({} if compiled else {"NUMBA_CACHE_DIR": empty})
        said = subprocess.run([sys.executable, "-c", FIRST_POLYGON], env=where, check=True, capture_output=True, text=True)
    return float(json.loads(said.stdout))
