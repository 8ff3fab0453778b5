"""A station with its zones, and a way to put cameras into its register."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.core.cache import cache
from django.test import Client

from safetyzone.ground.officers.access import COMMAND_LINE
from safetyzone.ground.officers.actions import add_officer, load_duties, post
from safetyzone.ground.officers.models import Officer
from safetyzone.ground.zones.actions import load_ground
from safetyzone.kernel import happenings
from safetyzone.kernel.settings import settings as station_settings
from safetyzone.senses.cameras import actions
from safetyzone.senses.cameras.tests.town import NIGHT, PLANNER, STATION, cells


@pytest.fixture
def ground(db: None) -> str:
    load_ground(by=COMMAND_LINE, at=NIGHT)
    return STATION


@pytest.fixture
def add(ground: str) -> Callable[..., str]:
    def one(code: str = "LPN-C001", **changed: object) -> str:
        return actions.add_camera(station=STATION, given=cells(code, **changed), by=PLANNER, at=NIGHT)

    return one


@dataclass
class Heard:
    """All news of a test, in the order told."""

    news: list[happenings.Happening] = field(default_factory=list)

    def of(self, kind: type) -> list:
        return [one for one in self.news if isinstance(one, kind)]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    """Listens to this room's news alone."""
    from safetyzone.senses.cameras.news import CameraChanged, SharingChanged

    ear = Heard()
    monkeypatch.setattr(happenings, "_listeners", dict.fromkeys((CameraChanged, SharingChanged), (ear.news.append,)))
    return ear


@pytest.fixture
def signed_in(ground: str, monkeypatch: pytest.MonkeyPatch, settings) -> Callable[..., Client]:
    """A browser of an officer with a duty at a station, whose second factor nobody asks for."""
    monkeypatch.setattr(station_settings(), "mfa_required", False)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    load_duties(by=COMMAND_LINE, at=NIGHT)

    def enter(duty: str, station: str = STATION, language: str = "th") -> Client:
        number = add_officer(
            username=f"{duty}-{station}", password="kratai-nai-suan-9", station=station, language=language, by=COMMAND_LINE, at=NIGHT
        )
        post(officer_id=number, duty=duty, station=station, by=COMMAND_LINE, at=NIGHT)
        client = Client()
        client.force_login(Officer.objects.get(pk=number), backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return enter
