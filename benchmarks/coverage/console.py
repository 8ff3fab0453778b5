"""What the planner's page and the call's screen ask: a camera turned by hand, who sees a spot, everything again."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.coverage.city import MAST_M, make
from safetyzone.senses.cameras import optics
from safetyzone.senses.cameras.coverage import sweep, zone
from safetyzone.senses.cameras.coverage.pose import Pose, near_far
from safetyzone.senses.cameras.coverage.seen import aimed, seen, sights
from safetyzone.senses.cameras.coverage.spot import Watchers

CAMERAS, TURNS, HEADINGS, SPOTS = 2_500, 200, 10, 1_000
CLASSES_PX_M = [each.px_m for each in optics.CLASSES[optics.Edition.Y2014]]
DENSITY_PX_M = 25.0


def measure(seed: int) -> dict[str, float]:
    """Milliseconds (p50 and p99) and seconds on a city of 2 x 2 km with 2,500 cameras and 50,000 street points."""
    city = make(seed + 1, cameras=CAMERAS)
    ground = city.ground
    poses = [Pose(x, y, MAST_M, azimuth, 10.0, 90.0, 60.0, 2_560, 30.0) for x, y, azimuth in city.cameras.tolist()]
    rng = np.random.default_rng(seed)
    began = time.perf_counter()
    day = seen(ground, poses, DENSITY_PX_M)
    seen_s = time.perf_counter() - began
    turned = _turns(ground, poses, day, rng)
    first, again = _by_hand(ground, poses, day, rng)
    watchers = Watchers(ground, poses)
    spots = rng.uniform(0, city.side_m, (SPOTS, 2))
    watchers.of(*spots[0])
    asked = [_ms(lambda at=at: watchers.of(*at)) for at in spots.tolist()]
    return {
        "turned_by_hand_ms": round(float(np.median(turned)), 3), "turned_by_hand_ms_p99": round(float(np.percentile(turned, 99)), 3),
        "tried_first_ms_p50": round(float(np.median(first)), 1), "tried_first_ms_p90": round(float(np.percentile(first, 90)), 1),
        "tried_again_ms_p50": round(float(np.median(again)), 1), "tried_again_ms_p90": round(float(np.percentile(again, 90)), 1),
        "spot_ms_p50": round(float(np.median(asked)), 3), "spot_ms_p99": round(float(np.percentile(asked, 99)), 3),
        "seen_2500_s": round(seen_s, 3), "street_points": len(ground.points),
    }  # fmt: skip


def _turns(ground: Any, poses: list[Pose], day: Any, rng: np.random.Generator) -> list[float]:
    """New polygon, new row of points and new total of the zone, the place's lines of sight known; the total is checked."""
    took, count, everywhere = list[float](), zone.counted(day), np.ones(len(ground.points), np.bool_)
    for number, azimuth in zip(rng.integers(0, len(poses), TURNS).tolist(), rng.uniform(0, 360, TURNS).tolist(), strict=True):
        pose = poses[number]
        near, far = near_far(pose, DENSITY_PX_M)
        whole, known = sweep.polygon(ground, pose.x, pose.y, far, pose.height_m), sights(ground, [pose], DENSITY_PX_M)
        other = Pose(pose.x, pose.y, pose.height_m, azimuth, pose.tilt_deg, pose.hfov_deg, pose.vfov_deg, pose.width_px)
        sweep.sector(whole, azimuth, pose.hfov_deg, near, far)
        began = time.perf_counter()
        sweep.sector(whole, azimuth, pose.hfov_deg, near, far)
        row = aimed(ground, known, [other], DENSITY_PX_M)[0]
        now = zone.turned(count, day[number], row)
        zone.shares(ground, now, now, everywhere)
        took.append((time.perf_counter() - began) * 1_000)
    check = np.concatenate([day[:number], row[None], day[number + 1 :]])
    assert (zone.counted(check) == now).all(), "the count after a turn is not the count of all"
    return took


def _by_hand(ground: Any, poses: list[Pose], day: Any, rng: np.random.Generator) -> tuple[list[float], list[float]]:
    """All that the planner's server reckons for one heading: outlines of six classes, rows and shares by day and by night. The first
    heading of each camera also asks what is around it; the others know."""
    first, again, count, everywhere = list[float](), list[float](), zone.counted(day), np.ones(len(ground.points), np.bool_)
    for number in rng.integers(0, len(poses), TURNS // HEADINGS).tolist():
        known, place = None, None
        for azimuth in (poses[number].azimuth_deg + 5.0 * np.arange(HEADINGS)).tolist():
            began = time.perf_counter()
            pose = replace(poses[number], azimuth_deg=azimuth % 360)
            known = known or sights(ground, [pose], CLASSES_PX_M[0])
            place = place or sweep.around(ground, pose, CLASSES_PX_M[0])
            sweep.outlines(ground, place, pose, CLASSES_PX_M)
            rows = [aimed(ground, known, [pose], DENSITY_PX_M, night=night)[0] for night in (False, True)]
            by_day, by_night = (zone.turned(count, day[number], row) for row in rows)
            zone.shares(ground, count, count, everywhere)
            zone.shares(ground, by_day, by_night, everywhere)
            (again if azimuth != poses[number].azimuth_deg else first).append((time.perf_counter() - began) * 1_000)
    return first, again


def _ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1_000
