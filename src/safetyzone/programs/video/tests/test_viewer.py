"""A window whose line is narrower than what it is sent."""

from typing import Any

import pytest

from safetyzone.contracts.video import DELTA, INIT, KEY, PART, Ticket
from safetyzone.programs.video.viewer import Stream, Tile, Viewer

FRAME = bytes(50_000)


def a_tile(viewer: Viewer, number: int, *, quiet: bool) -> Tile:
    stream = Stream(f"C{number}", {"why": "playing", "active": True, "bit_s": 2_000_000})
    stream.take(INIT, 0, b"init")
    stream.take(KEY, 0, b"key")
    said: dict[str, Any] = {"viewer": "malee", "name": "malee", "session": "s", "camera": f"C{number}", "mode": "live", "look": number}
    tile = Tile(number, Ticket(**said, expires=0), stream, quiet=quiet)
    viewer.open(tile)
    return tile


def sent(viewer: Viewer, tile: Tile, kind: int) -> int:
    heads = [PART.unpack_from(part) for part in viewer._parts]
    return sum(1 for number, each, *_ in heads if (number, each) == (tile.number, kind))


@pytest.mark.parametrize(("quiet", "most"), [(True, 10), (False, 40)])
def test_on_a_line_that_does_not_follow_a_tile_that_woke_leaves_out_pictures_until_the_next_key_frame(quiet: bool, most: int) -> None:
    viewer = Viewer("s", budget_bps=8_000_000)
    tile = a_tile(viewer, 1, quiet=quiet)
    assert tile.flowing
    for at in range(40):  # nothing is read meanwhile: two megabytes, where the line carries half of one in half a second
        viewer.fragment(tile, DELTA, at, FRAME)
    assert sent(viewer, tile, DELTA) == most
    viewer._parts, viewer._bytes = [], 0  # the line has caught up
    viewer.fragment(tile, DELTA, 41, FRAME)
    assert sent(viewer, tile, DELTA) == (0 if quiet else 1), "a picture that builds on one left out is of no use"
    tile.stream.take(KEY, 42, b"key")
    viewer.fragment(tile, KEY, 42, b"key")
    viewer.fragment(tile, DELTA, 43, FRAME)
    assert sent(viewer, tile, KEY) == 1
    assert sent(viewer, tile, DELTA) == (1 if quiet else 2)
