"""Cameras on a map: all in few bytes, the outlines of a few, a card, and those in a drawn area; each only for whom it is."""

import gzip
import random
from datetime import timedelta

import pytest
from django.test import Client

from safetyzone.kernel.ids import new_id
from safetyzone.senses.cameras import map_queries
from safetyzone.senses.cameras import standing as standings
from safetyzone.senses.cameras.models import Camera, CameraOwner
from safetyzone.senses.cameras.tests import junction
from safetyzone.senses.cameras.tests.junction import MIDDLE, NOON, STATION, ZONE

MOST_BYTES = 100_000


@pytest.fixture
def cameras(ground, monkeypatch) -> list[Camera]:
    made = junction.ground()
    monkeypatch.setattr(standings, "ground_of", lambda _station: made)
    monkeypatch.setattr(standings, "_standing", {})
    return junction.eight_cameras()


def decoded(said: dict) -> list[tuple[str, float, float, str]]:
    """As the browser reads it (map-cameras.js)."""
    rows, code, east, north = [], "", 0, 0
    lines = said["codes"].split("\n") if said["codes"] else []
    for number, line in enumerate(lines):
        code = code[: ord(line[0]) - map_queries.FIRST_SIGN] + line[1:]
        east, north = east + said["lon"][number], north + said["lat"][number]
        rows.append((code, east / map_queries.DOT_UNIT, north / map_queries.DOT_UNIT, said["state"][number]))
    return rows


def test_what_is_packed_comes_out_as_it_stands_in_the_register(cameras):
    Camera.objects.filter(code="CAM-02").update(state="offline")
    Camera.objects.filter(code="CAM-03").update(paused_at=NOON)
    Camera.objects.filter(code="CAM-04").update(withdrawn_at=NOON)
    rows = decoded(map_queries.dots(STATION))
    assert [(code, state) for code, _, _, state in rows] == [
        ("CAM-01", "w"), ("CAM-02", "o"), ("CAM-03", "p"), ("CAM-05", "w"), ("CAM-06", "w"), ("CAM-07", "w"), ("CAM-08", "w"),
    ]  # fmt: skip
    assert rows[0][1:3] == pytest.approx((cameras[0].lon, cameras[0].lat), abs=0.6 / map_queries.DOT_UNIT)
    assert rows[-1][1:3] == pytest.approx((cameras[7].lon, cameras[7].lat), abs=0.6 / map_queries.DOT_UNIT)


def test_ten_thousand_cameras_are_less_than_100_kb(signed_in):
    dice = random.Random(7)  # noqa: S311 - places, not secrets
    owner = CameraOwner.objects.create(id=new_id(), station=STATION, kind="shop", name="ร้าน", added_at=NOON)
    Camera.objects.bulk_create(
        Camera(
            code=f"LPN-CAM-{number:05}", station=STATION, zone_id=ZONE, owner=owner, name_th=f"กล้อง {number}", azimuth_deg=0,
            lon=MIDDLE.lon + dice.uniform(-0.02, 0.02), lat=MIDDLE.lat + dice.uniform(-0.02, 0.02), height_m=4, tilt_deg=10, hfov_deg=80,
            width_px=1920, height_px=1080, state=dice.choice(["working"] * 17 + ["offline", "degraded", "unknown"]), state_since=NOON,
            added_at=NOON, changed_at=NOON,
        )
        for number in dice.sample(range(100_000), 10_000)
    )  # fmt: skip
    answer = signed_in("operator").get("/cameras/map.json", headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    print(f"10,000 cameras: {len(answer.content)} bytes")
    assert len(answer.content) <= MOST_BYTES
    assert gzip.decompress(answer.content).count(b"\\n") == 9_999


def test_the_same_cameras_are_not_sent_twice(signed_in, cameras):
    browser = signed_in("operator")
    first = browser.get("/cameras/map.json")
    assert browser.get("/cameras/map.json", headers={"If-None-Match": first["ETag"]}).status_code == 304
    Camera.objects.filter(code="CAM-01").update(state="offline")
    assert browser.get("/cameras/map.json", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_outlines_go_from_coarse_to_fine_and_a_name_that_is_none_has_none(signed_in, cameras):
    said = signed_in("operator").get("/cameras/outlines.json?code=CAM-01&code=NO-SUCH").json()
    assert said.keys() == {"CAM-01"}
    densities = [density for density, _ in said["CAM-01"]]
    assert densities == sorted(densities)
    assert len(densities) >= 3
    for _, rings in said["CAM-01"]:
        assert all(len(flat) >= 6 and len(flat) % 2 == 0 for flat in rings)
    lon, lat = said["CAM-01"][0][1][0][:2]
    assert (lon / 1e6, lat / 1e6) == pytest.approx((MIDDLE.lon, MIDDLE.lat), abs=0.002)


def test_a_camera_that_hangs_nowhere_has_no_outline_and_spoils_no_other(signed_in, cameras):
    lon, lat = junction.at(60, 60)  # within a block
    Camera.objects.filter(code="CAM-02").update(lon=lon, lat=lat, changed_at=NOON + timedelta(seconds=1))
    assert signed_in("operator").get("/cameras/outlines.json?code=CAM-02&code=CAM-01").json().keys() == {"CAM-01"}


def test_a_card_says_whose_and_how_far(signed_in, cameras):
    page = signed_in("operator").get("/cameras/card?code=CAM-01").content.decode()
    assert "ตำรวจ" in page
    assert "ภาพสดตลอดเวลา" in page
    assert "ตรวจพบ ≤ 55 ม." in page  # 1,371 px through 25 px/m, from 4.5 m down to a face


def test_a_circle_and_a_polygon_list_who_hangs_inside(signed_in, cameras):
    browser = signed_in("operator")
    circle = browser.get("/cameras/inside", {"circle": f"{MIDDLE.lon},{MIDDLE.lat},14"}).content.decode()
    assert circle.count("data-camera") == 8
    east = [junction.at(1, -50), junction.at(50, -50), junction.at(50, 50), junction.at(1, 50)]
    ring = ";".join(f"{lon},{lat}" for lon, lat in east)
    polygon = browser.get("/cameras/inside", {"ring": ring}).content.decode()
    assert [code for code in ("CAM-01", "CAM-02", "CAM-03", "CAM-04") if f'data-camera="{code}"' in polygon] == ["CAM-01", "CAM-04"]


@pytest.mark.parametrize(
    "area",
    [
        {}, {"circle": "100,13"}, {"circle": "100,13,-5"}, {"circle": "100,13,nan"}, {"circle": "nan,13,5"}, {"circle": "100,13,1e9"},
        {"ring": "1,2;3,4"}, {"ring": "a,b;c,d;e,f"}, {"ring": "0,0;1,1;1,0;0,1"}, {"ring": "0,0;" * 300 + "1,1"},
    ],
)  # fmt: skip
def test_what_is_no_area_is_refused_and_breaks_nothing(signed_in, cameras, area):
    assert signed_in("operator").get("/cameras/inside", area).status_code == 400


@pytest.mark.parametrize("path", ["/cameras/map.json", "/cameras/outlines.json?code=CAM-01", "/cameras/inside?circle=100.54,13.74,50"])
def test_who_sees_no_cameras_is_told_nothing(signed_in, cameras, path):
    assert signed_in("patrol").get(path).status_code == 403
    assert Client().get(path, headers={"Accept": "application/json"}).status_code == 401


def test_another_stations_officer_learns_neither_dots_nor_cards(signed_in, cameras):
    elsewhere = signed_in("operator", station="huai-khwang")
    assert elsewhere.get("/cameras/map.json?station=lumphini").status_code == 404
    assert elsewhere.get("/cameras/card?code=CAM-01").status_code == 404
    assert decoded(elsewhere.get("/cameras/map.json").json()) == []
    assert elsewhere.get("/cameras/outlines.json?station=lumphini&code=CAM-01").status_code == 404


def test_an_outline_of_another_stations_camera_is_not_given_to_ones_own(signed_in, cameras, monkeypatch):
    elsewhere = signed_in("operator", station="huai-khwang")
    assert elsewhere.get("/cameras/outlines.json?code=CAM-01").json() == {}
