"""Which streets a station drives on."""

from pathlib import Path

import pytest

from safetyzone.kernel.geometry import Point
from safetyzone.kernel.settings import settings
from safetyzone.response.dispatch.streets import station_streets
from safetyzone.response.dispatch.travel import How, Traveller

IN_RATCHAPRASONG = [Point(lon=100.5395, lat=13.7470), Point(lon=100.5412, lat=13.7440)]


def how(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extract: Path | None) -> How:
    monkeypatch.setattr(settings(), "state", tmp_path)
    monkeypatch.setattr(settings(), "osm_extract", extract)
    return station_streets().times([Traveller(IN_RATCHAPRASONG[0])], IN_RATCHAPRASONG[1])[0].how


def test_without_an_extract_our_own_drawing_is_driven_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert how(tmp_path, monkeypatch, None) is How.ROAD


def test_a_broken_extract_leaves_a_straight_line_and_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken.osm.pbf").write_bytes(b"nothing of the kind")
    assert how(tmp_path, monkeypatch, tmp_path / "broken.osm.pbf") is How.STRAIGHT_LINE
    assert how(tmp_path, monkeypatch, tmp_path / "missing.osm.pbf") is How.STRAIGHT_LINE
