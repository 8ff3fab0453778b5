"""What a border may be, who may draw one, and that a new border counts at once."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from safetyzone.ground.officers.access import COMMAND_LINE, Who
from safetyzone.ground.zones import actions, queries, rules
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.refusals import NotFound, NotYours
from safetyzone.trust.audit.models import Leaf

AT = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
OPEN_RING = [[100.53, 13.74], [100.55, 13.74], [100.55, 13.75], [100.53, 13.75]]


def polygon(*rings: list[list[float]]) -> rules.Border:
    return {"type": "Polygon", "coordinates": list(rings)}


def test_an_open_ring_is_closed_and_runs_counter_clockwise():
    kept = rules.checked_border(polygon(list(reversed(OPEN_RING))))["coordinates"][0]
    assert kept[0] == kept[-1]
    twice_the_area = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(kept))
    assert twice_the_area > 0


def test_a_hole_is_kept():
    hole = [[100.535, 13.742], [100.54, 13.742], [100.54, 13.746], [100.535, 13.746]]
    assert len(rules.checked_border(polygon(OPEN_RING, hole))["coordinates"]) == 2


@pytest.mark.parametrize(
    ("border", "says"),
    [
        ({"type": "Point", "coordinates": [100.5, 13.7]}, "one polygon"),
        (polygon(), "no corners"),
        (polygon(OPEN_RING[:2]), "3 to 5,000 corners"),
        (polygon([[lat, lon] for lon, lat in OPEN_RING]), "have changed places"),
        (polygon([[0.0, 51.5], *OPEN_RING]), "outside Thailand: 0.0, 51.5"),
        (polygon([OPEN_RING[0], OPEN_RING[2], OPEN_RING[1], OPEN_RING[3]]), "crosses itself"),
        (polygon([[100.53, 13.74], [100.53001, 13.74], [100.53001, 13.74001]]), "km² wide"),
        (polygon([[97.5, 6.0], [105.0, 6.0], [105.0, 20.0]]), "km² wide"),
        (polygon([[float("nan"), 13.7], *OPEN_RING]), "outside Thailand"),
        (polygon([["here"], *OPEN_RING]), "not a pair of numbers"),
    ],
)
def test_what_cannot_be_a_border_is_refused_and_says_why(border: rules.Border, says: str):
    with pytest.raises(rules.WrongBorder) as no:
        rules.checked_border(border)
    assert says in no.value.say("en")
    assert any("ก" <= letter <= "๛" for letter in no.value.say("th"))


def test_a_typed_border_is_read_with_thai_digits_and_latitude_first():
    typed = "๑๓.๗๔, ๑๐๐.๕๓\n13.74 100.55\n\n13.75, 100.55\n13.75,100.53"
    assert rules.border_from_text(typed) == rules.checked_border(polygon(OPEN_RING))


def test_a_border_shown_as_a_table_reads_back_as_the_same_border():
    circle = rules.checked_border(rules.circle(Point(lon=100.5405, lat=13.7445), area_km2=1.92))
    again = rules.border_from_text(rules.text_of_border(circle))
    assert rules.measured_km2(again) == pytest.approx(rules.measured_km2(circle), rel=1e-4)
    assert len(again["coordinates"][0]) == 65


@pytest.mark.parametrize("typed", ["thirteen, 100.5", "13.7", "13.7, 100.5, 3"])
def test_a_typed_line_that_is_no_position_is_refused(typed: str):
    with pytest.raises(rules.WrongPosition, match=typed[:4]):
        rules.border_from_text(typed)


@pytest.fixture
def ground(db: None) -> None:
    actions.load_ground(by=COMMAND_LINE, at=AT)


PLANNER = Who(name="nipa", officer_id=7, grants=frozenset({("lumphini", "edit_ground")}))


@pytest.mark.usefixtures("ground")
def test_a_new_border_counts_at_once_even_within_one_transaction():
    corner = Point(lon=100.531, lat=13.749)
    assert queries.zone_containing(corner) == ""
    actions.draw_border(zone="ratchaprasong", border=polygon(OPEN_RING), by=PLANNER, at=AT)
    assert queries.zone_containing(corner) == "ratchaprasong"
    smaller = [[100.54, 13.74], *OPEN_RING[1:3]]
    actions.draw_border(zone="ratchaprasong", border=polygon(smaller), by=PLANNER, at=AT)
    assert queries.zone_containing(corner) == ""


@pytest.mark.usefixtures("ground")
def test_drawing_is_recorded_with_its_reason_and_its_area():
    actions.draw_border(zone="ratchaprasong", border=polygon(OPEN_RING), by=PLANNER, at=AT, why="survey")
    leaf = Leaf.objects.latest("id")
    assert (leaf.actor, leaf.action, leaf.object) == ("nipa", "zone.border_drawn", "zone:ratchaprasong")
    assert (leaf.station, leaf.why) == ("lumphini", "survey")
    zone = queries.zone("ratchaprasong")
    assert zone is not None
    assert (zone.border_is, zone.area_km2) == ("drawn", pytest.approx(2.16 * 1.108, rel=0.01))


@pytest.mark.usefixtures("ground")
def test_only_those_who_edit_the_ground_of_that_station_may_draw():
    elsewhere = Who(name="wirot", officer_id=8, grants=frozenset({("pattaya", "edit_ground"), ("lumphini", "dispatch")}))
    with pytest.raises(NotYours):
        actions.draw_border(zone="ratchaprasong", border=polygon(OPEN_RING), by=elsewhere, at=AT)
    with pytest.raises(NotFound):
        actions.draw_border(zone="atlantis", border=polygon(OPEN_RING), by=PLANNER, at=AT)
