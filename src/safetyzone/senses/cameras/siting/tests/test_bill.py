from decimal import Decimal

import pytest

from safetyzone.senses.cameras.siting.bill import NO_POWER_POINT, STRAIGHT_LINE, NewCamera, bill

PRICES = {"camera:fixed": 9_500, "camera:ptz": "38000.50", "lens:4mm": 0, "lens:12mm": 1_200, "mast:6m": 14_000, "cable": "42.75"}
CAMERAS = [
    NewCamera(7, 0.0, 0.0, "fixed", "4mm", None),
    NewCamera(8, 30.0, 40.0, "fixed", "12mm", "6m"),
    NewCamera(9, 100.0, 0.5, "ptz", "12mm", "6m"),
]
POWER = [(0.0, 0.0), (100.0, 0.0)]


def quantities(made):
    return {line.item: line.quantity for line in made.lines}


def test_a_bill_counts_every_part_and_sums_up_in_baht_and_satang():
    made = bill(CAMERAS, POWER, PRICES)
    assert quantities(made) == {
        "camera:fixed": 2, "camera:ptz": 1, "lens:12mm": 2, "lens:4mm": 1, "mast:6m": 2, "cable": 0 + 50 + 1,
    }  # fmt: skip
    assert made.baht == Decimal("19000") + Decimal("38000.50") + 2_400 + 28_000 + Decimal("2180.25")
    assert made.unpriced == ()


def test_cable_is_said_to_be_a_straight_line_from_the_nearest_power_point():
    made = bill(CAMERAS, POWER, PRICES)
    assert made.cable_m == {7: 0.0, 8: 50.0, 9: 0.5}
    assert made.lines[-1].notes == (STRAIGHT_LINE,)


def test_an_item_without_a_price_is_named_and_is_not_in_the_sum():
    made = bill(CAMERAS, POWER, {item: price for item, price in PRICES.items() if item != "mast:6m"})
    assert made.unpriced == ("mast:6m",)
    assert made.baht == bill(CAMERAS, POWER, PRICES).baht - 28_000


def test_where_no_power_point_is_known_no_cable_is_priced():
    made = bill(CAMERAS, [], PRICES)
    assert made.lines[-1].notes == (NO_POWER_POINT,)
    assert made.unpriced == ("cable",)


def test_no_cameras_cost_nothing():
    made = bill([], POWER, PRICES)
    assert (made.lines, made.baht) == ((), 0)


def test_a_negative_price_is_refused():
    with pytest.raises(ValueError, match="0 or more"):
        bill(CAMERAS, POWER, {"cable": -1})
