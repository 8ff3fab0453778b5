"""A fresh town for every story."""

from collections.abc import Iterator

import pytest

from safetyzone.kernel import clock
from safetyzone.kernel.clock import HandClock
from safetyzone.kernel.settings import settings
from tests.stories.town import NINE_IN_THE_EVENING, Town


@pytest.fixture
def town(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setattr(settings(), "mfa_required", False)  # the second factor has tests of its own
    hands = HandClock(NINE_IN_THE_EVENING)
    before = clock.use(hands)
    yield Town(hands)
    clock.use(before)
