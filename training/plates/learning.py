"""What both models share while they learn: a clock that drives the learning rate, a mean of the weights, checkpoints, curves."""

import json
import math
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import distributed, nn

from training.plates.curves import svg

WARM, TOP_RATE = 0.06, 2e-3
CHECKPOINT_EVERY_S, MEAN_DECAY = 90.0, 0.998
TOGETHER_EVERY = 24
"""Steps between two meetings of the processes that learn together."""


def rate(done: float) -> float:
    """The learning rate when ``done`` (0 to 1) of the time is spent: up, then down a cosine. By the clock, so that it ends."""
    if done < WARM:
        return TOP_RATE * (0.05 + 0.95 * done / WARM)
    return TOP_RATE * (0.003 + 0.997 * 0.5 * (1 + math.cos(math.pi * min(1.0, (done - WARM) / (1 - WARM)))))


@dataclass
class Run:
    """One training, in a folder that it can be resumed from. ``minutes`` is the whole of it, over all its parts."""

    folder: Path
    net: nn.Module
    minutes: float
    device: torch.device
    rank: int = 0
    """Of the processes that learn together, this one. The first measures and keeps."""
    spent_s: float = 0.0
    seen: int = 0
    rows: list[dict[str, float]] = field(default_factory=list)
    """What was measured, in the order of time: ``seen``, ``minutes`` and the figures."""

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.net.to(self.device, memory_format=torch.channels_last)
        self.optimiser = torch.optim.AdamW(self.net.parameters(), lr=TOP_RATE, weight_decay=0.01, fused=True)
        self.mean = {key: value.detach().clone() for key, value in self.net.state_dict().items()}
        self._at, self._saved, self._steps = time.monotonic(), time.monotonic(), 0
        self._processes = distributed.get_world_size() if distributed.is_initialized() else 1
        if self.file.exists():
            self._resume()

    @property
    def file(self) -> Path:
        return self.folder / "run.pt"

    @property
    def done(self) -> float:
        return min(1.0, self.spent_s / (60 * self.minutes))

    def _resume(self) -> None:
        kept: dict[str, Any] = torch.load(self.file, map_location=self.device, weights_only=True)
        self.net.load_state_dict(kept["net"])
        self.optimiser.load_state_dict(kept["optimiser"])
        self.mean, self.spent_s, self.seen, self.rows = kept["mean"], kept["spent_s"], kept["seen"], kept["rows"]
        print(f"resumed after {self.seen:,} samples, {self.spent_s / 60:.1f} minutes", flush=True)

    def step(self, loss: torch.Tensor, samples: int) -> None:
        """One step down; then the clock, the mean and, when it is time, a checkpoint."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate(self.done)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 3.0)
        self.optimiser.step()
        self._steps += 1
        self.seen += samples * self._processes
        if self._steps % TOGETHER_EVERY == 0:
            self._meet()
        if self.rank:
            return
        keep = min(MEAN_DECAY, 1 - 1 / (1 + self.seen / (10 * samples)))
        with torch.no_grad():
            for key, value in self.net.state_dict().items():
                if value.is_floating_point():
                    self.mean[key].lerp_(value, 1 - keep)
                else:
                    self.mean[key].copy_(value)
        if time.monotonic() - self._saved > CHECKPOINT_EVERY_S:
            self.save()

    def _meet(self) -> None:
        """The processes take the mean of their weights (local SGD) and the first one's clock, so that all end at the same step."""
        now = time.monotonic()
        self.spent_s, self._at = self.spent_s + now - self._at, now
        if self._processes == 1:
            return
        clock = torch.tensor([self.spent_s], dtype=torch.float64)
        distributed.broadcast(clock, 0)
        self.spent_s = float(clock)
        with torch.no_grad():
            values = [value for value in self.net.state_dict().values() if value.is_floating_point()]
            flat = torch.cat([value.reshape(-1) for value in values])
            distributed.all_reduce(flat)
            flat /= self._processes
            for value, part in zip(values, flat.split([value.numel() for value in values]), strict=True):
                value.copy_(part.view(value.shape))

    def save(self) -> None:
        part = self.file.with_suffix(".part")
        torch.save({
            "net": self.net.state_dict(), "optimiser": self.optimiser.state_dict(), "mean": self.mean,
            "spent_s": self.spent_s, "seen": self.seen, "rows": self.rows,
        }, part)  # fmt: skip
        part.replace(self.file)
        self._saved = time.monotonic()

    def measured(self, **figures: float) -> None:
        """Note what was measured now, print it, and draw the curves anew."""
        row = {
            "minutes": round(self.spent_s / 60, 2),
            "seen": float(self.seen),
            **{key: round(float(value), 4) for key, value in figures.items()},
        }
        self.rows.append(row)
        print(json.dumps(row), flush=True)
        (self.folder / "curves.svg").write_text(svg(self.rows, list(figures)), encoding="utf-8")
