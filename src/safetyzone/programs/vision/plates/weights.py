"""The committed weights: opened with onnxruntime, and named so that every reading says what read it."""

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import onnxruntime

HERE = Path(__file__).resolve().parent
READER, DETECTOR, CALIBRATION = HERE / "reader.onnx", HERE / "detector.onnx", HERE / "calibration.json"


class NoWeights(RuntimeError):
    """The weights of the plate models are not in the package."""

    th = "ไม่พบแบบจำลองอ่านป้ายทะเบียนในแพ็กเกจ"
    en = "The package has no weights of the plate models. To train them: python -m training.plates"

    def __init__(self) -> None:
        super().__init__(f"{self.th} · {self.en}")


def session(file: Path, threads: int = 1) -> onnxruntime.InferenceSession:
    """A model ready to run on the processor. Many cameras share a machine, so each keeps to ``threads``. Raises ``NoWeights``."""
    if not file.exists():
        raise NoWeights
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


@lru_cache(maxsize=8)
def name_of(file: Path) -> str:
    """``plates-reader/1a2b3c4d``: what a reading carries, and what the model card is kept under."""
    return f"plates-{file.stem}/{hashlib.sha256(file.read_bytes()).hexdigest()[:8]}"


@dataclass(frozen=True, slots=True)
class Calibration:
    """What turns the model's own certainty into how often it is right; fitted on plates it was not trained on.

    ``sure = 1 / (1 + exp(-(slope * logit + shift)))`` for what is written; a temperature for the province.
    """

    slope: float = 1.0
    shift: float = 0.0
    province_temperature: float = 1.0
    accept: float = 0.9
    """The reader stands by what is written from this certainty on."""
    accept_province: float = 0.6
    heat: float = 0.3
    """The detector's threshold."""


@lru_cache(maxsize=4)
def calibration(file: Path = CALIBRATION) -> Calibration:
    """As written by ``python -m training.plates --model reader``; the neutral one while there is none."""
    return Calibration(**json.loads(file.read_text(encoding="utf-8"))) if file.exists() else Calibration()
