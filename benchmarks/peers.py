"""What we are measured against is installed when a benchmark first names it, pinned by hash, and never by a station."""

import importlib
import importlib.util
import subprocess
import sys
from pathlib import Path

PINNED = Path(__file__).resolve().parents[1] / "requirements" / "peers.txt"


def need(*modules: str) -> None:
    """Make these modules importable.

    Raises:
        subprocess.CalledProcessError: they could not be installed.
    """
    if not _missing(modules):
        return
    print(f"installing what we are measured against: {', '.join(_missing(modules))}", flush=True)
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", str(PINNED)],
        check=True,
    )
    importlib.invalidate_caches()
    if left := _missing(modules):
        raise ModuleNotFoundError(f"requirements/peers.txt does not bring {', '.join(left)}")


def _missing(modules: tuple[str, ...]) -> list[str]:
    return [module for module in modules if importlib.util.find_spec(module) is None]
