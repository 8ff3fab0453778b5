"""A street as a camera would see it: where things are in the picture, that nothing stands in the street, and that the loop has no seam."""

import itertools
import math
from pathlib import Path

import av
import numpy as np
import pytest

from safetyzone.simulation.cameras import read_clip
from safetyzone.simulation.cameras.scenes.backdrop import backdrop
from safetyzone.simulation.cameras.scenes.layout import KEPT_FREE_M, MADE_UP, inside, layout, to_piece
from safetyzone.simulation.cameras.scenes.motion import movers
from safetyzone.simulation.cameras.scenes.painting import paint
from safetyzone.simulation.cameras.scenes.scene import FPS, HEIGHT, SECONDS, WIDTH, Building, Scene, Street, View

STREET = Street(line=((-4.0, -150.0), (-4.0, 150.0)), road_class="primary")
CROSSING = Street(line=((-150.0, 60.0), (150.0, 60.0)), road_class="residential")
SCENE = Scene(code="LPN-C001", name_th="แยกทดสอบ", height_m=6.0, tilt_deg=12.0, hfov_deg=75.0, streets=(STREET, CROSSING), seed=3)


def test_what_lies_on_the_axis_is_in_the_middle_and_the_angle_of_view_ends_at_the_edges() -> None:
    view = View.of(SCENE)
    assert view.point(0.0, 6.0 / math.tan(math.radians(12.0))) == pytest.approx((WIDTH / 2, HEIGHT / 2), abs=0.01)
    level = View.of(SCENE.model_copy(update={"tilt_deg": 0.0}))
    edge = 50.0 * math.tan(math.radians(75.0 / 2))
    assert level.point(edge, 50.0, 6.0) == pytest.approx((WIDTH, HEIGHT / 2), abs=0.01)
    assert level.point(-edge, 50.0, 6.0)[0] == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize(
    ("azimuth", "place"), [(0.0, (0.0, 30.0)), (90.0, (30.0, 0.0)), (180.0, (0.0, -30.0)), (225.0, (-21.2132, -21.2132))]
)
def test_the_azimuth_turns_the_map_so_that_what_lies_there_is_straight_ahead(azimuth: float, place: tuple[float, float]) -> None:
    assert View.of(SCENE.model_copy(update={"azimuth_deg": azimuth})).turned(place) == pytest.approx((0.0, 30.0), abs=1e-3)


def test_a_building_of_the_map_stands_where_it_is_and_as_high_as_it_is() -> None:
    block = Building(ring=((-30.0, 40.0), (30.0, 40.0), (30.0, 70.0), (-30.0, 70.0)), height_m=9.6)
    seen = backdrop(SCENE.model_copy(update={"buildings": (block,), "streets": (), "tilt_deg": 8.0}))
    view = seen.view
    top, foot = view.point(-8.0, 40.0, 9.6), view.point(-8.0, 40.0, 0.2)
    column = int(top[0])
    assert seen.depth[int(top[1]) + 4, column] == pytest.approx(view.depth(-8.0, 40.0, 9.4), abs=0.6)
    assert seen.depth[int(foot[1]) - 3, column] == pytest.approx(view.depth(-8.0, 40.0, 0.4), abs=0.6)
    assert seen.depth[int(top[1]) - 4, column] > 1000, "the sky is above it"


def test_nothing_made_up_stands_on_a_street_nor_near_a_building_that_the_map_knows_nor_before_the_lens() -> None:
    known = Building(ring=((12.0, 20.0), (25.0, 20.0), (25.0, 40.0), (12.0, 40.0)), height_m=12.0)
    scene = SCENE.model_copy(update={"buildings": (known,)})
    found = layout(scene, View.of(scene))
    made_up = [wall for wall in found.walls if wall.kind in MADE_UP]
    assert len(made_up) > 10
    for wall in made_up:
        for road in found.roads:
            for part in range(11):
                place = wall.a[0] + (wall.b[0] - wall.a[0]) * part / 10, wall.a[1] + (wall.b[1] - wall.a[1]) * part / 10
                assert road.distance(place) > road.half + 3
        ring = [*known.ring, known.ring[0]]
        assert all(min(to_piece(end, a, b) for a, b in itertools.pairwise(ring)) >= KEPT_FREE_M for end in (wall.a, wall.b))
    fronts = [place for place, wall in enumerate(found.walls) if wall.kind in MADE_UP]
    lots = [tuple(found.walls[place + corner].a for corner in (0, 1, 3, 2)) for place in fronts]
    assert not any(inside((0.0, ahead), lot) for lot in lots for ahead in (8.0, 16.0, 30.0))


def test_a_camera_far_from_every_street_still_shows_one() -> None:
    scene = SCENE.model_copy(update={"streets": (), "code": "LPN-C099"})
    found = layout(scene, View.of(scene))
    assert len(found.roads) == 1
    assert movers(found, View.of(scene), "x")


def test_whoever_moves_is_at_the_end_of_the_loop_where_it_was_at_the_beginning() -> None:
    found = layout(SCENE, View.of(SCENE))
    present = movers(found, View.of(SCENE), "1")
    assert {"walker"} < {mover.kind for mover in present}
    for mover in present:
        (begin, _, _), (end, _, _) = mover.at(0.0), mover.at(1.0 - 1e-9)
        assert math.dist(begin, end) < 0.01
    walkers = [mover for mover in present if mover.kind == "walker" and not mover.still]
    for mover in walkers:
        steps = [math.dist(mover.at(part / 160)[0], mover.at((part + 1) / 160)[0]) for part in range(160)]
        usual = sorted(steps)[80] * FPS
        assert 0.8 < usual < 1.8, "metres a second"


def test_night_is_dark_and_its_street_lies_in_the_light_of_lamps() -> None:
    day, night = (backdrop(SCENE.model_copy(update={"night": dark}), fine=False).picture.mean() for dark in (False, True))
    assert night < 0.7 * day
    scene = SCENE.model_copy(update={"night": True})
    light = backdrop(scene, fine=False).light
    under = light.at(*light.lamps[0])
    assert sum(under) > 3 * sum(light.ambient)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("scenes")
    return paint(SCENE, folder / "fine.mp4"), paint(SCENE, folder / "quick.mp4", fine=False)


def test_the_simple_form_can_be_followed_by_the_full_one_without_a_break(clips: tuple[Path, Path]) -> None:
    fine, quick = (read_clip(file) for file in clips)
    assert fine.parameter_sets == quick.parameter_sets
    assert (fine.width, fine.height, fine.fps) == (quick.width, quick.height, quick.fps) == (WIDTH, HEIGHT, FPS)
    assert len(fine.frames) == SECONDS * FPS
    assert [place for place, frame in enumerate(fine.frames) if frame.key] == list(range(0, SECONDS * FPS, 20))
    assert 15_000 < fine.bytes_a_second < 42_000


def test_the_full_form_lives_and_its_end_meets_its_beginning(clips: tuple[Path, Path]) -> None:
    with av.open(str(clips[0])) as file:
        frames = [frame.to_ndarray(format="gray").astype(np.int16) for frame in file.decode(video=0)]
    changes = [float(np.abs(a - b).mean()) for a, b in itertools.pairwise(frames)]
    street = np.s_[40:300, 60:560]
    moved = [float((np.abs(a[street] - b[street]) > 25).mean()) for a, b in zip(frames[::20], frames[10::20], strict=False)]
    assert max(moved) > 0.001, "somebody walks or drives"
    assert float(np.abs(frames[-1] - frames[0]).mean()) <= max(changes) * 1.1


def test_the_same_scene_is_drawn_the_same(clips: tuple[Path, Path], tmp_path: Path) -> None:
    assert paint(SCENE, tmp_path / "again.mp4", fine=False).read_bytes() == clips[1].read_bytes()
    other = SCENE.model_copy(update={"code": "LPN-C002"})
    assert paint(other, tmp_path / "other.mp4", fine=False).read_bytes() != clips[1].read_bytes()
