"""The base map: built from what there is, kept by its content, credited, and served by ranges."""

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pyogrio.raw
import pytest
from django.test import RequestFactory

from safetyzone.ground.streets import basemap, views
from safetyzone.ground.streets.model import CREDIT, Source
from safetyzone.ground.streets.network import NoExtract
from safetyzone.ground.streets.tests.test_network import extract  # noqa: F401 - a fixture
from safetyzone.kernel.settings import Settings


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "state"
    monkeypatch.setattr(views, "settings", lambda: Settings(state=folder, osm_extract=None))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def features(file: Path) -> set[tuple[str, str]]:
    """(kind, Thai name) of what the tiles of the deepest zoom hold."""
    _, _, _, fields = pyogrio.raw.read(file, read_geometry=False)
    names = list(pyogrio.raw.read(file, read_geometry=False)[0]["fields"])
    kinds, thai = fields[names.index("kind")], fields[names.index("name_th")]
    return set(zip(kinds, thai, strict=True))


def test_with_no_extract_our_drawing_is_the_map_and_says_that_it_is_one(state: Path) -> None:
    began = time.monotonic()
    ours = basemap.basemap(state)
    assert time.monotonic() - began < 3
    assert (ours.credit, ours.schematic) == (CREDIT[Source.SCHEMATIC], True)
    held = features(ours.file(state))
    assert ("street", "ถนนราชดำริ") in held
    assert ("green", "สวนลุมพินี") in held
    assert ("place", "แยกราชประสงค์") in held


def test_with_an_extract_both_are_in_it_and_both_are_credited(state: Path, extract: Path) -> None:  # noqa: F811
    ours = basemap.basemap(state, [extract])
    held = features(ours.file(state))
    assert {("street", "ซอยทดลอง"), ("green", "สวนทดลอง"), ("street", "ถนนสุขุมวิท")} <= held
    assert "OpenStreetMap contributors (ODbL)" in ours.credit
    assert "schematic" in ours.credit


def test_it_is_built_once_and_again_only_for_other_content(
    state: Path, extract: Path, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:
    first = basemap.basemap(state, [extract])
    with monkeypatch.context() as patched:
        patched.setattr(basemap, "build_basemap", pytest.fail)
        assert basemap.basemap(state, [extract]) == first
    assert basemap.basemap(state).name != first.name


def test_an_added_extract_stays_when_its_source_goes_and_a_false_one_is_refused(
    state: Path, extract: Path, tmp_path: Path  # noqa: F811
) -> None:
    kept = basemap.add_extract(state, extract)
    extract.unlink()
    assert ("street", "ซอยทดลอง") in features(basemap.basemap(state, [kept]).file(state))
    false = tmp_path / "false.osm.pbf"
    false.write_bytes(b"no map")
    with pytest.raises(NoExtract):
        basemap.add_extract(state, false)


def test_the_browser_reads_it_by_ranges(state: Path) -> None:
    whole = basemap.basemap(state).file(state).read_bytes()
    ask = RequestFactory().get
    head = views.tiles(ask("/map/base.pmtiles", headers={"Range": "bytes=0-126"}))
    assert (head.status_code, head.content) == (206, whole[:127])
    assert head.content.startswith(b"PMTiles")
    assert head["Content-Range"] == f"bytes 0-126/{len(whole)}"
    tail = views.tiles(ask("/map/base.pmtiles", headers={"Range": f"bytes={len(whole) - 5}-99999999"}))
    assert tail.content == whole[-5:]
    assert views.tiles(ask("/map/base.pmtiles", headers={"Range": f"bytes={len(whole)}-"})).status_code == 416
    assert views.tiles(ask("/map/base.pmtiles")).content == whole
    assert views.tiles(ask("/map/base.pmtiles", headers={"If-None-Match": head["ETag"]})).status_code == 304
    stale = views.tiles(ask("/map/base.pmtiles", headers={"Range": "bytes=0-9", "If-Range": '"old"'}))
    assert (stale.status_code, stale.content) == (200, whole)


def test_a_broken_extract_leaves_the_room_its_drawing(state: Path) -> None:
    (state / "streets").mkdir(parents=True)
    (state / "streets" / "broken.osm.pbf").write_bytes(b"no map")
    said = json.loads(views.about(RequestFactory().get("/map/base.json")).content)
    assert said["schematic"]
    assert said["credit"] == CREDIT[Source.SCHEMATIC]


def test_only_the_address_of_this_very_content_may_be_kept(state: Path) -> None:
    ours = basemap.basemap(state)
    ask = RequestFactory().get
    assert "immutable" in views.tiles(ask("/map/base.pmtiles", {"v": ours.name}))["Cache-Control"]
    assert "no-cache" in views.tiles(ask("/map/base.pmtiles", {"v": "an older one"}))["Cache-Control"]
