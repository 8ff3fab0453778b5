"""The wheel: its users need no Node and no checkout. Built, installed alone, and asked to speak."""

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.architecture.source import ROOT


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder, cwd=ROOT)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def clean(wheel, tmp_path_factory):
    """A Python that has our wheel, and what it needs, and not this checkout."""
    folder = tmp_path_factory.mktemp("clean")
    venv.create(folder, symlinks=True)
    packages = next((folder / "lib").glob("python*/site-packages"))
    # A line in a .pth adds a folder without following the .pth files in it: the editable install stays outside.
    (packages / "what_it_needs.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    install = ("-m", "pip", "--python", folder / "bin" / "python", "install", "--quiet", "--no-deps", "--no-index", "--force")
    run(sys.executable, *install, wheel, cwd=folder)
    return folder


def test_the_wheel_carries_the_screens_libraries_and_their_licences(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    vendored = [name for name in names if name.startswith("safetyzone/static/vendor/")]
    assert any(name.endswith("maplibre-gl.css") for name in vendored)
    assert any(name.endswith(".woff2") for name in vendored)
    assert any("LICENSE" in name or "NOTICE" in name for name in vendored)
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_the_wheel_speaks_both_languages(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert any(name.endswith(".mo") for name in names)
    assert any(name.endswith("templates/base.html") for name in names)


def test_the_wheel_carries_no_tests_and_nothing_of_a_machine(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in names if "/tests/" in name or "__pycache__" in name or name.endswith(".key")] == []


def test_the_wheel_alone_starts_its_command(clean):
    where = run(clean / "bin" / "python", "-c", "import safetyzone; print(safetyzone.__file__)", cwd=clean)
    assert Path(where.strip()).is_relative_to(clean)
    said = run(clean / "bin" / "safetyzone", "--help", cwd=clean)
    assert all(command in said for command in ("run", "demo", "doctor", "backup"))
