"""Nets to ONNX: weights kept in 16 bits (the same readings at half the size), computed in 32."""

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor, nn

from safetyzone.programs.vision.plates.alphabet import HEIGHT, WIDTH
from training.plates.detector_net import DetectorNet
from training.plates.reader_net import ReaderNet

OPSET = 17
_SMALL = 512
"""Tensors of fewer values stay as they are."""


class WithScores(nn.Module):
    """The detector with its heat as probabilities."""

    def __init__(self, net: DetectorNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        heat, shape = self.net(frames)
        return torch.sigmoid(heat), shape


def halved(model: onnx.ModelProto) -> onnx.ModelProto:
    """Large float32 weights as float16 with a Cast behind each, which onnxruntime folds away when it loads."""
    casts = []
    for weight in model.graph.initializer:
        values = numpy_helper.to_array(weight)
        if values.dtype == np.float32 and values.size >= _SMALL:
            name = weight.name
            weight.CopyFrom(numpy_helper.from_array(values.astype(np.float16), name + ".half"))
            casts.append(helper.make_node("Cast", [name + ".half"], [name], to=onnx.TensorProto.FLOAT))
    for cast in reversed(casts):
        model.graph.node.insert(0, cast)
    return model


def write(net: nn.Module, example: Tensor, to: Path, names: tuple[str, list[str]], free: dict[str, dict[int, str]]) -> None:
    """Trace, halve, check, write."""
    net.eval().cpu().to(memory_format=torch.contiguous_format)
    raw = to.with_suffix(".raw.onnx")
    torch.onnx.export(
        net, (example,), str(raw), input_names=[names[0]], output_names=names[1], dynamic_axes=free, opset_version=OPSET, dynamo=False
    )
    model = halved(onnx.load(str(raw)))
    onnx.checker.check_model(model)
    to.write_bytes(model.SerializeToString())
    raw.unlink()


def export_reader(net: ReaderNet, to: Path) -> None:
    outputs = ["columns", "province", "layout"]
    write(net, torch.zeros(2, 1, HEIGHT, WIDTH), to, ("pictures", outputs), {name: {0: "looks"} for name in ("pictures", *outputs)})


def export_detector(net: DetectorNet, to: Path) -> None:
    free = {name: {0: "frames", 2: f"{name}_high", 3: f"{name}_wide"} for name in ("frames", "heat", "shape")}
    write(WithScores(net), torch.zeros(1, 3, 320, 320), to, ("frames", ["heat", "shape"]), free)
