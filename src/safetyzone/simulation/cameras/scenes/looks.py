"""What surfaces look like: house fronts, signs, crowns, pavements and roads, as colours for metres along and metres up."""

import numpy as np

from safetyzone.simulation.cameras.scenes.layout import BAY_M, STOREY_M
from safetyzone.simulation.cameras.scenes.light import Light, chosen
from safetyzone.simulation.cameras.scenes.scene import Floats

FRONTS = np.asarray(
    [
        (0.80, 0.76, 0.66),
        (0.70, 0.72, 0.70),
        (0.83, 0.80, 0.76),
        (0.66, 0.58, 0.50),
        (0.62, 0.70, 0.74),
        (0.78, 0.68, 0.58),
        (0.74, 0.75, 0.79),
    ],
    np.float32,
)
SIGNS = np.asarray(
    [
        (0.85, 0.14, 0.14),
        (0.10, 0.38, 0.78),
        (0.95, 0.72, 0.10),
        (0.08, 0.55, 0.30),
        (0.92, 0.92, 0.90),
        (0.85, 0.30, 0.60),
        (0.95, 0.45, 0.10),
    ],
    np.float32,
)
AWNINGS = np.asarray([(0.60, 0.16, 0.14), (0.12, 0.30, 0.50), (0.16, 0.42, 0.26), (0.72, 0.66, 0.55), (0.50, 0.50, 0.52)], np.float32)
GLASS = np.asarray((0.20, 0.25, 0.30), np.float32)
WARM = np.asarray((1.0, 0.80, 0.50), np.float32)
COOL = np.asarray((0.85, 0.95, 1.0), np.float32)


def pick(colours: Floats, number: Floats, salt: int) -> Floats:
    """One of some colours for every number."""
    return colours[(chosen(number, salt) * len(colours)).astype(np.int64) % len(colours)]


def front(kind: str, seed: int, along: Floats, up: Floats, tall: float, light: Light) -> tuple[Floats, Floats]:
    """Colour of the surface and the light it gives by itself."""
    bay = np.floor(along / BAY_M).astype(np.int64) + seed
    storey = np.floor(up / STOREY_M).astype(np.int64)
    in_bay, in_storey = along / BAY_M % 1.0, up / STOREY_M % 1.0
    house = np.full_like(bay, seed) if kind in {"office", "side"} else bay
    colour = pick(FRONTS, house, 1) * (0.86 + 0.14 * chosen(bay, 2))[..., None]
    glow = np.zeros_like(colour)
    upper = storey >= 1
    if kind == "side":
        stain = 0.9 + 0.1 * chosen(np.floor(along * 1.3).astype(np.int64) + seed, 3)
        window = upper & (np.abs(in_bay - 0.5) < 0.1) & (in_storey > 0.4) & (in_storey < 0.72)
        pane = bay * 331 + storey * 17
        colour *= 0.74 * stain[..., None]
    elif kind in {"office", "block"}:
        window = upper & (in_storey > 0.28) & (in_storey < 0.86) & (in_bay * 3 % 1.0 > 0.14)
        pane = bay * 331 + storey * 17 + np.floor(in_bay * 3).astype(np.int64)
    else:
        window = upper & (in_storey > 0.26) & (in_storey < 0.8) & (np.abs(in_bay - 0.27) < 0.15) | (
            upper & (in_storey > 0.26) & (in_storey < 0.8) & (np.abs(in_bay - 0.73) < 0.15)
        )
        pane = bay * 331 + storey * 17 + (in_bay > 0.5)
        colour *= np.where((in_storey < 0.06) & upper, 0.72, 1.0)[..., None]  # a ledge between storeys
        colour *= np.where((in_bay < 0.03) | (in_bay > 0.97), 0.78, 1.0)[..., None]
    colour = np.where(window[..., None], GLASS * (0.8 + 0.7 * chosen(pane, 4))[..., None], colour)
    if light.night:
        lit = window & (chosen(pane, 6) < 0.26)
        glow += np.where(
            lit[..., None], np.where((chosen(pane, 7) < 0.6)[..., None], WARM, COOL) * (0.35 + 0.4 * chosen(pane, 8))[..., None], 0
        )
    colour *= np.where(up > tall - 0.35, 0.7, 1.0)[..., None]
    if kind != "side":
        _shop_fronts(colour, glow, bay, in_bay, up, light)
    return colour, glow


def _shop_fronts(colour: Floats, glow: Floats, bay: Floats, in_bay: Floats, up: Floats, light: Light) -> None:
    """The ground floor: glass, goods or a shutter; an awning and a sign above it. Changes what it is given."""
    shop = (up < 2.7) & (in_bay > 0.05) & (in_bay < 0.95)
    opened = chosen(bay, 11) < (0.6 if light.night else 0.85)
    goods = np.floor(in_bay * 15).astype(np.int64) * 7 + np.floor(up * 3.6).astype(np.int64) + bay * 97
    inner = 0.16 + 0.20 * pick(SIGNS, goods, 12) + 0.10 * chosen(bay, 19)[..., None]
    inner *= np.where((in_bay * 3 % 1.0 < 0.05) | (up < 0.25), 0.55, 1.0)[..., None]  # frames of the doors
    colour[shop & opened] = inner[shop & opened]
    shutter = shop & ~opened
    colour[shutter] = (0.5 + 0.1 * (up * 6 % 1.0 > 0.5))[shutter][:, None] * np.asarray((0.95, 0.97, 1.0), np.float32)
    if light.night:
        tone = np.where((chosen(bay, 13) < 0.5)[..., None], WARM, COOL)
        share = (0.42 + 0.16 * chosen(goods, 14)) * (0.7 + 0.3 * np.cos((in_bay - 0.5) * 3)) * np.where(in_bay * 3 % 1.0 < 0.05, 0.3, 1.0)
        glow[shop & opened] = (tone * share[..., None])[shop & opened]
    awning = (up >= 2.7) & (up < 3.1)
    colour[awning] = pick(AWNINGS, bay, 15)[awning] * (0.85 + 0.15 * (in_bay * 10 % 1.0 > 0.5))[awning][:, None]
    sign = (up >= 3.1) & (up < 3.95) & (in_bay > 0.08) & (in_bay < 0.92)
    letters = (
        (np.abs(up - 3.52) < 0.2) & (np.abs(in_bay - 0.5) < 0.3) & (chosen(np.floor(in_bay * 34).astype(np.int64) + bay * 41, 16) < 0.62)
    )
    plate, ink = pick(SIGNS, bay, 17), np.where((chosen(bay, 17) > 0.57)[..., None] & (chosen(bay, 17) < 0.72)[..., None], 0.15, 0.95)
    face = np.where(letters[..., None], ink, plate).astype(np.float32)
    colour[sign] = face[sign]
    if light.night:
        burns = sign & (chosen(bay, 18) < 0.65)
        glow[burns] = face[burns] * 0.75


def crown(seed: int, along: Floats, up: Floats) -> tuple[Floats, Floats]:
    """A street tree's colour, and where there is any of it: 5 m across, from 0 to 7 m."""
    x, y = along - 2.5, up - 4.7
    leaf = 0.55 * chosen(np.floor(along * 4.3).astype(np.int64) * 131 + np.floor(up * 4.1).astype(np.int64) + seed, 31)
    leaf += 0.45 * chosen(np.floor(along * 13 + up * 3).astype(np.int64) * 137 + np.floor(up * 12 - along * 4).astype(np.int64) + seed, 32)
    edge = np.hypot(x / 2.4, y / 2.2) + 0.28 * (leaf - 0.5) + 0.12 * np.sin(3.1 * np.arctan2(y, x) + seed)
    leaves, trunk = edge < 0.92, (np.abs(x) < 0.13) & (up < 3.6)
    green = np.asarray((0.20, 0.34, 0.14), np.float32) * (0.55 + 0.6 * leaf + 0.12 * y)[..., None]
    return np.where(leaves[..., None], green, np.asarray((0.30, 0.24, 0.18), np.float32)), leaves | trunk


def road(aside: Floats, along: Floats, half: float, *, one_way: bool, zebras: Floats) -> Floats:
    """Asphalt and its paint. ``aside`` is signed, from the middle line; ``zebras`` says how far the nearest crossing is."""
    rough = chosen(np.floor(along * 3).astype(np.int64) * 977 + np.floor((aside + 50) * 3).astype(np.int64), 41)
    wheel = 0.02 * np.cos(aside * 4.2)
    colour = np.repeat((0.25 + 0.035 * rough + wheel)[..., None], 3, axis=2).astype(np.float32)
    colour *= np.asarray((1.0, 1.0, 1.03), np.float32)
    patch = chosen(np.floor(along / 7).astype(np.int64) * 31 + np.floor((aside + 50) / 3).astype(np.int64), 42) < 0.06
    colour[patch] *= 0.82
    white, yellow = np.asarray((0.78, 0.78, 0.75), np.float32), np.asarray((0.75, 0.60, 0.16), np.float32)
    paint = zebras > 2.2
    if half > 2.9:
        middle = (np.abs(np.abs(aside) - 0.12) < 0.07) if half > 5 and not one_way else (np.abs(aside) < 0.07) & (along % 4.0 < 2.0)
        colour[paint & middle] = yellow if not one_way else white
    if half > 5:
        colour[paint & (np.abs(np.abs(aside) - half / 2) < 0.07) & (along % 5.0 < 2.0)] = white
    colour[(np.abs(np.abs(aside) - half + 0.35) < 0.06)] = white * 0.9
    bars = (zebras < 1.5) & (aside % 1.0 < 0.5) & (np.abs(aside) < half - 0.4)
    colour[bars] = white
    colour[(np.abs(zebras - 2.1) < 0.15) & (np.abs(aside) < half - 0.4) & (aside > 0)] = white
    return colour


def pavement(x: Floats, y: Floats, beyond: Floats) -> Floats:
    """Slabs beside the kerb; the kerb itself in red and white, as where nobody may park."""
    slab = np.floor(x / 0.9).astype(np.int64) * 71 + np.floor(y / 0.9).astype(np.int64)
    tone = 0.48 + 0.07 * chosen(slab, 51)
    seam = (x / 0.9 % 1.0 < 0.06) | (y / 0.9 % 1.0 < 0.06)
    colour = (np.where(seam, tone * 0.8, tone))[..., None] * np.asarray((1.0, 0.96, 0.90), np.float32)
    colour[np.abs(beyond - 1.2) < 0.13] = np.asarray((0.66, 0.58, 0.26), np.float32)  # the guiding line for those who do not see
    kerb = beyond < 0.22
    stripe = np.floor((x + y) / 1.2).astype(np.int64) % 2 == 0
    colour[kerb] = np.where(stripe[kerb][:, None], np.asarray((0.70, 0.18, 0.15), np.float32), np.asarray((0.80, 0.80, 0.78), np.float32))
    return colour.astype(np.float32)
