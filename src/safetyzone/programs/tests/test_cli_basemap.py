"""``safetyzone basemap``: an extract is taken in, credited, and a file that is none is refused in words."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from safetyzone.ground.streets.tests.test_network import extract  # noqa: F401 - a fixture
from safetyzone.kernel.refusals import Refused
from safetyzone.kernel.settings import Settings
from safetyzone.programs import cli_basemap


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(cli_basemap, "settings", lambda: Settings(state=tmp_path / "state", osm_extract=None))
    return tmp_path / "state"


def test_with_no_extract_it_says_that_the_map_is_our_drawing() -> None:
    said = CliRunner().invoke(cli_basemap.basemap, ["show"])
    assert said.exit_code == 0
    assert "schematic" in said.output


def test_an_extract_is_taken_in_and_credited(extract: Path, state: Path) -> None:  # noqa: F811
    said = CliRunner().invoke(cli_basemap.basemap, ["add", str(extract), "--json"])
    assert said.exit_code == 0
    answer = json.loads(said.output)
    assert answer["extracts"] == ["west.osm.pbf"]
    assert "OpenStreetMap" in answer["credit"]
    assert (state / "streets" / "west.osm.pbf").read_bytes() == extract.read_bytes()


def test_a_file_that_is_no_extract_is_refused(tmp_path: Path) -> None:
    false = tmp_path / "map.osm.pbf"
    false.write_bytes(b"no map")
    said = CliRunner().invoke(cli_basemap.basemap, ["add", str(false)])
    assert isinstance(said.exception, Refused)
