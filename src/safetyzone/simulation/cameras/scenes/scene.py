"""What a pretend camera looks at, and how a place becomes a point of its picture. Lengths are metres, angles degrees."""

import math
from dataclasses import dataclass

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

WIDTH, HEIGHT = 640, 360
FPS = 10
SECONDS = 16
"""Of the loop; key frames every 1, 2 and 4 seconds fit into it."""
BIT_RATE = 250_000
EastNorth = tuple[float, float]
"""Metres from the camera."""
Floats = np.ndarray


class Said(BaseModel):
    """Every shape here: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Building(Said):
    """A footprint as the map knows it."""

    ring: tuple[EastNorth, ...]
    height_m: float


class Street(Said):
    """A street near the camera."""

    line: tuple[EastNorth, ...] = Field(min_length=2)
    road_class: str
    one_way: bool = False


class Passer(Said):
    """A vehicle with a number plate that passes close to the camera, ``at_s`` seconds after its loop began."""

    series: str = Field(repr=False)
    number: str = Field(repr=False)
    province: str = Field(repr=False)
    vehicle_class: str = "car"
    at_s: float
    lane: int = 0
    """-1 left, 0 middle, 1 right."""


class Scene(Said):
    """A camera's place and view, and what stands around it."""

    code: str
    name_th: str = ""
    name_en: str = ""
    height_m: float = 6.0
    azimuth_deg: float = 0.0
    tilt_deg: float = 13.0
    hfov_deg: float = 75.0
    night: bool = False
    seed: int = 1
    gop_s: float = 2.0
    buildings: tuple[Building, ...] = ()
    streets: tuple[Street, ...] = ()
    passing: tuple[Passer, ...] = ()
    """With these it is a film of plates that pass, and shows no map."""
    passing_s: float = 60.0
    """The loop of that film."""


class Scenes(Said):
    """All cameras of a pretend zone, and the font that their names are written in."""

    scenes: tuple[Scene, ...]
    font: str = ""


@dataclass(frozen=True)
class View:
    """A pinhole: x to the right, y ahead along the ground, z up from the ground, all in metres from the foot of the mast."""

    height: float
    azimuth: float
    tilt: float
    focal: float
    """In pixels."""
    width: int
    tall: int

    @classmethod
    def of(cls, scene: Scene, scale: float = 1.0) -> "View":
        """The view of a camera in a picture of ``scale`` times the usual size."""
        focal = round(WIDTH * scale) / 2 / math.tan(math.radians(min(scene.hfov_deg, 120.0)) / 2)
        tilt, azimuth = math.radians(scene.tilt_deg), math.radians(scene.azimuth_deg)
        return cls(max(scene.height_m, 2.5), azimuth, tilt, focal, round(WIDTH * scale), round(HEIGHT * scale))

    def turned(self, place: EastNorth) -> tuple[float, float]:
        """East and north of the camera as right and ahead."""
        east, north = place
        ahead_east, ahead_north = math.sin(self.azimuth), math.cos(self.azimuth)
        return east * ahead_north - north * ahead_east, east * ahead_east + north * ahead_north

    def depth(self, x: float, y: float, z: float = 0.0) -> float:
        """How far along the axis of the lens."""
        return y * math.cos(self.tilt) - (z - self.height) * math.sin(self.tilt)

    def point(self, x: float, y: float, z: float = 0.0) -> tuple[float, float]:
        """Where it is in the picture; only for a depth above zero."""
        depth = max(self.depth(x, y, z), 0.05)
        up = y * math.sin(self.tilt) + (z - self.height) * math.cos(self.tilt)
        return self.width / 2 + self.focal * x / depth, self.tall / 2 - self.focal * up / depth

    def sees(self, x: float, y: float, margin: float = 0.0) -> bool:
        """Whether a place on the ground is in the picture, or nearly so (``margin`` in pixels)."""
        if self.depth(x, y) < 1.0:
            return False
        across, down = self.point(x, y)
        return -margin <= across <= self.width + margin and down <= self.tall + margin

    def rays(self) -> tuple[Floats, Floats, Floats]:
        """Of every pixel: the direction that goes one metre along the axis, as right (one row), ahead and up (one column)."""
        right = ((np.arange(self.width, dtype=np.float32) + 0.5 - self.width / 2) / self.focal)[None, :]
        rise = ((self.tall / 2 - np.arange(self.tall, dtype=np.float32) - 0.5) / self.focal)[:, None]
        ahead = np.float32(math.cos(self.tilt)) + rise * np.float32(math.sin(self.tilt))
        up = np.float32(-math.sin(self.tilt)) + rise * np.float32(math.cos(self.tilt))
        return right, ahead, up
