"""The reader: a grey picture of 72 x 160 to (letters and digits, province, layout).

Columns are read twice: once as the plate's upper line and once as its lower one, each with all rows in view, and the two are written one
after the other. On a car the second pass stays blank; on a motorcycle the first says the series and the second the number. So one
net and one CTC read plates of two and of three lines, with nothing to decide beforehand.
"""

import torch
from torch import Tensor, nn

from safetyzone.programs.vision.plates.alphabet import CLASSES, PROVINCE_CLASSES

WIDE, COLUMNS, FIRST = 128, 40, 3
"""Features of a column, columns of a line, characters that are pointed at while learning."""


def block(inside: int, outside: int, *, stride: int | tuple[int, int] = 1, kernel: int = 3) -> nn.Sequential:
    convolution = nn.Conv2d(inside, outside, kernel, stride, kernel // 2, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outside), nn.ReLU(inplace=True))


class ReaderNet(nn.Module):
    """1.5 M parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            block(1, 24, stride=2, kernel=5), block(24, 64, stride=2), block(64, 96), block(96, WIDE, stride=(2, 1)), block(WIDE, WIDE)
        )
        self.columns = nn.Conv2d(WIDE, 3 * WIDE, (9, 1), bias=False)
        """Upper line, lower line, name of the province: each column with all its rows."""
        self.line = nn.Sequential(
            nn.BatchNorm1d(WIDE), nn.ReLU(inplace=True), nn.Conv1d(WIDE, WIDE, 5, padding=2, bias=False),
            nn.BatchNorm1d(WIDE), nn.ReLU(inplace=True),
        )  # fmt: skip
        self.says = nn.Linear(WIDE, CLASSES)
        self.name = nn.Sequential(
            nn.BatchNorm1d(WIDE), nn.ReLU(inplace=True), nn.Conv1d(WIDE, WIDE, 5, 2, 2, bias=False),
            nn.BatchNorm1d(WIDE), nn.ReLU(inplace=True), nn.Flatten(), nn.Dropout(0.15),
            nn.Linear(WIDE * 20, 192), nn.ReLU(inplace=True), nn.Linear(192, PROVINCE_CLASSES),
        )  # fmt: skip
        self.layout = nn.Linear(WIDE, 2)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """``pictures``: batch x 1 x 72 x 160, 0 to 255. Gives log-probabilities batch x 80 x classes, logits of province and layout."""
        lines, name = self.seen(pictures)
        return torch.log_softmax(self.says(lines).float(), 2), self.name(name).float(), self.layout(lines[:, COLUMNS:].mean(1)).float()

    def seen(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """The columns of both lines, batch x 80 x features, and those of the name."""
        mean = pictures.mean((1, 2, 3), keepdim=True)
        spread = ((pictures - mean) ** 2).mean((1, 2, 3), keepdim=True).sqrt()
        upper, lower, name = self.columns(self.body((pictures - mean) / (spread + 6.0))).squeeze(2).split(WIDE, 1)
        return self.line(torch.cat([upper, lower], 2)).permute(0, 2, 1), name


class Pointer(nn.Module):
    """Only for learning: points at the columns of the first three characters, which the reader's own classifier then names.

    CTC alone learns the ten digits soon and stays for long with one word for all 42 letters, since each is so rare; naming a letter that
    is pointed at gives every letter a gradient from the first batch on.
    """

    def __init__(self) -> None:
        super().__init__()
        self.points = nn.Sequential(nn.Conv1d(WIDE, 64, 9, padding=4), nn.ReLU(inplace=True), nn.Conv1d(64, FIRST, 9, padding=4))
        self.places = nn.Parameter(torch.zeros(FIRST, COLUMNS))

    def forward(self, lines: Tensor) -> Tensor:
        """``lines`` as of ``ReaderNet.seen``; gives the features of the first three characters, batch x 3 x features."""
        upper = lines[:, :COLUMNS]
        weight = torch.softmax(self.points(upper.permute(0, 2, 1)).float() + self.places, 2).to(upper.dtype)
        return weight @ upper
