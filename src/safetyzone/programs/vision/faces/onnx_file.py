"""Block-quantised weights of an ONNX file folded into float32, so that onnxruntime loads it (it refuses such blocks on constants).

An ONNX file is a protobuf message; the few fields needed are read and written here, because the package ``onnx`` would be a large
dependency for a step that is done once. Field numbers are those of onnx.proto (ONNX 1.12 to 1.19 agree on all that are used).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

SEVEN_BITS, MORE = 0x7F, 0x80
"""Of a number's byte: what it says, and that another follows."""
VARINT, EIGHT_BYTES, DELIMITED, FOUR_BYTES = 0, 1, 2, 5
MODEL_IR, MODEL_GRAPH = 1, 7
GRAPH_NODE, GRAPH_INITIALISER, GRAPH_INPUT, GRAPH_OUTPUT, GRAPH_VALUE_INFO = 1, 5, 11, 12, 13
NODE_INPUT, NODE_OUTPUT, NODE_OPERATOR, NODE_ATTRIBUTE = 1, 2, 4, 5
TENSOR_DIMENSION, TENSOR_TYPE, TENSOR_FLOATS, TENSOR_INTEGERS, TENSOR_NAME, TENSOR_RAW = 1, 2, 4, 7, 8, 9
DATA_TYPES: Mapping[int, str] = {1: "<f4", 2: "u1", 3: "i1", 6: "<i4", 7: "<i8"}
IR_VERSION = 8
"""From 4 on, initialisers need not be inputs; older onnxruntimes take 8, too."""

Tensor = NDArray[np.generic]
Field = tuple[int, int, bytes | int]
"""Number, wire type, content."""


class NotAModel(ValueError):
    """The bytes are no ONNX model of the kind that is expected here."""


def varint(number: int) -> bytes:
    """Base 128, least first; a negative number as its two's complement of 64 bits."""
    number &= (1 << 64) - 1
    out = bytearray()
    while number > SEVEN_BITS:
        out.append(number & SEVEN_BITS | MORE)
        number >>= 7
    return bytes([*out, number])


def put(number: int, content: bytes | str | int) -> bytes:
    """One field."""
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    raw = content.encode() if isinstance(content, str) else content
    return varint(number << 3 | DELIMITED) + varint(len(raw)) + raw


def fields(message: bytes) -> Iterator[Field]:
    """The fields of a message in their order.

    Raises:
        NotAModel: they end too early, or are of a wire type that protobuf has given up.
    """
    at = 0
    while at < len(message):
        key, at = _number(message, at)
        kind = key & 7
        if kind == VARINT:
            content, at = _number(message, at)
            yield key >> 3, kind, content
            continue
        if kind == DELIMITED:
            length, at = _number(message, at)
        elif kind in (EIGHT_BYTES, FOUR_BYTES):
            length = 8 if kind == EIGHT_BYTES else 4
        else:
            raise NotAModel(f"wire type {kind}")
        if at + length > len(message):
            raise NotAModel("a field ends after its message")
        yield key >> 3, kind, message[at : at + length]
        at += length


def _number(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(message):
        byte = message[at]
        at, value, shift = at + 1, value | (byte & SEVEN_BITS) << shift, shift + 7
        if byte < MORE:
            return value, at
    raise NotAModel("a number has no end")


def write(parts: list[Field]) -> bytes:
    """The message that has these fields."""
    out = []
    for number, kind, content in parts:
        if isinstance(content, int):
            out.append(varint(number << 3) + varint(content))
        else:
            length = varint(len(content)) if kind == DELIMITED else b""
            out.append(varint(number << 3 | kind) + length + content)
    return b"".join(out)


def texts(message: bytes, number: int) -> list[str]:
    """All texts of one field."""
    return [content.decode() for found, _, content in fields(message) if found == number and isinstance(content, bytes)]


def tensor_of(message: bytes) -> tuple[str, Tensor]:
    """Name and values of a TensorProto.

    Raises:
        NotAModel: its type is none of those used here.
    """
    dimensions: list[int] = []
    name, kind, raw = "", 0, b""
    for number, _, content in fields(message):
        if number == TENSOR_DIMENSION:
            dimensions += [content] if isinstance(content, int) else list(_packed(content))
        elif number == TENSOR_TYPE and isinstance(content, int):
            kind = content
        elif number == TENSOR_NAME and isinstance(content, bytes):
            name = content.decode()
        elif number == TENSOR_RAW and isinstance(content, bytes):
            raw = content
        elif number == TENSOR_FLOATS and isinstance(content, bytes):
            raw += content  # packed, or one at a time: four bytes each either way
        elif number == TENSOR_INTEGERS:
            raw += np.array([content] if isinstance(content, int) else list(_packed(content)), "<u8").tobytes()
    if kind not in DATA_TYPES:
        raise NotAModel(f"data type {kind} of {name}")
    return name, np.frombuffer(raw, DATA_TYPES[kind]).reshape(dimensions)


def _packed(content: bytes) -> Iterator[int]:
    at = 0
    while at < len(content):
        value, at = _number(content, at)
        yield value


def tensor(name: str, values: Tensor) -> bytes:
    """A TensorProto of float32 or int64."""
    kind = next(number for number, code in DATA_TYPES.items() if np.dtype(code) == values.dtype)
    shape = b"".join(put(TENSOR_DIMENSION, size) for size in values.shape)
    return shape + put(TENSOR_TYPE, kind) + put(TENSOR_NAME, name) + put(TENSOR_RAW, values.tobytes())


def value_info(name: str, kind: int, shape: tuple[int | str, ...]) -> bytes:
    """A ValueInfoProto; a dimension that is a text is free."""
    sizes = b"".join(put(1, put(2, size) if isinstance(size, str) else put(1, size)) for size in shape)
    return put(1, name) + put(2, put(1, put(1, kind) + put(2, sizes)))


@dataclass
class Node:
    """An operation of the graph; ``raw`` is its message."""

    raw: bytes
    operator: str = ""
    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, raw: bytes) -> "Node":
        """What a NodeProto names."""
        return cls(raw, "".join(texts(raw, NODE_OPERATOR)), texts(raw, NODE_INPUT), texts(raw, NODE_OUTPUT))

    def integer(self, name: str, otherwise: int) -> int:
        """An attribute that is one integer."""
        for number, _, content in fields(self.raw):
            if number == NODE_ATTRIBUTE and isinstance(content, bytes) and texts(content, 1) == [name]:
                for part, _, value in fields(content):
                    if part == 3 and isinstance(value, int):  # noqa: PLR2004 - AttributeProto.i
                        return value
                return 0  # proto3 leaves out a zero
        return otherwise


def dequantised(node: Node, known: Mapping[str, Tensor]) -> NDArray[np.float32]:
    """What a DequantizeLinear whose inputs are all constants gives: per tensor, per axis, or per block of an axis (ONNX 21)."""
    whole = known[node.inputs[0]].astype(np.float32)
    scale = known[node.inputs[1]].astype(np.float32)
    zero = known[node.inputs[2]].astype(np.float32) if len(node.inputs) > 2 else np.zeros_like(scale)  # noqa: PLR2004
    axis, block = node.integer("axis", 1), node.integer("block_size", 0)
    if scale.size == 1:
        return (whole - zero.reshape(())) * scale.reshape(())
    if block:
        keep = tuple(slice(0, whole.shape[n]) if n == axis else slice(None) for n in range(whole.ndim))
        scale, zero = (np.repeat(part, block, axis)[keep] for part in (scale, zero))
    else:
        shape = [-1 if n == axis else 1 for n in range(whole.ndim)]
        scale, zero = scale.reshape(shape), zero.reshape(shape)
    return (whole - zero) * scale


def folded(model: bytes, *, free: Mapping[str, tuple[int | str, ...]]) -> bytes:
    """The same model with float32 weights, its inputs and outputs shaped as ``free`` says (a text: any size).

    Raises:
        NotAModel: it is no ONNX file, or an input or output is not named in ``free``.
    """
    parts = list(fields(model))
    graph = next((content for number, _, content in parts if number == MODEL_GRAPH and isinstance(content, bytes)), None)
    if graph is None:
        raise NotAModel("no graph")
    new = _graph(graph, free)
    changed: list[Field] = [part for part in parts if part[0] not in (MODEL_IR, MODEL_GRAPH)]
    return write([(MODEL_IR, VARINT, IR_VERSION), *changed, (MODEL_GRAPH, DELIMITED, new)])


def _graph(graph: bytes, free: Mapping[str, tuple[int | str, ...]]) -> bytes:
    known: dict[str, Tensor] = {}
    nodes: list[Node] = []
    other: list[Field] = []
    ends: list[tuple[int, str]] = []
    for number, kind, content in fields(graph):
        if number == GRAPH_INITIALISER and isinstance(content, bytes):
            name, values = tensor_of(content)
            known[name] = values
        elif number == GRAPH_NODE and isinstance(content, bytes):
            nodes.append(Node.read(content))
        elif number in (GRAPH_INPUT, GRAPH_OUTPUT) and isinstance(content, bytes):
            ends.append((number, texts(content, 1)[0]))
        elif number != GRAPH_VALUE_INFO:  # shapes of what is between are no longer true
            other.append((number, kind, content))
    kept = []
    for node in nodes:
        constant = all(name in known for name in node.inputs) and node.inputs
        if constant and node.operator == "DequantizeLinear":
            known[node.outputs[0]] = dequantised(node, known)
        elif constant and node.operator == "Reshape":
            known[node.outputs[0]] = known[node.inputs[0]].reshape(known[node.inputs[1]].astype(int))
        else:
            kept.append(node)
    used = {name for node in kept for name in node.inputs}
    ends = [(number, name) for number, name in ends if number == GRAPH_OUTPUT or (name in used and name not in known)]
    if missing := [name for _, name in ends if name not in free]:
        raise NotAModel(f"{', '.join(missing)} is not expected")
    return write([
        *((GRAPH_NODE, DELIMITED, node.raw) for node in kept), *other,
        *((GRAPH_INITIALISER, DELIMITED, tensor(name, values)) for name, values in known.items() if name in used),
        *((number, DELIMITED, value_info(name, 1, free[name])) for number, name in ends),
    ])  # fmt: skip
