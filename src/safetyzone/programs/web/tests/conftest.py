"""A station with officers, and a browser's place in Django's test client."""

from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.test import Client

from safetyzone.ground.officers import actions
from safetyzone.ground.officers.access import COMMAND_LINE
from safetyzone.ground.officers.models import Officer
from safetyzone.ground.zones.actions import load_ground
from safetyzone.kernel import clock

GOOD = "kratai-nai-suan-9"


@pytest.fixture
def hands(db: None, settings, at_station):
    """The clock's hands, at nine in the evening in Bangkok, at a station that demands no second factor.

    Passwords are hashed quickly, which only a test may.
    """
    at_station(mfa_required=False, demo=False)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    hand_clock = clock.HandClock(datetime(2026, 11, 22, 14, 0, tzinfo=UTC))
    before = clock.use(hand_clock)
    cache.clear()
    yield hand_clock
    clock.use(before)


@pytest.fixture
def station(hands: clock.HandClock) -> str:
    load_ground(by=COMMAND_LINE, at=hands.at)
    actions.load_duties(by=COMMAND_LINE, at=hands.at)
    return "lumphini"


@pytest.fixture
def officer(station: str, hands: clock.HandClock):
    """Makes an officer with a duty (or none)."""

    def make(username: str, duty: str = "") -> Officer:
        number = actions.add_officer(username=username, password=GOOD, station=station, by=COMMAND_LINE, at=hands.at)
        if duty:
            actions.post(officer_id=number, duty=duty, station=station, by=COMMAND_LINE, at=hands.at)
        return Officer.objects.get(pk=number)

    return make


@pytest.fixture
def signed_in(officer):
    """A client signed in as a new officer with that duty."""

    def make(username: str, duty: str = "") -> Client:
        client = Client()
        client.force_login(officer(username, duty), backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return make


@pytest.fixture
def at_station(monkeypatch: pytest.MonkeyPatch):
    """Changes settings of the station for one test."""
    from safetyzone.kernel.settings import settings

    def change(**what: object) -> None:
        for name, value in what.items():
            monkeypatch.setattr(settings(), name, value)

    return change
