"""Which cameras the video program is told to hold, and for how long what they show is kept."""

from base64 import b64encode

import pytest

from safetyzone.contracts.video import Pull
from safetyzone.kernel.settings import settings as station_settings
from safetyzone.response.watching.tests.conftest import NIGHT, OTHER, YESTERDAY

TIERS = ("map_only", "on_request", "during_incident", "always")


@pytest.mark.parametrize("distance", [None, 100.0, 149.0, 151.0])
def test_a_camera_is_pulled_only_while_somebody_could_look_through_it(town, distance):
    for tier in TIERS:
        town.camera(f"{tier}-ok", tier=tier)
        town.camera(f"{tier}-paused", tier=tier, paused_at=NIGHT)
        town.camera(f"{tier}-withdrawn", tier=tier, withdrawn_at=NIGHT)
        town.camera(f"{tier}-over", tier=tier, contract_until=YESTERDAY)
        town.camera(f"{tier}-retired", tier=tier, retired_at=NIGHT)
        town.camera(f"{tier}-nowhere", tier=tier, address="")
    if distance is not None:
        town.incident(east_m=distance)
    expected = {"always-ok"} | ({"during_incident-ok"} if distance is not None and distance <= 150 else set())
    assert set(town.pulls()) == expected


def test_a_camera_shared_during_incidents_is_let_go_when_the_incident_is_over(town):
    town.camera(tier="during_incident")
    assert town.pulls() == {}
    number = town.incident(east_m=10)
    assert set(town.pulls()) == {"C1"}
    town.incident_is(number, "resolved")
    assert town.pulls() == {}


def test_a_broken_pole_has_no_camera_pulled(town):
    town.camera(tier="during_incident")
    town.incident(kind="pole_lost", east_m=10)
    assert town.pulls() == {}


@pytest.mark.parametrize(
    ("kind", "days", "hours"), [("police", 0, 72.0), ("police", 30, 72.0), ("police", 2, 48.0), ("shop", 0, 0.0), ("shop", 7, 0.0)]
)
def test_a_recording_is_kept_as_long_as_its_kind_of_owner_says_and_its_owner_lets(town, kind, days, hours):
    town.camera(kind=kind, retention_days=days)
    pull = town.pulls()["C1"]
    assert (pull["record_hours"], pull["disk_class"]) == (hours, kind)


def test_the_credential_travels_sealed(town):
    town.camera(credential=b"\x01sealed\xff", sub_address="rtsp://10.0.0.9/sub")
    pull = town.pulls()["C1"]
    assert pull == Pull(
        code="C1", address="rtsp://10.0.0.9/C1", sub_address="rtsp://10.0.0.9/sub", credential=b64encode(b"\x01sealed\xff").decode(),
        record_hours=0.0, disk_class="shop",
    ).model_dump()  # fmt: skip


def test_a_media_server_is_asked_in_the_cameras_stead_and_told_no_password(town, monkeypatch):
    monkeypatch.setattr(station_settings(), "media_server", "rtsp://10.0.0.5:8554/{code}")
    town.camera(credential=b"sealed", sub_address="rtsp://10.0.0.9/sub")
    town.camera("C2", address="")
    assert {code: (pull["address"], pull["sub_address"], pull["credential"]) for code, pull in town.pulls().items()} == {
        "C1": ("rtsp://10.0.0.5:8554/C1", "", ""), "C2": ("rtsp://10.0.0.5:8554/C2", "", ""),
    }  # fmt: skip


def test_the_answer_is_the_same_until_something_changes(town):
    town.camera()
    first = town.video("get", "pulls")
    tag = first["ETag"]
    again = town.video("get", "pulls", **{"If-None-Match": tag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    town.change("C1", address="rtsp://10.0.0.8/new")
    changed = town.video("get", "pulls", **{"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed["ETag"] != tag


def test_cameras_of_every_station_of_this_installation_are_held(town):
    town.camera("HERE")
    town.camera("THERE", station=OTHER)
    assert set(town.pulls()) == {"HERE", "THERE"}
