"""A station's state folder with a ring of recordings, and one item locked from it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from safetyzone.kernel.settings import settings
from safetyzone.trust.evidence import actions, export_actions, exporting, kept
from safetyzone.trust.evidence.faces import Face, Picture
from safetyzone.trust.evidence.tests.clips import NIGHT, STATION, moving_square, ms, record, ring


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the test's own."""
    monkeypatch.setattr(settings(), "state", tmp_path)
    return tmp_path


@pytest.fixture
def locked(db: None, state: Path) -> Callable[..., int]:
    """Locks the ten seconds from nine in the evening on of two cameras; the second one has a hole."""

    def make(**changed: object) -> int:
        start = ms(NIGHT)
        for number in range(5):
            record(state / "recordings", "LPN-1", start + number * 2000)
        for later_ms in (0, 6000):
            record(state / "recordings", "LPN-2", start + later_ms, scene=lambda number: moving_square(number)[::-1])
        given = {
            "station": STATION, "cameras": [actions.CameraShown("LPN-1", "หน้าวัด", "Temple"), actions.CameraShown("LPN-2", "ตลาด")],
            "from_at": NIGHT, "to_at": NIGHT + timedelta(seconds=10), "reason": "คดีชิงทรัพย์", "by": "somchai",
            "at": NIGHT + timedelta(minutes=2), "case": actions.CaseShown(41, "sos_pole", "เสา 17 สวนลุม"), **changed,
        }  # fmt: skip
        item = actions.lock(**given)
        actions.gather(item, ring(state), by="system", at=NIGHT + timedelta(minutes=2))
        return item

    return make


class SeesNobody:
    """A detector that works and finds no face."""

    name = "for tests"

    def find(self, picture: Picture) -> list[Face]:
        return []


LATER = NIGHT + timedelta(minutes=5)


@pytest.fixture
def exported(locked) -> Callable[..., Path]:
    """Makes a package: blurred, or clear with the approval that this takes."""

    def make(*, clear: bool = False, finder: object = None, plates: object = None, plates_shown: bool = False, **changed: object) -> Path:
        export = export_actions.ask(
            changed.pop("item", None) or locked(**changed),
            why="ส่งพนักงานสอบสวน",
            case="คดีอาญา 12/2569" if clear or plates_shown else "",
            clear=clear,
            plates_shown=plates_shown,
            by="somchai",
            at=LATER,
        )
        if clear:
            export_actions.approve(export, words="จำเป็นต่อคดี", by="malee", at=LATER)
        assert exporting.work(export, now=lambda: LATER, finder=finder or SeesNobody(), plates=plates or SeesNobody())
        return kept.export_file(export)

    return make
