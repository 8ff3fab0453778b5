"""Teaching the reader."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from safetyzone.programs.vision.plates.alphabet import BLANK, decoded
from training.plates.learning import Run
from training.plates.reader_net import COLUMNS, FIRST, Pointer, ReaderNet
from training.plates.shards import shards

BATCH, MEASURE_EVERY = 32, 40_000
NAME_WEIGHT, LAYOUT_WEIGHT, POINT_WEIGHT = 0.7, 0.1, 0.5


@dataclass(frozen=True)
class Batch:
    pictures: Tensor
    texts: Tensor
    about: Tensor


def batches(file: Path, rng: np.random.Generator, size: int = BATCH) -> Iterator[Batch]:
    """A shard in random order."""
    with np.load(file) as kept:
        pictures, texts, about = kept["pictures"], kept["texts"], kept["about"]
    order = rng.permutation(len(pictures))
    for start in range(0, len(order) - size + 1, size):
        rows = order[start : start + size]
        yield Batch(
            torch.from_numpy(pictures[rows][:, None].astype(np.float32)), torch.from_numpy(texts[rows].astype(np.int64)),
            torch.from_numpy(about[rows].astype(np.int64)),
        )  # fmt: skip


def shaken(pictures: Tensor) -> Tensor:
    """Moved, stretched and slanted a little: a shard seen again is not the same. Rather smaller than larger, so no character is lost."""
    n = len(pictures)
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0] = torch.empty(n).uniform_(0.98, 1.09)
    theta[:, 1, 1] = torch.empty(n).uniform_(0.97, 1.1)
    theta[:, 0, 1] = torch.empty(n).normal_(0, 0.04)
    theta[:, 1, 0] = torch.empty(n).normal_(0, 0.06)
    theta[:, :, 2] = torch.empty(n, 2).uniform_(-0.025, 0.025)
    grid = functional.affine_grid(theta, list(pictures.shape), align_corners=False)
    moved = functional.grid_sample(pictures, grid, padding_mode="border", align_corners=False)
    return moved


class Taught(nn.Module):
    """The reader with what it needs only while it learns."""

    def __init__(self) -> None:
        super().__init__()
        self.reader, self.pointer = ReaderNet(), Pointer()


def loss_of(net: Taught, batch: Batch, device: torch.device) -> Tensor:
    pictures, texts, about = (
        batch.pictures.to(device).contiguous(memory_format=torch.channels_last),
        batch.texts.to(device),
        batch.about.to(device),
    )
    with torch.autocast(device.type, torch.bfloat16):
        lines, name = net.reader.seen(pictures)
        said, province, layout = net.reader.says(lines), net.reader.name(name), net.reader.layout(lines[:, COLUMNS:].mean(1))
        first = net.reader.says(net.pointer(lines))
    columns = torch.log_softmax(said.float(), 2).permute(1, 0, 2)
    lengths = torch.full((len(pictures),), len(columns), dtype=torch.long)
    letters = functional.ctc_loss(columns, texts, lengths, about[:, 0], zero_infinity=True)
    names = functional.cross_entropy(province.float(), about[:, 1], label_smoothing=0.02)
    pointed = functional.cross_entropy(first.float().flatten(0, 1), texts[:, :FIRST].flatten())
    return letters + NAME_WEIGHT * names + LAYOUT_WEIGHT * functional.cross_entropy(layout.float(), about[:, 2]) + POINT_WEIGHT * pointed


def greedy(said: Tensor) -> list[str]:
    """The best class of every column, repeated ones and blanks taken out."""
    texts = []
    for row in said.argmax(2).tolist():
        kept = [c for i, c in enumerate(row) if c != BLANK and (i == 0 or c != row[i - 1])]
        texts.append(decoded(kept))
    return texts


@torch.no_grad()
def measure(net: ReaderNet, file: Path, device: torch.device, most: int = 768) -> dict[str, float]:
    """Whole plates (letters and number), provinces, and whole motorcycle plates; greedy, one look, no grammar."""
    net.eval()
    with np.load(file) as kept:
        pictures, texts, about = kept["pictures"][:most], kept["texts"][:most], kept["about"][:most]
    right, named = [], []
    for start in range(0, len(pictures), 128):
        part = torch.from_numpy(pictures[start : start + 128][:, None].astype(np.float32)).to(device)
        with torch.autocast(device.type, torch.bfloat16):
            said, province, _ = net(part)
        for row, text in enumerate(greedy(said), start):
            right.append(text == decoded(texts[row, : about[row, 0]].tolist()))
        named += (province.argmax(1).cpu().numpy() == about[start : start + 128, 1]).tolist()
    net.train()
    exact, motorcycles = np.array(right), about[:, 2] == 1
    return {"exact": exact.mean(), "province": np.mean(named), "motorcycles": exact[motorcycles].mean()}


def mean_net(run: Run) -> ReaderNet:
    """The reader with the mean of its weights over the last steps."""
    taught = Taught().to(run.device)
    taught.load_state_dict(run.mean)
    return taught.reader


def learn(run: Run, cache: Path, unseen: Path) -> None:
    """Until the run's time is over. Shards drawn meanwhile are taken up; the newest and the least seen come first."""
    assert isinstance(run.net, Taught)  # noqa: S101 - made so by the command
    rng = np.random.default_rng(run.seen + 7_919 * run.rank)
    looks: dict[Path, int] = {}
    next_measure, smooth = run.seen + MEASURE_EVERY, 0.0
    while run.done < 1:
        file = min(shards(cache), key=lambda shard: (looks.get(shard, 0), rng.random()))
        looks[file] = looks.get(file, 0) + 1
        for batch in batches(file, rng):
            shaking = looks[file] > 1 or run.seen > 0
            loss = loss_of(run.net, Batch(shaken(batch.pictures) if shaking else batch.pictures, batch.texts, batch.about), run.device)
            run.step(loss, len(batch.texts))
            smooth = 0.98 * smooth + 0.02 * float(loss.detach())
            if run.rank == 0 and (run.seen >= next_measure or run.done >= 1):
                run.measured(loss=smooth, rate=rate_now(run), **measure(mean_net(run), unseen, run.device))
                next_measure = run.seen + MEASURE_EVERY
            if run.done >= 1:
                break
    if run.rank == 0:
        run.save()


def rate_now(run: Run) -> float:
    return float(run.optimiser.param_groups[0]["lr"])
