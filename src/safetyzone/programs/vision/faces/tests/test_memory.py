"""Templates are not copied, printed or kept."""

import copy
import pickle
from pathlib import Path

import numpy as np
import pytest

from safetyzone.programs.vision.faces.memory import Templates, Unshareable, swap_in_use


def test_templates_are_written_over_at_the_end_also_after_an_error() -> None:
    room = Templates(2, 128)
    with pytest.raises(RuntimeError):
        _spoil(room)
    assert not room.rows.any()


def _spoil(room: Templates) -> None:
    with room:
        room.rows[:] = 0.5
        raise RuntimeError


def test_templates_are_not_pickled_copied_or_printed() -> None:
    with Templates(1, 4) as room:
        room.rows[:] = 0.73125
        for take in (pickle.dumps, copy.copy, copy.deepcopy, np.asarray):
            with pytest.raises(Unshareable):
                take(room)
        assert "73125" not in repr(room) + str(room)


def test_swap_in_memory_is_no_disk(tmp_path: Path) -> None:
    head = "Filename Type Size Used Priority\n"
    for lines, on_disk in (("", False), ("/dev/zram0 partition 9 0 5\n", False), ("/dev/sda2 partition 9 0 -2\n", True)):
        (tmp_path / "swaps").write_text(head + lines)
        assert swap_in_use(tmp_path / "swaps") is on_disk
    assert swap_in_use(tmp_path / "none") is False
