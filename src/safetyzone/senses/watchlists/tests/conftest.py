"""The station of this room's tests."""

import pytest

from safetyzone.ground.officers.access import COMMAND_LINE
from safetyzone.ground.zones.actions import load_ground
from safetyzone.senses.watchlists.tests.town import AT, DAY, Town, a_town


@pytest.fixture
def town(db: None) -> Town:
    load_ground(by=COMMAND_LINE, at=AT)
    return a_town()


@pytest.fixture
def live(town):
    """A stolen plate is live at both cameras."""
    listed = town.make()
    town.entry = town.plate(listed, lasts=20 * DAY)
    town.activation = town.on(listed, lasts=20 * DAY)
    return town
