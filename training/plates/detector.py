"""Teaching the detector."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from safetyzone.simulation.plates.fonts import Face
from safetyzone.simulation.plates.scenes import scene
from training.plates.detector_net import STRIDE, DetectorNet
from training.plates.learning import Run

SIDE, SCENES, MOST_BOXES = 320, 512, 4
CELLS = SIDE // STRIDE
BATCH, MEASURE_EVERY = 32, 4_000
HELD_OUT_SEED = 2_000_000
Floats = npt.NDArray[np.float32]


def draw_scenes(folder: Path, number: int, faces: tuple[Face, ...]) -> Path:
    """A numbered file of scenes with their boxes (-1 where there are fewer)."""
    to = folder / f"detector-{number:07d}.npz"
    if to.exists():
        return to
    rng = np.random.default_rng(5_000_000 + number)
    pictures, boxes = np.empty((SCENES, SIDE, SIDE, 3), np.uint8), np.full((SCENES, MOST_BOXES, 4), -1, np.float32)
    for row in range(SCENES):
        one = scene(rng, faces, SIDE)
        pictures[row] = one.picture
        for k, box in enumerate(one.boxes):
            boxes[row, k] = box
    folder.mkdir(parents=True, exist_ok=True)
    part = to.with_suffix(f".{os.getpid()}.part.npz")
    np.savez(part, pictures=pictures, boxes=boxes)
    part.rename(to)
    return to


def scene_files(folder: Path) -> list[Path]:
    return [file for file in sorted(folder.glob("detector-*.npz")) if "part" not in file.name and int(file.stem[9:]) < HELD_OUT_SEED]


def targets(boxes: Floats) -> tuple[Floats, Floats, Floats]:
    """Heat, shape and where shape counts, of one batch of boxes. Each middle is a bump as wide as a quarter of its plate."""
    n = len(boxes)
    heat, shape = np.zeros((n, 1, CELLS, CELLS), np.float32), np.zeros((n, 4, CELLS, CELLS), np.float32)
    counts = np.zeros((n, 1, CELLS, CELLS), np.float32)
    ys, xs = np.mgrid[0:CELLS, 0:CELLS].astype(np.float32) + 0.5
    for row in range(n):
        for x, y, w, h in boxes[row][boxes[row, :, 2] > 0] / STRIDE:
            cx, cy = x + w / 2, y + h / 2
            bump = np.exp(-(((xs - cx) / max(w / 5, 0.7)) ** 2 + ((ys - cy) / max(h / 5, 0.7)) ** 2) / 2)
            column, line = int(np.clip(cx, 0, CELLS - 1)), int(np.clip(cy, 0, CELLS - 1))
            bump[line, column] = 1.0
            np.maximum(heat[row, 0], bump, out=heat[row, 0])
            near = bump > 0.5  # noqa: PLR2004 - the inner cells all learn the box
            counts[row, 0][near] = 1
            shape[row][:, near] = np.stack([np.full(near.sum(), np.log(w)), np.full(near.sum(), np.log(h)), cx - xs[near], cy - ys[near]])
    return heat, shape, counts


def batches(file: Path, rng: np.random.Generator) -> Iterator[tuple[Tensor, Floats]]:
    """Scenes in random order, half of them seen in a mirror (a plate's writing is not read here, so none is harmed)."""
    with np.load(file) as kept:
        pictures, boxes = kept["pictures"], kept["boxes"]
    order = rng.permutation(len(pictures))
    for start in range(0, len(order), BATCH):
        rows = order[start : start + BATCH]
        chosen, where = pictures[rows], boxes[rows].copy()
        shift = rng.uniform(0.7, 1.2, (len(rows), 1, 1, 3)).astype(np.float32)
        if rng.random() < 0.3:  # noqa: PLR2004
            shift[:] = shift.mean(3, keepdims=True)
        yield torch.from_numpy(np.clip(chosen * shift, 0, 255).transpose(0, 3, 1, 2).copy()), where


def loss_of(net: DetectorNet, frames: Tensor, boxes: Floats, device: torch.device) -> Tensor:
    """Focal loss of the heat (Law and Deng, 2018), and the mean difference of the shapes."""
    want, shape, counts = (torch.from_numpy(array).to(device) for array in targets(boxes))
    with torch.autocast(device.type, torch.bfloat16):
        logits, said = net(frames.to(device).contiguous(memory_format=torch.channels_last))
    heat = torch.sigmoid(logits).clamp(1e-4, 1 - 1e-4)
    middle = want.eq(1).float()
    good = -((1 - heat) ** 2) * heat.log() * middle
    bad = -((1 - want) ** 4) * heat**2 * (1 - heat).log() * (1 - middle)
    focal = (good.sum() + bad.sum()) / middle.sum().clamp(min=1)
    return focal + 2.0 * functional.smooth_l1_loss(said * counts, shape * counts, reduction="sum", beta=0.2) / counts.sum().clamp(min=1)


def found(heat: Floats, shape: Floats, threshold: float) -> list[tuple[float, float, float, float, float]]:
    """Boxes (x, y, w, h, score) of one map: its local peaks."""
    high = np.asarray(functional.max_pool2d(torch.from_numpy(heat[None, None]), 5, 1, 2)[0, 0])
    boxes = []
    for line, column in zip(*np.where((heat == high) & (heat > threshold)), strict=True):
        w, h = np.exp(shape[:2, line, column])
        cx, cy = column + 0.5 + shape[2, line, column], line + 0.5 + shape[3, line, column]
        boxes.append((*(float(v) * STRIDE for v in (cx - w / 2, cy - h / 2, w, h)), float(heat[line, column])))
    return boxes  # type: ignore[return-value]


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Intersection over union."""
    w = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    h = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    both = max(w, 0.0) * max(h, 0.0)
    return both / (one[2] * one[3] + other[2] * other[3] - both)


@torch.no_grad()
def measure(net: DetectorNet, file: Path, device: torch.device, most: int = 256, threshold: float = 0.4) -> dict[str, float]:
    """Share of plates found (IoU over 0.5), and false boxes a scene."""
    net.eval()
    with np.load(file) as kept:
        pictures, boxes = kept["pictures"][:most], kept["boxes"][:most]
    hit = total = false = 0
    for start in range(0, len(pictures), BATCH):
        frames = torch.from_numpy(pictures[start : start + BATCH].transpose(0, 3, 1, 2).astype(np.float32)).to(device)
        logits, shapes = net(frames)
        for row, (heat, shape) in enumerate(zip(torch.sigmoid(logits).cpu().numpy(), shapes.cpu().numpy(), strict=True), start):
            said = found(heat[0], shape, threshold)
            there = [tuple(box) for box in boxes[row] if box[2] > 0]
            got = sum(any(overlap(box, one) > 0.5 for one in said) for box in there)  # noqa: PLR2004
            hit, total, false = hit + got, total + len(there), false + max(0, len(said) - got)
    net.train()
    return {"recall": hit / max(1, total), "false_a_scene": false / len(pictures)}


def learn(run: Run, cache: Path, unseen: Path) -> None:
    """Until the run's time is over."""
    assert isinstance(run.net, DetectorNet)  # noqa: S101 - made so by the command
    rng = np.random.default_rng(run.seen + 7_919 * run.rank)
    looks: dict[Path, int] = {}
    next_measure, smooth = run.seen + MEASURE_EVERY, 0.0
    while run.done < 1:
        file = min(scene_files(cache), key=lambda one: (looks.get(one, 0), rng.random()))
        looks[file] = looks.get(file, 0) + 1
        for frames, boxes in batches(file, rng):
            loss = loss_of(run.net, frames, boxes, run.device)
            run.step(loss, len(boxes))
            smooth = 0.98 * smooth + 0.02 * float(loss.detach())
            if run.rank == 0 and (run.seen >= next_measure or run.done >= 1):
                net = DetectorNet().to(run.device)
                net.load_state_dict(run.mean)
                run.measured(loss=smooth, **measure(net, unseen, run.device))
                next_measure = run.seen + MEASURE_EVERY
            if run.done >= 1:
                break
    if run.rank == 0:
        run.save()
