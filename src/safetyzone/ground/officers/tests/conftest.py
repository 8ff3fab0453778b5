"""A station with its duties, and an administrator's hand."""

from datetime import UTC, datetime

import pytest

from safetyzone.ground.officers import actions
from safetyzone.ground.officers.access import COMMAND_LINE
from safetyzone.ground.zones.actions import load_ground

AT = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)


@pytest.fixture
def station(db: None, settings) -> str:
    """Passwords are hashed quickly here, which only a test may."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    load_ground(by=COMMAND_LINE, at=AT)
    actions.load_duties(by=COMMAND_LINE, at=AT)
    return "lumphini"
