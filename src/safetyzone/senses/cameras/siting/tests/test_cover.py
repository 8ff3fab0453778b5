import numpy as np
import pytest
from hypothesis import given, settings

from safetyzone.senses.cameras.siting import cover
from safetyzone.senses.cameras.siting.tests import towns

SEEN = np.array([[1, 1, 0, 0, 1, 0], [1, 1, 0, 0, 0, 0], [0, 0, 4, 4, 4, 0], [0, 0, 6, 6, 0, 0]], np.uint8)
WEIGHT = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]


def test_points_that_the_same_poses_see_become_one():
    covers = cover.from_seen(SEEN, WEIGHT, [1, 2, 3, 4])
    assert covers.merged.tolist() == [0, 0, 1, 1, 2, -1]
    assert covers.once.tolist() == [3.0, 12.0, 16.0]
    assert [covers.sees(pose).tolist() for pose in range(4)] == [[0, 2], [0], [1, 2], [1]]


def test_a_pose_that_sees_less_on_the_same_site_for_no_less_money_falls_away():
    assert cover.from_seen(SEEN, WEIGHT, [1, 1, 2, 2]).usable.tolist() == [True, False, True, False]
    assert cover.from_seen(SEEN, WEIGHT, [1, 1, 2, 2], cost=[5, 4, 5, 5]).usable.tolist() == [True, True, True, False]
    assert cover.from_seen(SEEN, WEIGHT, [1, 2, 3, 4]).usable.all()


def test_a_camera_that_hangs_is_not_left_out():
    assert cover.from_seen(SEEN, WEIGHT, [1, 1, 2, 2], keep=[1]).usable.tolist() == [True, True, True, False]


def test_of_two_poses_that_see_the_same_one_stays():
    twins = np.array([[1, 1], [1, 1]], np.uint8)
    assert cover.from_seen(twins, [1, 1], [7, 7]).usable.sum() == 1


def test_only_what_is_seen_well_enough_counts():
    covers = cover.from_seen(SEEN, WEIGHT, [1, 2, 3, 4], least=5)
    assert covers.value([0, 1, 2]) == 0
    assert covers.value([3]) == 12


def test_chunks_make_the_same_covers():
    whole, pieces = cover.from_seen(SEEN, WEIGHT, [1, 1, 2, 2]), cover.from_chunks([SEEN[:1], SEEN[1:3], SEEN[3:]], WEIGHT, [1, 1, 2, 2])
    for name in ("start", "point", "back_start", "back_pose", "once", "merged", "usable"):
        assert np.array_equal(getattr(whole, name), getattr(pieces, name)), name


def test_amounts_gather_on_the_merged_points():
    assert cover.from_seen(SEEN, WEIGHT, [1, 2, 3, 4]).gathered([1, 1, 1, 1, 1, 1]).tolist() == [2, 2, 1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"weight": [1, -1]}, {"weight": [1, np.inf]}, {"weight": [1]}, {"site": [1]}, {"twice": [0, 2]}, {"twice": -0.1}, {"cost": [1, -1]},
        {"cost": [np.nan, 1]}, {"point": [0, 2]}, {"start": [0, 2, 1]},
    ],
    ids=str,
)  # fmt: skip
def test_numbers_that_make_no_sense_are_refused(wrong):
    right = {"start": [0, 1, 2], "point": [0, 1], "weight": [1, 1], "site": [1, 2]}
    cover.from_rows(**right)
    with pytest.raises(ValueError, match=r"."):
        cover.from_rows(**{**right, **wrong})


@settings(max_examples=60, deadline=None)
@given(towns.towns())
def test_values_are_those_of_the_matrix_as_given(town):
    """Merging changes no value; a pose that fell away is worth no more than one that stayed on its site."""
    seen, weight, twice, site, cost = town
    covers = cover.from_seen(seen, weight, site, cost=cost, twice=twice)
    for chosen in towns.arrangements(site):
        if covers.usable[list(chosen)].all():
            assert covers.value(chosen) == pytest.approx(towns.worth(seen, weight, twice, chosen))
    for pose in np.flatnonzero(~covers.usable & (seen > 0).any(axis=1)):
        stays = [other for other in range(len(site)) if site[other] == site[pose] and covers.usable[other]]
        assert any(((seen[other] > 0) >= (seen[pose] > 0)).all() and cost[other] <= cost[pose] for other in stays)
