"""The suite runs in two processes; the tests of one file, which share what its fixtures made, must stay in one of them.

pytest-xdist 3.8 silently parts them under pytest 9.2 (its issue 1386).
"""

import subprocess
import sys
from pathlib import Path

GROUPED = """import pytest
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        item.add_marker(pytest.mark.xdist_group(str(item.path)))
"""
LEAVES_ITS_WORKERS_NAME = """import os, pathlib
def test_first():
    pathlib.Path(__file__ + "." + os.environ["PYTEST_XDIST_WORKER"]).touch()
test_second = test_third = test_first
"""


def test_the_tests_of_a_file_run_in_one_process(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(GROUPED)
    for name in ("test_one.py", "test_other.py"):
        (tmp_path / name).write_text(LEAVES_ITS_WORKERS_NAME)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup", "-p", "no:django", "--rootdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path)], cwd=tmp_path, capture_output=True, timeout=60, check=True)
    assert len(list(tmp_path.glob("*.gw*"))) == 2, sorted(path.name for path in tmp_path.glob("*.gw*"))
