"""The card speaks of the weights that run, and says when it ends."""

import re
from datetime import date
from pathlib import Path

from safetyzone.programs.vision.faces import nets, quality
from safetyzone.programs.vision.faces.nets import SFACE, YUNET

CARD = (Path(nets.__file__).parent / "MODEL_CARD.md").read_text(encoding="utf-8")


def test_the_card_names_the_weights_that_run() -> None:
    assert YUNET.sha256 in CARD
    assert SFACE.sha256 in CARD
    assert f"`{SFACE.model}`" in CARD
    assert f"quality is {quality.ENOUGH} or more" in CARD


def test_the_card_ends_within_a_year_of_its_figures() -> None:
    found = re.search(r"ends on \*\*(\d{4}-\d{2}-\d{2})\*\*", CARD)
    assert found
    assert date(2026, 11, 23) < date.fromisoformat(found[1]) <= date(2027, 11, 23)
