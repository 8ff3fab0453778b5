"""The weights are folded right: what cannot be read is refused, and numbers survive the way through the file."""

import numpy as np
import pytest

from safetyzone.programs.vision.faces.onnx_file import Node, NotAModel, dequantised, fields, folded, put, tensor, tensor_of, varint, write


def _node(**attributes: int) -> Node:
    said = b"".join(put(5, put(1, name) + put(3, value)) for name, value in attributes.items())
    return Node.read(put(1, "whole") + put(1, "scale") + put(1, "zero") + put(2, "out") + put(4, "DequantizeLinear") + said)


def test_a_block_of_an_axis_has_its_own_step_and_the_last_block_may_be_short() -> None:
    known = {
        "whole": np.array([[1, 2, 3, 4, 5]], np.int8), "scale": np.array([[0.5, 10]], np.float32), "zero": np.array([[1, 0]], np.int8),
    }  # fmt: skip
    assert dequantised(_node(axis=1, block_size=3), known).tolist() == [[0.0, 0.5, 1.0, 40.0, 50.0]]


def test_an_axis_of_nought_is_left_out_of_the_file_and_still_known() -> None:
    known = {"whole": np.array([[1, 2], [3, 4]], np.int8), "scale": np.array([1, 10], np.float32), "zero": np.array([0, 1], np.int8)}
    axis_nought = Node.read(put(1, "whole") + put(1, "scale") + put(1, "zero") + put(2, "out") + put(5, put(1, "axis")))
    assert dequantised(axis_nought, known).tolist() == [[1, 2], [20, 30]]
    assert dequantised(_node(axis=1), known).tolist() == [[1, 10], [3, 30]]


@pytest.mark.parametrize("number", [0, 1, 127, 128, 300, 2**40, -1])
def test_a_number_comes_back_as_it_was(number: int) -> None:
    _, _, value = next(fields(varint(3 << 3) + varint(number)))
    assert value == number % 2**64


@pytest.mark.parametrize("values", [np.arange(6, dtype=np.float32).reshape(2, 3), np.array([], np.float32), np.array([1, -1], np.int64)])
def test_a_tensor_comes_back_as_it_was(values: np.ndarray) -> None:
    name, back = tensor_of(tensor("w", values))
    assert name == "w"
    assert back.dtype == values.dtype
    assert np.array_equal(back, values)


def test_fields_that_are_not_understood_stay_as_they_are() -> None:
    message = put(2, 7) + put(9, "text") + varint(4 << 3 | 5) + b"\1\2\3\4" + varint(5 << 3 | 1) + b"12345678"
    assert write(list(fields(message))) == message


@pytest.mark.parametrize("broken", [b"\x80", b"\x0a\x05ab", b"\x0b", b"no model at all"])
def test_what_is_no_model_is_refused(broken: bytes) -> None:
    with pytest.raises(NotAModel):
        folded(broken, free={})


def test_a_model_with_an_end_that_nobody_expects_is_refused() -> None:
    with pytest.raises(NotAModel, match="data"):
        folded(put(7, put(1, put(1, "data") + put(4, "Relu")) + put(11, put(1, "data"))), free={})
