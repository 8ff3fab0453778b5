"""A template that lies somewhere is found, in whatever form it was written; and the proof of the canaries, in small, has teeth."""

import base64
import json
from pathlib import Path

import numpy as np
import pytest

from tests.proofs.canaries import CHUNK, PART, Needles, Scan

TEMPLATE = np.random.default_rng(3).standard_normal(128).astype(np.float32)
TEMPLATE /= np.linalg.norm(TEMPLATE)
OTHER = np.random.default_rng(4).standard_normal(128).astype(np.float32)
WRITTEN = {
    "float32": TEMPLATE.tobytes(),
    "float64": TEMPLATE.astype("<f8").tobytes(),
    "float16": TEMPLATE.astype("<f2").tobytes(),
    "big-endian": TEMPLATE.astype(">f4").tobytes(),
    "a part of it": TEMPLATE[58:70].tobytes(),
    "hexadecimal": TEMPLATE.tobytes().hex().encode(),
    "capital hexadecimal": TEMPLATE.astype("<f8").tobytes().hex().upper().encode(),
    "base64": base64.b64encode(TEMPLATE.tobytes()),
    "base64, one byte later": base64.b64encode(b"x" + TEMPLATE.tobytes()),
    "base64 for addresses": base64.urlsafe_b64encode(b"xy" + TEMPLATE.tobytes()),
    "numbers": json.dumps([float(value) for value in TEMPLATE]).encode(),
    "numbers of float32": str(TEMPLATE.tolist()).encode(),
}


@pytest.mark.parametrize("form", WRITTEN)
@pytest.mark.parametrize("before", [0, 5, PART - 7])
def test_a_template_is_found_in_each_form_and_at_each_place(form: str, before: int) -> None:
    scan = Scan(Needles.of([TEMPLATE]))
    scan.look("here", b"\x07" * before + WRITTEN[form] + b"\0" * 5000)
    assert scan.total > 0


@pytest.mark.parametrize("form", WRITTEN)
def test_nobody_elses_template_is_found(form: str) -> None:
    scan = Scan(Needles.of([OTHER]))
    scan.look("here", WRITTEN[form] * 20 + np.random.default_rng(5).bytes(2_000_000))
    assert scan.total == 0


def test_a_file_is_read_over_the_borders_of_its_parts(tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as file:
        file.truncate(CHUNK - 17)
        file.seek(CHUNK - 17)
        file.write(TEMPLATE[:16].tobytes())
    scan = Scan(Needles.of([TEMPLATE]))
    scan.folder(tmp_path)
    assert scan.total > 0
    assert {where for where, _ in scan.found} == {"large"}
