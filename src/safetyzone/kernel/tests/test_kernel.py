"""The kernel's promises: ids sort by time, distances agree with geodesy, settings refuse what is wrong."""

import os
import stat
from uuid import RFC_4122

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from safetyzone.kernel.geometry import Point, is_in_thailand
from safetyzone.kernel.ids import new_id
from safetyzone.kernel.refusals import OutOfOrder, Refused
from safetyzone.kernel.settings import Settings, WrongSettings, settings

WGS84 = Geod(ellps="WGS84")
places = st.builds(Point, lon=st.floats(97.5, 105.5), lat=st.floats(6.0, 20.0))


@given(places, st.floats(-5000, 5000), st.floats(-5000, 5000))
def test_distance_and_bearing_agree_with_the_ellipsoid(here, east, north):
    there = here.moved(east_m=east, north_m=north)
    bearing, _, metres = WGS84.inv(here.lon, here.lat, there.lon, there.lat)
    assert here.metres_to(there) == pytest.approx(metres, rel=0.007, abs=0.01)
    if metres > 1:
        assert abs((here.bearing_to(there) - bearing + 180) % 360 - 180) < 0.5


def test_bearings_cross_north_without_a_jump():
    here = Point(lon=100.5, lat=13.7)
    assert here.bearing_to(here.moved(east_m=-1, north_m=1000)) > 359
    assert here.bearing_to(here.moved(east_m=1, north_m=1000)) < 1


def test_swapped_axes_are_not_in_thailand():
    assert is_in_thailand(100.54, 13.74)
    assert not is_in_thailand(13.74, 100.54)


def test_ids_sort_by_time_and_never_repeat():
    made = [new_id() for _ in range(2000)]
    assert len(set(made)) == 2000
    assert {one.version for one in made} == {7}
    assert {one.variant for one in made} == {RFC_4122}
    milliseconds = [one.int >> 80 for one in made]
    assert milliseconds == sorted(milliseconds)


def test_the_master_key_is_made_once_and_for_its_owner_alone(tmp_path, monkeypatch):
    monkeypatch.delenv("SAFETYZONE_SECRET_KEY", raising=False)
    first = Settings(state=tmp_path).master_key()
    kept = tmp_path / "secrets" / "master.key"
    assert Settings(state=tmp_path).master_key() == first
    assert len(first) >= 32
    assert stat.S_IMODE(os.stat(kept).st_mode) == 0o600
    assert first.decode() not in repr(Settings(state=tmp_path, secret_key=first.decode()))


@pytest.mark.parametrize("pattern", ["rtsp://10.0.0.5:8554/", "http://10.0.0.5/{code}", "10.0.0.5/{code}"])
def test_a_media_server_whose_address_does_not_name_the_camera_is_refused(pattern):
    with pytest.raises(ValueError, match="media_server"):
        Settings(media_server=pattern)
    assert Settings(media_server="rtsp://10.0.0.5:8554/{code}").media_server == "rtsp://10.0.0.5:8554/{code}"
    assert Settings(media_server="").media_server == ""



@pytest.mark.parametrize(("name", "value"), [("WEB_PORT", "70000"), ("COMMIT_MODE", "sometimes"), ("WEB_WORKERS", "zero")])
def test_a_wrong_setting_is_refused_by_its_name(monkeypatch, name, value):
    monkeypatch.setenv(f"SAFETYZONE_{name}", value)
    settings.cache_clear()
    with pytest.raises(WrongSettings, match=f"SAFETYZONE_{name}"):
        settings()
    monkeypatch.undo()
    settings.cache_clear()


def test_a_refusal_speaks_both_languages_and_names_the_facts():
    no = OutOfOrder("{unit} is away.", "{unit} ไม่อยู่", unit="LPN-1")
    assert (no.say("en"), no.say("th"), str(no)) == ("LPN-1 is away.", "LPN-1 ไม่อยู่", "LPN-1 is away.")
    assert Refused().say("th") != Refused().say("en")
