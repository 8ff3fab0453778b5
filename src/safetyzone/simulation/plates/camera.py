"""What a camera makes of a plate: perspective, light, night, motion, distance, compression.

The result is a crop as a detector cuts it, with a margin that never takes a character away: a plate's edge is at least 4 % of its width
off the first letter, and the tightest crop loses 1.5 %.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from safetyzone.simulation.plates.drawing import Picture

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Conditions:
    """How the picture was taken."""

    width_px: int
    """Of the crop."""
    night: bool = False
    infrared: bool = False
    turn_deg: float = 0.0
    shear: float = 0.0
    slope: float = 0.0
    """How much the plate climbs to its right, seen from the side and above."""
    tilt: float = 0.0
    """How much shorter one side is than the other, -0.25 to 0.25."""
    blur_px: float = 0.0
    motion_px: int = 0
    motion_deg: float = 0.0
    noise: float = 0.0
    """Standard deviation, of 255."""
    sharpened: float = 0.0
    """How much the camera overdoes its edges: 1 doubles them, with the halos that telephones and recorders leave."""
    gain: float = 1.0
    shadow: float = 0.0
    jpeg: int = 90
    frame: bool = False
    """A holder with a dealer's strip around the plate."""
    seed: int = 0


def random_conditions(rng: np.random.Generator, *, night: bool | None = None) -> Conditions:
    """As found on a street: seven in ten by day, 70 to 210 px wide, most of them clear enough to be read by a person."""
    dark = bool(rng.random() < 0.3) if night is None else night
    width = int(rng.uniform(70, 210)) if rng.random() < 0.85 else int(rng.uniform(64, 90))
    soft = width / 160
    return Conditions(
        width, night=dark, infrared=dark and bool(rng.random() < 0.6), turn_deg=float(rng.normal(0, 5)), shear=float(rng.normal(0, 0.09)),
        slope=float(rng.normal(0, 0.06)),
        tilt=float(np.clip(rng.normal(0, 0.07), -0.2, 0.2)), blur_px=float(abs(rng.normal(0, 0.55)) * soft),
        motion_px=int(rng.integers(2, 6) * soft) if rng.random() < 0.3 else 0, motion_deg=float(rng.normal(0, 25)),
        noise=float(rng.uniform(2, 16) if dark else rng.uniform(0, 8)),
        gain=float(rng.uniform(0.35, 1.0) if dark else rng.uniform(0.45, 1.15)),
        shadow=float(rng.uniform(0.2, 0.6)) if rng.random() < 0.25 else 0.0, jpeg=int(rng.uniform(35, 96)), frame=bool(rng.random() < 0.35),
        sharpened=float(rng.uniform(0.4, 2.5)) if rng.random() < 0.3 else 0.0, seed=int(rng.integers(2**31)),
    )  # fmt: skip


def in_frame(flat: Picture, rng: np.random.Generator) -> Picture:
    """The plate in a holder: a rim, and often a strip with a dealer's words below or above."""
    height, width = flat.shape[:2]
    rim, strip = round(height * rng.uniform(0.02, 0.09)), round(height * rng.uniform(0.0, 0.22))
    colour = tuple(int(c) for c in (rng.integers(0, 256, 3) if rng.random() < 0.4 else np.full(3, rng.integers(5, 60))))
    above = rng.random() < 0.25
    held = cv2.copyMakeBorder(flat, rim + strip * above, rim + strip * (not above), rim, rim, cv2.BORDER_CONSTANT, value=colour)
    if strip > 8:
        words = "".join(chr(int(c)) for c in rng.integers(65, 91, int(rng.integers(5, 14))))
        y = round(strip * 0.85) if above else held.shape[0] - round(strip * 0.25)
        other = tuple(255 - c for c in colour)
        cv2.putText(held, words, (round(width * rng.uniform(0.05, 0.4)), y), cv2.FONT_HERSHEY_SIMPLEX, strip / 34, other, 1, cv2.LINE_AA)
    return np.asarray(held, np.uint8)


def corners_of(width: float, height: float, how: Conditions) -> Floats:
    """Where the four corners of the plate come to lie, clockwise from the upper left, around the origin."""
    corners = np.array([[-width, -height], [width, -height], [width, height], [-width, height]], np.float64) / 2
    corners[:, 1] *= 1 + how.tilt * np.sign(corners[:, 0])
    corners[:, 0] *= 1 + 0.5 * how.tilt * np.sign(corners[:, 1])
    corners[:, 0] += how.shear * corners[:, 1]
    corners[:, 1] += how.slope * corners[:, 0]
    angle = np.radians(how.turn_deg)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.asarray(corners @ turn.T, np.float32)


def _surroundings(rng: np.random.Generator, width: int, height: int) -> Picture:
    """A bumper: a few soft patches of one colour."""
    base = rng.uniform(10, 230) * np.array((1, 1, 1)) + rng.normal(0, 25, 3)
    patches = base + rng.normal(0, 22, (3, 4, 3))
    return np.clip(cv2.resize(patches.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR), 0, 255).astype(np.uint8)


def _light(picture: Floats, how: Conditions, rng: np.random.Generator) -> Floats:
    height, width = picture.shape[:2]
    if how.shadow > 0:
        angle = rng.uniform(0, 2 * np.pi)
        ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
        side = (xs / width - 0.5) * np.cos(angle) + (ys / height - 0.5) * np.sin(angle) - rng.uniform(-0.25, 0.25)
        picture = picture * (1 - how.shadow / (1 + np.exp(np.float32(-25) * side)))[..., None]
    if how.infrared:
        grey = picture @ np.array((0.05, 0.25, 0.7), np.float32)  # near infra-red: red and yellow are bright, black stays black
        picture = np.repeat(grey[..., None], 3, axis=2)
        bloom = cv2.GaussianBlur(picture, (0, 0), max(1.0, width / 60))
        picture = picture * 0.85 + bloom * 0.25
    elif how.night:
        picture = picture * np.array((0.75, 0.92, 1.08), np.float32)
    return np.asarray((picture - 128) * np.float32(rng.uniform(0.75, 1.15)) + 128 * np.float32(rng.uniform(0.85, 1.1)), np.float32)


def photograph(flat: Picture, how: Conditions) -> Picture:
    """The crop of the plate that a detector would cut from the frame."""
    rng = np.random.default_rng(how.seed)
    plate = in_frame(flat, rng) if how.frame else flat
    height, width = plate.shape[:2]
    corners = corners_of(width, height, how)
    low, high = corners.min(0), corners.max(0)
    margin = rng.uniform(-0.015, 0.11, 4) * np.array((width, height, width, height))
    low, high = low - margin[:2], high + margin[2:]
    scale = how.width_px / (high[0] - low[0])
    size = (how.width_px, max(20, round((high[1] - low[1]) * scale)))
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(source, ((corners - low) * scale).astype(np.float32))
    if scale < 0.75:
        plate = np.asarray(cv2.GaussianBlur(plate, (0, 0), 0.42 / scale), np.uint8)
    seen = cv2.warpPerspective(
        plate, matrix, size, flags=cv2.INTER_LINEAR, dst=_surroundings(rng, *size), borderMode=cv2.BORDER_TRANSPARENT
    )
    return degrade(_light(seen.astype(np.float32), how, rng) * np.float32(how.gain), how, rng)


def degrade(picture: Floats, how: Conditions, rng: np.random.Generator) -> Picture:
    """Blur, noise and compression of the camera."""
    if how.motion_px > 1:
        kernel = np.zeros((how.motion_px * 2 + 1,) * 2, np.float32)
        direction = np.array((np.cos(np.radians(how.motion_deg)), np.sin(np.radians(how.motion_deg)))) * how.motion_px / 2
        centre = np.array((how.motion_px, how.motion_px))
        start, end = ([int(v) for v in np.round(centre + sign * direction)] for sign in (-1, 1))
        cv2.line(kernel, start, end, 1.0, 1, cv2.LINE_AA)
        picture = np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum()), np.float32)
    if how.blur_px > 0.25:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), how.blur_px), np.float32)
    if how.noise > 0:
        grain = rng.standard_normal(picture.shape[:2], np.float32) * np.float32(how.noise)
        picture = picture + grain[..., None]
    if how.sharpened > 0:
        soft = cv2.GaussianBlur(picture, (0, 0), max(0.8, picture.shape[1] / 130))
        picture = np.asarray(picture + how.sharpened * (picture - soft), np.float32)
    done = np.clip(picture, 0, 255).astype(np.uint8)
    coded, data = cv2.imencode(".jpg", done, [cv2.IMWRITE_JPEG_QUALITY, how.jpeg])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8) if coded else done
