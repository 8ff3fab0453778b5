"""Where new cameras are worth most within a budget, beside those that hang already."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from safetyzone.kernel.refusals import Refused
from safetyzone.senses.cameras import optics
from safetyzone.senses.cameras.advice.telling import Told, Watched
from safetyzone.senses.cameras.coverage.compiled import Bytes, Floats
from safetyzone.senses.cameras.coverage.pose import Pose
from safetyzone.senses.cameras.coverage.seen import seen
from safetyzone.senses.cameras.siting import bill, cover
from safetyzone.senses.cameras.siting.plan import run
from safetyzone.senses.cameras.siting.question import Budget, Choice, ask
from safetyzone.senses.cameras.standing import Standing

SITE_EVERY_M = 25.0
BESIDE_M = 3.0
"""From the middle of the street to where a mast stands."""
HEADINGS = 12
HEIGHT_M, TILT_DEG, HFOV_DEG, WIDTH_PX, HEIGHT_PX, IR_M = 4.5, 13.0, 70.0, 1920, 1080, 30.0
"""The camera that most stations buy: 1080p, 4 mm, infrared, on a mast of 4.5 m."""
KIND, LENS, MAST = "fixed", "wide", "pole_4m5"
POSES_A_PIECE = 240


@dataclass(frozen=True)
class Asked:
    """What the answer depends on besides the register."""

    zone: str
    density_px_m: float
    night: bool
    seconds: float
    budget_baht: float


@cache
def price_list() -> dict[str, tuple[str, str, Decimal]]:
    """Thai name, English name and baht by item: examples to be replaced by the station's own contract prices."""
    text = files("safetyzone.senses.cameras").joinpath("data", "prices.csv").read_text(encoding="utf-8")
    return {row["item"]: (row["th"], row["en"], Decimal(row["baht"])) for row in csv.DictReader(text.splitlines())}


def sites(standing: Standing, zone: str) -> list[tuple[float, float]]:
    """Places beside the zone's streets where a mast could stand: every 25 m, on the side that no building takes."""
    points, inside = standing.ground.points, standing.zone(zone)
    found = []
    every = max(1, round(SITE_EVERY_M / 2.0))
    for number in np.flatnonzero(inside):
        if round(float(points.along[number]) / 2.0) % every:
            continue
        for east, north in ((BESIDE_M, 0.0), (-BESIDE_M, 0.0), (0.0, BESIDE_M), (0.0, -BESIDE_M)):
            try:
                found.append(standing.ground.place(float(points.x[number]) + east, float(points.y[number]) + north, HEIGHT_M))
            except Refused:
                continue
            break
    return found


def advise(standing: Standing, asked: Asked, risk: Floats, *, state: dict[str, Any], told: Told) -> dict[str, Any]:
    """New cameras for a zone within a budget; arguments and errors as for ``turning.advise``.

    Returns:
        The answer as JSON: ``sites`` in the order in which each adds most, ``bill``, ``total_baht``, metres before and after, proof.
    """
    metres = standing.ground.points.weight * standing.zone(asked.zone)
    here = standing.working()
    at = sites(standing, asked.zone)
    if not at or not metres.any():
        return {"sites": [], "bill": [], "total_baht": 0, "before_m": 0.0, "after_m": 0.0, "street_m": 0.0, "bound": 0.0, "gap": 0.0}
    poses = [_pose(x, y, 360.0 * k / HEADINGS) for x, y in at for k in range(HEADINGS)]
    site = np.concatenate((-1 - np.arange(len(here)), np.repeat(np.arange(len(at)), HEADINGS)))
    one_baht = float(sum(price for item, (_, _, price) in price_list().items() if item != bill.CABLE))
    cost = np.concatenate((np.zeros(len(here)), np.full(len(poses), one_baht)))
    covers = cover.from_chunks(_rows(standing, poses, asked), metres * risk, site, cost=cost, keep=list(range(len(here))))
    budget = Budget(baht=asked.budget_baht)
    question = ask(covers, budget.prices(covers), budget.limit, fixed=list(range(len(here))))
    watched = Watched(told)
    *_, last = watched.over(run(question, asked.seconds, state=state or None, stop=watched.stopped))
    choice = question.answer(last.chosen, last.bound)
    return _answer(standing, choice, poses, covers, metres)


def _pose(x: float, y: float, azimuth: float) -> Pose:
    upright = optics.vfov_deg(HFOV_DEG, WIDTH_PX, HEIGHT_PX)
    return Pose(x, y, HEIGHT_M, azimuth, TILT_DEG, HFOV_DEG, upright, WIDTH_PX, IR_M)


def _rows(standing: Standing, poses: list[Pose], asked: Asked) -> Iterator[Bytes]:
    yield standing.matrix(asked.density_px_m, asked.night)
    for first in range(0, len(poses), POSES_A_PIECE):
        yield seen(standing.ground, poses[first : first + POSES_A_PIECE], asked.density_px_m, asked.night)


def _answer(standing: Standing, choice: Choice, poses: list[Pose], covers: cover.Covers, metres: Floats) -> dict[str, Any]:
    fixed = covers.poses - len(poses)
    lengths = covers.gathered(metres)
    seen_by = covers.cameras(range(fixed)) > 0
    before = float(lengths[seen_by].sum())
    rows: list[dict[str, Any]] = []
    bought: list[bill.NewCamera] = []
    for step in choice.steps:
        if step.pose < fixed:
            continue
        pose, sees = poses[step.pose - fixed], covers.sees(step.pose)
        rows.append(_site(standing, pose, float(lengths[sees][~seen_by[sees]].sum())))
        seen_by[sees] = True
        bought.append(bill.NewCamera(len(bought), pose.x, pose.y, KIND, LENS, MAST))
    # Where the mains are nobody has told us: the bill says so instead of guessing.
    made = bill.bill(bought, [], {item: price for item, (_, _, price) in price_list().items()})
    return {
        "sites": rows, "bill": [_line(line) for line in made.lines], "total_baht": float(made.baht), "unpriced": list(made.unpriced),
        "before_m": round(before, 1), "after_m": round(float(lengths[seen_by].sum()), 1), "street_m": round(float(metres.sum()), 1),
        "value": round(choice.value, 2), "bound": round(choice.bound, 2), "gap": round(choice.gap, 5),
    }  # fmt: skip


def _site(standing: Standing, pose: Pose, gain_m: float) -> dict[str, Any]:
    lon, lat = standing.ground.to_lonlat(pose.x, pose.y)
    return {
        "lon": round(float(lon), 6), "lat": round(float(lat), 6), "azimuth": round(pose.azimuth_deg, 1), "tilt": pose.tilt_deg,
        "height_m": pose.height_m, "kind": KIND, "gain_m": round(gain_m, 1),
    }  # fmt: skip


def _line(line: bill.Line) -> dict[str, Any]:
    th, en, _ = price_list()[line.item]
    return {
        "item": line.item, "what_th": th, "what_en": en, "count": float(line.quantity), "unit_baht": _baht(line.unit_baht),
        "baht": _baht(line.baht), "notes": list(line.notes),
    }  # fmt: skip


def _baht(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)
