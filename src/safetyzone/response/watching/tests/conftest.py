"""Two stations with their officers and cameras, an incident, and browsers that ask for tickets. The clock stands still at night."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client

from safetyzone.contracts.video import Ticket, internal_key, read, ticket_key
from safetyzone.ground.officers import actions as officer_actions
from safetyzone.ground.officers.access import COMMAND_LINE, SYSTEM
from safetyzone.ground.zones.actions import load_ground
from safetyzone.kernel import clock
from safetyzone.kernel.clock import HandClock
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.ids import new_id
from safetyzone.kernel.settings import settings as station_settings
from safetyzone.response.incidents.models import Incident
from safetyzone.senses.alerts.actions import raise_alerts
from safetyzone.senses.alerts.news import Raised
from safetyzone.senses.cameras.models import Camera, CameraOwner
from safetyzone.senses.looks.models import Look

STATION, OTHER = "lumphini", "huai-khwang"
NIGHT = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
YESTERDAY = date(2026, 11, 21)
HERE = Point(lon=100.5405, lat=13.7445)


@dataclass
class Town:
    """What a test says of it, and what the web then answers."""

    time: HandClock
    officers: dict[str, Any] = field(default_factory=dict)
    owners: dict[str, CameraOwner] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return self.time.at

    def later(self, seconds: float) -> None:
        self.time.at += timedelta(seconds=seconds)

    def officer(self, name: str, duty: str, *, station: str = STATION) -> Client:
        """A new officer with a duty, signed in."""
        self.officers[name] = get_user_model().objects.create(username=name)
        self.post(name, duty, station=station)
        return self.sign_in(name)

    def post(self, name: str, duty: str, *, station: str = STATION, until: datetime | None = None) -> None:
        officer_actions.post(
            officer_id=self.officers[name].pk, duty=duty, station=station, valid_until=until, by=COMMAND_LINE, at=self.now
        )

    def sign_in(self, name: str) -> Client:
        client = Client()
        client.force_login(self.officers[name], backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    def camera(self, code: str = "C1", *, kind: str = "shop", east_m: float = 0.0, station: str = STATION, **more: Any) -> str:
        key = f"{station}-{kind}"
        if key not in self.owners:
            self.owners[key] = CameraOwner.objects.create(id=new_id(), station=station, kind=kind, name=f"เจ้าของ {kind}", added_at=NIGHT)
        place = HERE.moved(east_m=east_m)
        usual = {
            "height_m": 4.5, "azimuth_deg": 270.0, "tilt_deg": 12.0, "hfov_deg": 85.0, "width_px": 1920, "height_px": 1080,
            "tier": "always", "address": f"rtsp://10.0.0.9/{code}", "state": "working",
        }  # fmt: skip
        Camera.objects.create(
            code=code, station=station, owner=self.owners[key], name_th=f"กล้อง {code}", lon=place.lon, lat=place.lat, state_since=NIGHT,
            added_at=NIGHT, changed_at=NIGHT, **{**usual, **more},
        )  # fmt: skip
        return code

    def change(self, code: str, **what: Any) -> None:
        Camera.objects.filter(pk=code).update(**what)

    def incident(self, *, station: str = STATION, kind: str = "sos_pole", east_m: float = 0.0, late_s: float = 0.0) -> int:
        """Somebody pressed ``late_s`` ago, and we hear it now."""
        alert = Raised(
            id=new_id(), kind=kind, station=station, zone="", device=f"P{east_m}", place_th="เสา 17", place_en="Pole 17",
            where=HERE.moved(east_m=east_m), at=self.now - timedelta(seconds=late_s), heard_at=self.now,
        )  # fmt: skip
        return raise_alerts([alert], by=SYSTEM, at=self.now)[alert.id]

    def incident_is(self, number: int, status: str, **more: Any) -> None:
        Incident.objects.filter(pk=number).update(status=status, **more)

    # ------------------------------------------------------------------ what is asked

    def ask(self, client: Client, *codes: str, status: int = 200, **more: Any) -> list[dict[str, Any]]:
        answer = client.post("/video/tickets", orjson.dumps({"cameras": codes, **more}), content_type="application/json",
                             headers={"Accept": "application/json"})  # fmt: skip
        assert answer.status_code == status, answer.content
        return answer.json()["tiles"] if status == 200 else [answer.json()]

    def tile(self, client: Client, code: str, **more: Any) -> dict[str, Any]:
        return self.ask(client, code, **more)[0]

    def ticket(self, client: Client, code: str, **more: Any) -> Ticket:
        said = self.tile(client, code, **more)["ticket"]
        assert said is not None, "no ticket"
        return self.read(said)

    def read(self, said: str) -> Ticket:
        return read(said, ticket_key(station_settings().master_key()), at=self.now)

    def standing(self, *looks: tuple[int, float] | tuple[int, float, bool]) -> dict[int, dict[str, str]]:
        """What the video program is told to close, by look."""
        said = [{"look": look, "seconds": seconds, "ended": bool(rest)} for look, seconds, *rest in looks]
        answer = self.video("post", "standing", {"looks": said})
        assert answer.status_code == 200, answer.content
        return {one["look"]: one for one in answer.json()["close"]}

    def pulls(self) -> dict[str, dict[str, Any]]:
        return {one["code"]: one for one in self.video("get", "pulls").json()}

    def video(self, method: str, path: str, said: Any = None, *, key: str | None = None, **headers: str) -> Any:
        shown = internal_key(station_settings().master_key()) if key is None else key
        body = {"data": orjson.dumps(said), "content_type": "application/json"} if said is not None else {}
        return getattr(Client(), method)(f"/video/{path}", headers={"X-Video-Key": shown, **headers}, **body)

    def look(self, number: int) -> Look:
        return Look.objects.get(pk=number)


@pytest.fixture
def town(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setattr(station_settings(), "mfa_required", False)
    cache.clear()
    load_ground(by=COMMAND_LINE, at=NIGHT)
    officer_actions.load_duties(by=COMMAND_LINE, at=NIGHT)
    time = HandClock(NIGHT)
    before = clock.use(time)
    yield Town(time)
    clock.use(before)


@pytest.fixture
def malee(town: Town) -> Client:
    """An operator's browser."""
    return town.officer("malee", "operator")
