"""Eight cameras on one junction face one way; the advice says which three to turn. Geometry of plain sectors, no houses."""

from itertools import combinations, product

import numpy as np
import pytest

from safetyzone.senses.cameras.siting import cover, reaim

HEADINGS = np.arange(8) * 45.0
REACH_M, OPENING_DEG = 60.0, 90.0
ARM_M, STEP_M = 80.0, 2.0
NIGHT_MARKET_RISK, RISK = 3.0, 1.0
"""The dead street is the one where people are robbed: the western arm."""


def junction():
    """(places, points, metres, risk): two crossing streets, the cameras on the four corners, all of them on poles 8 m from the middle."""
    along = np.arange(-ARM_M + STEP_M / 2, ARM_M, STEP_M)
    points = np.concatenate([np.stack([along, np.zeros_like(along)], 1), np.stack([np.zeros_like(along), along], 1)])
    risk = np.where((points[:, 0] < -STEP_M), NIGHT_MARKET_RISK, RISK)
    corners = np.array([[1, 1], [1, -1], [-1, -1], [-1, 1]]) * 8.0
    places = np.concatenate([corners, corners * 1.25])
    return places, points, np.full(len(points), STEP_M), risk


def seen_by_sectors(places, points):
    rows = []
    for place, heading in product(places, HEADINGS):
        away = points - place
        off = (np.degrees(np.arctan2(away[:, 0], away[:, 1])) - heading + 180) % 360 - 180
        rows.append((np.hypot(*away.T) <= REACH_M) & (np.abs(off) <= OPENING_DEG / 2))
    return np.array(rows).astype(np.uint8)


@pytest.fixture(name="street")
def the_junction():
    """(seen, metres, metres times risk, site of each pose, the pose of each camera: all look east)."""
    places, points, metres, risk = junction()
    site = np.repeat(np.arange(len(places)), len(HEADINGS))
    current = [camera * len(HEADINGS) + 2 for camera in range(len(places))]
    return seen_by_sectors(places, points), metres, metres * risk, site, current


def best_with(seen, weight, current, moves):
    """Trying every heading of every ``moves`` cameras."""
    best = 0.0
    for turned in combinations(range(len(current)), moves):
        others = [pose for camera, pose in enumerate(current) if camera not in turned]
        already = (seen[others] > 0).any(axis=0)
        options = [range(camera * len(HEADINGS), (camera + 1) * len(HEADINGS)) for camera in turned]
        for poses in product(*options):
            best = max(best, float(weight[already | (seen[list(poses)] > 0).any(axis=0)].sum()))
    return best


def test_three_turns_win_back_the_dead_street(street):
    seen, metres, weight, site, current = street
    covers = cover.from_seen(seen, weight, site, keep=current)
    advice = reaim.advise(covers, current, 5.0, moves=3, metres=metres)
    best = best_with(seen, weight, current, 3)
    assert len(advice.turns) <= 3
    assert advice.before == pytest.approx(weight[(seen[current] > 0).any(axis=0)].sum())
    assert advice.value == pytest.approx(weight[(seen[list(advice.headings)] > 0).any(axis=0)].sum())
    assert advice.value >= 1.4 * advice.before
    assert best >= advice.value >= 0.95 * best
    assert advice.bound >= best
    first, *rest = advice.turns
    assert all(turn.gain <= first.gain for turn in rest)
    west = (first.after % len(HEADINGS)) * 45.0
    assert west == pytest.approx(270, abs=45), "the first turn looks at the dead street"
    assert sum(turn.metres for turn in advice.turns) == pytest.approx(
        metres[(seen[list(advice.headings)] > 0).any(axis=0)].sum() - metres[(seen[current] > 0).any(axis=0)].sum()
    )


def test_turning_all_that_helps_is_never_worse_and_is_proven(street):
    seen, _, weight, site, current = street
    covers = cover.from_seen(seen, weight, site, keep=current)
    three, all_ = reaim.advise(covers, current, 5.0, moves=3), reaim.advise(covers, current, 5.0)
    assert all_.value >= three.value
    assert all_.gap == 0
    assert all(turn.gain > 0 for turn in all_.turns[:1])


def test_a_camera_whose_door_must_stay_seen_stays_useful_to_its_owner(street):
    """The shop's camera looks east at its own door: it may turn as far as the door stays in view."""
    seen, _, weight, site, current = street
    door = int(np.flatnonzero(seen[current[0]])[-1])
    lock = reaim.Lock((door,), site=0)
    covers = cover.from_seen(seen, weight, site, keep=current)
    advice = reaim.advise(covers, current, 5.0, locks=[lock])
    assert seen[advice.headings[0], door]
    assert advice.value >= advice.before


def test_cameras_that_look_at_the_same_name_each_other(street):
    seen, _, weight, site, current = street
    covers = cover.from_seen(seen, weight, site, keep=current)
    owners = ["police", "bank", "temple", "shop", "police", "bank", "temple", "shop"]
    found = reaim.duplicates(covers, current, owners=owners, least=0.9)
    assert found
    for duplicate in found:
        pose = current[duplicate.site]
        rest = [other for other in current if other != pose]
        mine = seen[pose] > 0
        also = mine & (seen[rest] > 0).any(axis=0)
        assert duplicate.owner == owners[duplicate.site]
        assert duplicate.share == pytest.approx(weight[also].sum() / weight[mine].sum())
        for at, owner, share in duplicate.others:
            assert owner == owners[at]
            assert share == pytest.approx(weight[mine & (seen[current[at]] > 0)].sum() / weight[mine].sum())


def test_a_turn_that_gains_too_little_is_not_advised(street):
    seen, _, weight, site, current = street
    covers = cover.from_seen(seen, weight, site, keep=current)
    all_, some = (reaim.advise(covers, current, 5.0, least_gain=least) for least in (0.0, 50.0))
    assert len(some.turns) < len(all_.turns)
    assert some.value >= all_.value - 50.0 * (len(all_.turns) - len(some.turns))
    assert reaim.advise(covers, current, 5.0, least_gain=1e9).turns == ()


def test_covers_without_the_cameras_as_they_hang_are_refused(street):
    seen, _, weight, site, _ = street
    covers = cover.from_seen(seen, weight, site)
    lost = int(np.flatnonzero(~covers.usable)[0])
    with pytest.raises(ValueError, match="keep=current"):
        reaim.advise(covers, [lost], 1.0)
    with pytest.raises(ValueError, match="share a site"):
        reaim.advise(covers, [0, 1], 1.0)
