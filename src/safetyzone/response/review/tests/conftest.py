"""A station with an operator, a neighbour's operator, a patrol officer and two cameras; recordings are empty files with true names."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from safetyzone.contracts.video import internal_key
from safetyzone.ground.officers import actions as officer_actions
from safetyzone.ground.officers import queries as officers
from safetyzone.ground.officers.access import COMMAND_LINE, Who
from safetyzone.ground.zones.actions import load_ground
from safetyzone.kernel import clock
from safetyzone.kernel.clock import HandClock
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.ids import new_id
from safetyzone.kernel.settings import settings
from safetyzone.senses.cameras.models import Camera, CameraOwner

STATION, OTHER = "lumphini", "huai-khwang"
NIGHT = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
HERE = Point(lon=100.5405, lat=13.7445)


PEOPLE = (("malee", "operator", STATION), ("wichai", "operator", STATION), ("nok", "operator", OTHER), ("rider", "patrol", STATION))


@dataclass
class Town:
    """What a test does in it."""

    time: HandClock

    def who(self, name: str) -> Who:
        return officers.who(get_user_model().objects.get(username=name), at=self.time.at)

    def ms(self, seconds: float = 0) -> int:
        """So many seconds from the moment at which it all happens, in milliseconds of UTC."""
        return round((NIGHT + timedelta(seconds=seconds)).timestamp() * 1000)

    def client(self, name: str) -> Client:
        client = Client()
        client.force_login(get_user_model().objects.get(username=name), backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    def tell(self, spans: Any, *, key: str | None = None) -> int:
        """What the video program says of activity; returns the status."""
        shown = internal_key(settings().master_key()) if key is None else key
        body = orjson.dumps(spans)
        return Client().post("/video/activity", body, content_type="application/json", headers={"X-Video-Key": shown}).status_code


@pytest.fixture
def town(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Town:
    time = HandClock(NIGHT)
    monkeypatch.setattr(clock, "now", lambda: time.at)
    monkeypatch.setattr(settings(), "state", tmp_path)
    monkeypatch.setattr(settings(), "mfa_required", False)
    load_ground(by=COMMAND_LINE, at=NIGHT)
    officer_actions.load_duties(by=COMMAND_LINE, at=NIGHT)
    for name, duty, station in PEOPLE:
        number = get_user_model().objects.create(username=name).pk
        officer_actions.post(officer_id=number, duty=duty, station=station, by=COMMAND_LINE, at=NIGHT)
    owner = CameraOwner.objects.create(id=new_id(), station=STATION, kind="police", name="สถานี", added_at=NIGHT)
    for code, east_m in (("C1", 0.0), ("C2", 60.0)):
        place = HERE.moved(east_m=east_m)
        Camera.objects.create(
            code=code, station=STATION, owner=owner, name_th=f"กล้อง {code}", name_en=f"Camera {code}", lon=place.lon, lat=place.lat,
            height_m=4.5, azimuth_deg=90.0, tilt_deg=12.0, hfov_deg=85.0, width_px=1920, height_px=1080, tier="always", state="working",
            state_since=NIGHT, added_at=NIGHT, changed_at=NIGHT,
        )  # fmt: skip
    return Town(time)


@pytest.fixture
def record(town: Town) -> Callable[..., None]:
    """Leave a piece of a camera on the disk: what it is called, not what it shows."""

    def leave(camera: str, from_s: float, to_s: float | None) -> None:
        from_ms = town.ms(from_s)
        folder = settings().state / "recordings" / camera / datetime.fromtimestamp(from_ms / 1000, UTC).strftime("%Y%m%d%H")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / (f"{from_ms}.part" if to_s is None else f"{from_ms}-{town.ms(to_s) - from_ms}.mp4")).touch()

    return leave
