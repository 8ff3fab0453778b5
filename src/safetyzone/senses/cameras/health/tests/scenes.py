"""Made street scenes, and what befalls a camera. Seeded; no picture of a real place."""

import numpy as np

from safetyzone.senses.cameras.health.picture import HEIGHT, WIDTH, Grey


def scene(seed: int, *, wide: int = 3) -> np.ndarray:
    """A street, larger than a picture on every side: houses with windows, a road with lines, wires, trees."""
    drawn = np.random.default_rng(seed)
    height, width = HEIGHT * wide, WIDTH * wide
    sky = np.linspace(190, 150, height)[:, None] * np.ones((1, width))
    picture = sky.copy()
    horizon = height // 2 + int(drawn.integers(-6, 7))
    picture[horizon:] = np.linspace(90, 120, height - horizon)[:, None]
    left = 0
    while left < width:
        house = int(drawn.integers(12, 34))
        top = horizon - int(drawn.integers(14, 60))
        wall = float(drawn.uniform(60, 190))
        picture[max(0, top) : horizon + 4, left : left + house] = wall
        for y in range(max(0, top) + 4, horizon - 4, 9):
            for x in range(left + 3, min(left + house - 3, width - 4), 8):
                picture[y : y + 4, x : x + 4] = np.clip(wall + float(drawn.choice([-70, 60])), 5, 250)
        left += house + int(drawn.integers(0, 5))
    for y in range(horizon + 12, height, 16):
        picture[y : y + 2, ::] += 40 * (np.arange(width) // 12 % 2)
    for _ in range(8):
        y, x, r = int(drawn.integers(horizon - 20, horizon + 20)), int(drawn.integers(0, width)), int(drawn.integers(5, 12))
        yy, xx = np.ogrid[:height, :width]
        tree = (yy - y) ** 2 + (xx - x) ** 2 < r * r
        picture[tree] = 50 + 30 * drawn.random(int(tree.sum()))
    return picture


def look(world: np.ndarray, *, right: float = 0.0, down: float = 0.0, seed: int = 0, noise: float = 3.0) -> Grey:
    """What a camera sees of the scene, turned by a share of its picture's width and height."""
    y = HEIGHT + round(down * HEIGHT)
    x = WIDTH + round(right * WIDTH)
    cut = world[y : y + HEIGHT, x : x + WIDTH]
    return grey(cut + np.random.default_rng(seed).normal(0, noise, cut.shape))


def grey(picture: np.ndarray) -> Grey:
    return np.clip(picture, 0, 255).astype(np.uint8)


def blurred(picture: Grey, radius: int = 3) -> Grey:
    """A box blur, three times: nearly a lens out of focus."""
    out = picture.astype(float)
    for _ in range(3):
        for axis in (0, 1):
            padded = np.pad(out, [(radius, radius) if a == axis else (0, 0) for a in (0, 1)], mode="edge")
            out = sum(np.roll(padded, -k, axis) for k in range(2 * radius + 1))
            out = np.take(out, range(picture.shape[axis]), axis) / (2 * radius + 1)
    return grey(out + np.random.default_rng(1).normal(0, 1.5, picture.shape))


def passing(picture: Grey, seed: int, many: int = 4) -> Grey:
    """People and cars in the picture."""
    drawn, out = np.random.default_rng(seed), picture.copy()
    for _ in range(many):
        h, w = int(drawn.integers(6, 20)), int(drawn.integers(4, 22))
        y, x = int(drawn.integers(HEIGHT // 3, HEIGHT - h)), int(drawn.integers(0, WIDTH - w))
        out[y : y + h, x : x + w] = grey(drawn.uniform(20, 220) + drawn.normal(0, 12, (h, w)))
    return out
