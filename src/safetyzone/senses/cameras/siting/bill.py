"""What new cameras come to: a bill of quantities. Unit prices are the station's own data; the cable is measured in a straight line."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

SATANG = Decimal("0.01")
CABLE = "cable"
METRE, PIECE = "m", "piece"
STRAIGHT_LINE = "straight_line"
"""How the cable was measured: over roofs and through walls. A real run along streets and poles is longer, often by a third or more."""
NO_POWER_POINT = "no_power_point"
"""No power point is known, so no metre of cable is counted."""


@dataclass(frozen=True)
class NewCamera:
    """One camera to buy, in metres around the ground's origin."""

    site: int
    x: float
    y: float
    kind: str
    """fixed, ptz, …: as in the price list."""
    lens: str
    mast: str | None
    """The mast to put up; None: it hangs on what stands there."""


@dataclass(frozen=True)
class Line:
    """One line of the bill. ``unit_baht`` and ``baht`` are None where the station gave no price."""

    item: str
    quantity: Decimal
    unit: str
    unit_baht: Decimal | None
    baht: Decimal | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bill:
    """The lines and what they sum up to."""

    lines: tuple[Line, ...]
    baht: Decimal
    """Sum of the lines that have a price."""
    unpriced: tuple[str, ...]
    """Items without a price: while there are any, the sum is a part of the cost and not the cost."""
    cable_m: Mapping[int, float]
    """Straight-line metres by site."""


def bill(cameras: Sequence[NewCamera], power_points: Sequence[tuple[float, float]], prices: Mapping[str, Decimal | int | str]) -> Bill:
    """The bill for these cameras. ``prices``: baht a piece by ``camera:KIND``, ``lens:LENS``, ``mast:MAST``, and a metre of ``cable``.

    Cable is ordered in whole metres for each camera, from the nearest power point, in a straight line. Raises ValueError on a price
    below 0.
    """
    unit_prices = {item: Decimal(price) for item, price in prices.items()}
    if any(price < 0 for price in unit_prices.values()):
        raise ValueError("a price is 0 or more")
    pieces: Counter[str] = Counter()
    for camera in cameras:
        pieces[f"camera:{camera.kind}"] += 1
        pieces[f"lens:{camera.lens}"] += 1
        if camera.mast is not None:
            pieces[f"mast:{camera.mast}"] += 1
    lines = [_line(item, Decimal(count), PIECE, unit_prices.get(item)) for item, count in sorted(pieces.items())]
    lengths = [(camera.site, _nearest_m(camera, power_points)) for camera in cameras] if power_points else []
    if lengths:
        metres = sum((_whole(length) for _, length in lengths), Decimal(0))
        lines.append(_line(CABLE, metres, METRE, unit_prices.get(CABLE), (STRAIGHT_LINE,)))
    elif cameras:
        lines.append(_line(CABLE, Decimal(0), METRE, None, (NO_POWER_POINT,)))
    known = sum((line.baht for line in lines if line.baht is not None), Decimal(0))
    return Bill(tuple(lines), known, tuple(line.item for line in lines if line.baht is None), dict(lengths))


def _line(item: str, quantity: Decimal, unit: str, unit_baht: Decimal | None, notes: tuple[str, ...] = ()) -> Line:
    baht = None if unit_baht is None else (quantity * unit_baht).quantize(SATANG, ROUND_HALF_UP)
    return Line(item, quantity, unit, unit_baht, baht, notes)


def _nearest_m(camera: NewCamera, power_points: Sequence[tuple[float, float]]) -> float:
    return min(math.hypot(camera.x - x, camera.y - y) for x, y in power_points)


def _whole(length_m: float) -> Decimal:
    """Cable is cut by the metre, and never too short. A millimetre over is a rounding of the survey."""
    return Decimal(length_m - 0.001).to_integral_value(ROUND_CEILING) if length_m > 0 else Decimal(0)
