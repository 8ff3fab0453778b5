"""Which of the cameras that hang already should look elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from safetyzone.senses.cameras.advice.telling import Told, Watched
from safetyzone.senses.cameras.coverage.compiled import Bytes, Floats
from safetyzone.senses.cameras.coverage.pose import Pose
from safetyzone.senses.cameras.coverage.seen import aimed
from safetyzone.senses.cameras.kept import StandingCamera
from safetyzone.senses.cameras.siting import cover, reaim
from safetyzone.senses.cameras.siting.plan import run
from safetyzone.senses.cameras.siting.question import Lock
from safetyzone.senses.cameras.standing import Standing

EVERY_DEG = 15.0
MANHUNT_TILT_DEG = 13.0
"""The steepest tilt at which a fixed camera's faces serve a search (domain facts 7.1); offered beside the tilt it has."""
LEAST_GAIN_M = 5.0
"""A turn that gains less is not worth a ladder."""
NEAR_M = 6.0
"""A door counts as seen when the street before it is."""


@dataclass(frozen=True)
class Asked:
    """What the answer depends on besides the register."""

    zone: str
    density_px_m: float
    night: bool
    seconds: float
    most_moves: int


def ways(one: StandingCamera) -> list[Pose]:
    """The ways a camera could look; the first is the way it looks now, the only one where it may not be turned."""
    if not one.may_turn:
        return [one.pose]
    headings = [(one.pose.azimuth_deg + EVERY_DEG * k) % 360 for k in range(round(360 / EVERY_DEG))]
    tilts = dict.fromkeys((one.pose.tilt_deg, MANHUNT_TILT_DEG))
    return [replace(one.pose, azimuth_deg=heading, tilt_deg=tilt) for tilt in tilts for heading in headings]


def advise(standing: Standing, asked: Asked, risk: Floats, *, owners: dict[str, str], state: dict[str, Any], told: Told) -> dict[str, Any]:
    """Turns worth making in a zone, the best first.

    Args:
        risk: what a metre of street is worth at each point of the ground; 1 where nothing is known.
        owners: of each camera, by id.

    Returns:
        The answer as JSON: ``moves``, ``before_m`` and ``after_m`` of the zone's street, ``value``, ``bound``, ``gap``, ``duplicates``.

    Raises:
        CannotKeep: the places that must stay seen cannot all be.
    """
    cameras = standing.working()
    metres = standing.ground.points.weight * standing.zone(asked.zone)
    if not cameras or not metres.any():
        return _nothing(float(metres.sum()))
    poses = [ways(one) for one in cameras]
    first = np.concatenate(([0], np.cumsum([len(each) for each in poses])))
    site = np.repeat(np.arange(len(cameras)), np.diff(first))
    current = [int(number) for number in first[:-1]]
    covers = cover.from_chunks(_rows(standing, cameras, poses, asked), metres * risk, site, keep=current)
    locks = [lock for number, one in enumerate(cameras) for lock in _locks(standing, one, number, asked)]
    question = reaim.turning(covers, current, moves=asked.most_moves, locks=locks)
    watched = Watched(told)
    running = run(question, asked.seconds, start=tuple(current), state=state or None, stop=watched.stopped)
    found = reaim.advice(question, current, watched.over(running), metres=metres, least_gain=LEAST_GAIN_M)
    every = [pose for each in poses for pose in each]
    moves = [_move(cameras[turn.site], every[turn.before], every[turn.after], turn) for turn in found.turns]
    before = standing.matrix(asked.density_px_m, asked.night)
    return {
        "moves": moves,
        "before_m": round(float(metres[before.any(axis=0)].sum()), 1),
        "after_m": round(float(metres[before.any(axis=0)].sum()) + sum(turn.metres for turn in found.turns), 1),
        "street_m": round(float(metres.sum()), 1),
        "value": round(found.value, 2), "before": round(found.before, 2), "bound": round(found.bound, 2), "gap": round(found.gap, 5),
        "duplicates": _duplicates(covers, current, cameras, owners),
    }  # fmt: skip


def _rows(standing: Standing, cameras: list[StandingCamera], poses: list[list[Pose]], asked: Asked) -> Iterator[Bytes]:
    for one, each in zip(cameras, poses, strict=True):
        nought = np.zeros(len(each), np.int64)
        yield aimed(standing.ground, standing.known(one), each, asked.density_px_m, night=asked.night, of=nought)


def _locks(standing: Standing, one: StandingCamera, site: int, asked: Asked) -> list[Lock]:
    """Places this camera must go on seeing: those it sees now; one that it does not see cannot be kept."""
    points, found = standing.ground.points, []
    row = standing.row(one, asked.density_px_m, asked.night)
    for lon, lat in one.must_see:
        x, y = standing.ground.to_metres(lon, lat)
        away = np.hypot(points.x - x, points.y - y)
        near = np.flatnonzero((away <= NEAR_M) & (row > 0))
        if near.size:
            found.append(Lock((int(near[away[near].argmin()]),), site))
    return found


def _move(one: StandingCamera, before: Pose, after: Pose, turn: reaim.Turn) -> dict[str, Any]:
    return {
        "camera": one.code, "from_azimuth": round(before.azimuth_deg, 1), "to_azimuth": round(after.azimuth_deg, 1),
        "from_tilt": round(before.tilt_deg, 1), "to_tilt": round(after.tilt_deg, 1),
        "gain_m": round(turn.metres, 1), "gain_risk": round(turn.gain, 1), "keeps": len(one.must_see),
    }  # fmt: skip


def _duplicates(covers: cover.Covers, current: list[int], cameras: list[StandingCamera], owners: dict[str, str]) -> list[dict[str, Any]]:
    whose = [owners.get(one.code) for one in cameras]
    return [
        {
            "camera": cameras[each.site].code, "owner": each.owner, "share": round(each.share, 3),
            "others": [{"camera": cameras[site].code, "owner": owner, "share": round(share, 3)} for site, owner, share in each.others[:3]],
        }
        for each in reaim.duplicates(covers, current, owners=whose, least=0.8)
    ]  # fmt: skip


def _nothing(street_m: float) -> dict[str, Any]:
    nought = dict.fromkeys(("before_m", "after_m", "value", "before", "bound", "gap"), 0.0)
    return {"moves": [], "duplicates": [], "street_m": round(street_m, 1), **nought}
