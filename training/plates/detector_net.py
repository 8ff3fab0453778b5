"""The detector: a frame to a heat map of plates' middles, a cell for 8 x 8 pixels, and each plate's size and exact middle."""

import torch
from torch import Tensor, nn

from training.plates.reader_net import block

STRIDE = 8


class DetectorNet(nn.Module):
    """Fully convolutional: sides of the frame are multiples of 32."""

    def __init__(self) -> None:
        super().__init__()
        self.start = nn.Sequential(block(3, 16, stride=2), block(16, 32, stride=2), block(32, 32), block(32, 64, stride=2), block(64, 64))
        self.far = nn.Sequential(block(64, 96, stride=2), block(96, 96), block(96, 96))
        self.further = nn.Sequential(block(96, 96, stride=2), block(96, 96))
        self.back = nn.Sequential(nn.Conv2d(96, 96, 1, bias=False), nn.BatchNorm2d(96))
        self.near = nn.Sequential(nn.Conv2d(96, 64, 1, bias=False), nn.BatchNorm2d(64))
        self.last = block(64, 64)
        self.heat = nn.Conv2d(64, 1, 1)
        self.shape = nn.Conv2d(64, 4, 1)
        nn.init.constant_(self.heat.bias, -4.0)  # type: ignore[arg-type]

    def forward(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        """``frames``: batch x 3 x H x W, BGR 0 to 255. Gives, at H/8 x W/8, the heat's logits and (log w, log h, x, y)."""
        close = self.start((frames - 118.0) / 62.0)
        far = self.far(close)
        further = nn.functional.interpolate(self.back(self.further(far)), scale_factor=2.0)
        merged = nn.functional.interpolate(self.near(torch.relu(far + further)), scale_factor=2.0)
        seen = self.last(torch.relu(close + merged))
        return self.heat(seen).float(), self.shape(seen).float()
