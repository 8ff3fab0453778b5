"""Vehicles with drawn plates that pass a pretend camera: for the demo, and for proofs that begin at a camera."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from safetyzone.contracts.plates import Plate, VehicleClass
from safetyzone.simulation.cameras.clip import encode
from safetyzone.simulation.plates.drawing import Picture, draw, plain_style, set_words
from safetyzone.simulation.plates.fonts import faces

SIZE = (1280, 720)
RATE = 10
TAKES_S = 3.2
"""From the far end of the street to below the camera: 25 m at 28 km/h."""
FAR_PX, NEAR_PX = 58.0, 210.0
"""Width of a car's plate at both ends: 80 px/m halfway, what EN 62676-4 asks to read one."""
HORIZON = 0.24
NIGHT = 0.42
"""What is left of the light."""
SIMULATED, MARK_SHARE = "ภาพจำลอง · SIMULATED", 0.34
BODIES = ((52, 60, 68), (196, 196, 200), (40, 44, 120), (120, 70, 30), (28, 30, 34), (70, 92, 70))


@dataclass(frozen=True, slots=True)
class Passing:
    """A vehicle that enters at second ``at_s`` of the film."""

    plate: Plate = field(repr=False)
    at_s: float
    lane: int = 0
    """-1 left, 0 middle, 1 right."""
    near_px: float = NEAR_PX
    """Width of its plate where it leaves the picture."""


def film(path: Path, vehicles: Sequence[Passing], *, seconds: float, seed: int = 1, night: bool = False) -> Path:
    """An H.264 film of a street, BGR drawn and encoded, that loops without a vehicle at its seam. Raises ``NoThaiFont``."""
    made = np.random.default_rng(seed)
    ground = _marked(street(made, night=night))
    plates = [(one, _body(one, made, night=night)) for one in vehicles]
    noise = [made.normal(0, 5.0 if night else 2.5, (SIZE[1], SIZE[0], 1)).astype(np.float32) for _ in range(4)]
    empty = [_noisy(ground, grain) for grain in noise]

    def pictures() -> Iterator[np.ndarray]:
        for number in range(round(seconds * RATE)):
            now = [(number / RATE - one.at_s, one, body) for one, body in plates]
            there = sorted((each for each in now if 0 <= each[0] <= TAKES_S), key=lambda each: each[0])
            if not there:  # most of a film: its four pictures are made once
                yield empty[number % 4]
                continue
            picture = ground.copy()
            for since, one, body in there:
                _put(picture, body, one, since / TAKES_S)
            yield _noisy(picture, noise[number % 4])

    return encode(path, pictures(), size=SIZE, fps=RATE, gop_s=2.0, bit_rate=1_500_000)


def _noisy(picture: Picture, grain: npt.NDArray[np.float32]) -> Picture:
    """As the sensor gives it, RGB."""
    return np.asarray(np.clip(picture + grain, 0, 255), np.uint8)[..., ::-1]


def _marked(ground: Picture) -> Picture:
    """In the lower corner, on every picture: that nothing here is real."""
    mask = set_words(plain_style(faces()).word, SIMULATED)
    height = round(mask.shape[0] * MARK_SHARE)
    small = cv2.resize(mask, (round(mask.shape[1] * MARK_SHARE), height), interpolation=cv2.INTER_AREA)[..., None] / np.float32(255)
    y, x = SIZE[1] - height - 14, 16
    part = ground[y : y + height, x : x + small.shape[1]]
    part[:] = (part + small * (np.float32(235) - part)).astype(np.uint8)
    return ground


def street(made: np.random.Generator, *, night: bool) -> Picture:
    """Asphalt, kerbs, shop fronts and a sky, seen from four metres up."""
    width, height = SIZE
    horizon = round(height * HORIZON)
    picture = np.empty((height, width, 3), np.float32)
    picture[:horizon] = (205, 180, 160)
    picture[horizon:] = np.linspace(95, 62, height - horizon, dtype=np.float32)[:, None, None]
    for side in (-1, 1):
        for k in range(5):
            near, far = 0.5 + side * (0.62 - 0.1 * k), 0.5 + side * (0.52 - 0.1 * k)
            x0, x1 = sorted((round(near * width), round(far * width)))
            top = round(horizon * (0.15 + 0.13 * k))
            cv2.rectangle(picture, (x0, top), (x1, round(height * (0.62 - 0.075 * k))), [float(v) for v in made.uniform(60, 190, 3)], -1)
    for edge in (-0.34, 0.34):
        foot, far_end = (round((0.5 + edge * 1.7) * width), height), (round((0.5 + edge * 0.16) * width), horizon)
        cv2.line(picture, foot, far_end, (170.0, 170.0, 170.0), 6, cv2.LINE_AA)
    grain = made.normal(0, 6, (height // 2, width // 2, 1)).astype(np.float32)
    picture += cv2.resize(grain, (width, height), interpolation=cv2.INTER_LINEAR)[..., None]
    return np.asarray(np.clip(picture * (NIGHT if night else 1.0), 0, 255), np.uint8)


def _body(one: Passing, made: np.random.Generator, *, night: bool) -> Picture:
    """The back of a vehicle, its plate in its place; drawn large and made small by distance. By night the plate alone shines."""
    plate = draw(one.plate, replace(plain_style(faces()), screws=0, province_height=0.145))
    motorcycle = one.plate.vehicle_class is VehicleClass.MOTORCYCLE
    wide = round(plate.shape[1] * (2.1 if motorcycle else 4.4))
    tall = round(wide * (1.5 if motorcycle else 0.84))
    paint = BODIES[int(made.integers(len(BODIES)))]
    body = np.full((tall, wide, 3), np.multiply(paint, NIGHT if night else 1.0), np.uint8)
    glass = (round(wide * 0.14), round(tall * 0.06)), (round(wide * 0.86), round(tall * 0.4))
    cv2.rectangle(body, *glass, (30, 30, 34), -1)
    for side in (0.05, 0.8):
        cv2.rectangle(body, (round(wide * side), round(tall * 0.46)), (round(wide * (side + 0.15)), round(tall * 0.6)), (40, 40, 190), -1)
    cv2.rectangle(body, (0, round(tall * 0.9)), (wide, tall), (22, 22, 24), -1)
    y, x = round(tall * 0.55), (wide - plate.shape[1]) // 2
    body[y - 6 : y + plate.shape[0] + 6, x - 6 : x + plate.shape[1] + 6] = (35, 35, 38)
    body[y : y + plate.shape[0], x : x + plate.shape[1]] = plate
    return body


def _put(picture: Picture, body: Picture, one: Passing, along: float) -> None:
    """The vehicle after this share of its way: nearer is larger and lower, as 1/distance goes."""
    plate_share = 1 / (2.1 if body.shape[0] > body.shape[1] else 4.4)
    distance = 1 / FAR_PX + (1 / one.near_px - 1 / FAR_PX) * along
    scale = 1 / distance / (body.shape[1] * plate_share)
    small = cv2.resize(body, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    h, w = small.shape[:2]
    near = (1 / distance - FAR_PX) / (NEAR_PX - FAR_PX)
    foot = round(SIZE[1] * (HORIZON + 0.26 + 0.5 * near))
    x, y = round(SIZE[0] * (0.5 + one.lane * (0.08 + 0.2 * near)) - w / 2), foot - h
    x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + w, SIZE[0]), min(y + h, SIZE[1])
    if x0 < x1 and y0 < y1:
        picture[y0:y1, x0:x1] = small[y0 - y : y1 - y, x0 - x : x1 - x]
