"""Where somebody will be seen next."""

from dataclasses import dataclass
from datetime import UTC, datetime

from safetyzone.kernel.geometry import Point
from safetyzone.senses.sightings import ports
from safetyzone.senses.sightings.following import FASTEST, NEAREST, SHOWN, Stand, next_cameras

AT = datetime(2026, 11, 23, 14, 4, tzinfo=UTC)
HERE = Point(lon=100.54, lat=13.73)


@dataclass
class Walked:
    seconds: float
    metres: float
    how: str = "road"


def stand(code, east=0.0, north=0.0):
    return Stand(code, code, code, HERE.moved(east_m=east, north_m=north))


def along_a_grid(starts, goal, kind):
    """Streets run east and north only, at 10 m/s, or 1 m/s on foot."""
    speed = 1.0 if kind == "foot" else 10.0
    lengths = [start.metres_to(Point(lon=goal.lon, lat=start.lat)) + Point(lon=goal.lon, lat=start.lat).metres_to(goal) for start in starts]
    return [Walked(metres / speed, metres) for metres in lengths]


def test_the_soonest_by_the_streets_comes_first_not_the_nearest_by_air():
    corner, far = stand("CORNER", 400, 400), stand("FAR", 700, 0)
    found = next_cameras(stand("HERE"), [corner, far], AT, "car", along_a_grid)
    assert HERE.metres_to(corner.where) < HERE.metres_to(far.where)
    assert [one.camera for one in found] == ["FAR", "CORNER"]


def test_a_camera_behind_another_is_no_exit_and_one_round_the_corner_is():
    found = next_cameras(stand("HERE"), [stand("NEAR", 300), stand("BEHIND", 900), stand("NORTH", 0, 600)], AT, "car", along_a_grid)
    assert {one.camera: one.first for one in found} == {"NEAR": True, "BEHIND": False, "NORTH": True}


def test_the_span_holds_the_time_the_way_takes_and_on_foot_it_is_later():
    by_car, on_foot = (next_cameras(stand("HERE"), [stand("N", 600)], AT, kind, along_a_grid)[0] for kind in ("car", "foot"))
    assert (by_car.from_at - AT).total_seconds() == round(by_car.seconds * FASTEST, 6)
    assert by_car.from_at < AT.fromtimestamp(AT.timestamp() + by_car.seconds, UTC) < by_car.to_at < on_foot.to_at
    assert round(by_car.bearing_deg) == 90


def test_no_more_are_offered_than_one_can_read_and_the_place_itself_is_none_of_them():
    here = stand("HERE")
    found = next_cameras(here, [here, *(stand(f"C{n}", 100 * n) for n in range(1, 40))], AT, "car", along_a_grid)
    assert len(found) == SHOWN < NEAREST
    assert "HERE" not in [one.camera for one in found]


def test_without_streets_the_line_is_straight_and_says_so():
    ports.use_roads(None)
    found = next_cameras(stand("HERE"), [stand("N", 1000)], AT, "car", ports.ways)
    assert found[0].how == ports.STRAIGHT
    assert round(found[0].metres) == 1400
