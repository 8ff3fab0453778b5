"""The first page sends each to her duty; the officers' page does what it says and refuses the rest in words."""

import pytest

from safetyzone.ground.officers import queries
from safetyzone.ground.officers.models import Officer, Posting
from safetyzone.ground.zones import queries as zones
from safetyzone.programs.web.tests.conftest import GOOD


@pytest.mark.parametrize(("duty", "leads"), [("commander", "/room/"), ("operator", "/room/"), ("patrol", "/patrol/")])
def test_the_first_page_sends_each_to_the_place_of_her_duty(signed_in, duty: str, leads: str):
    assert signed_in("somsri", duty).get("/")["Location"] == leads


@pytest.mark.parametrize(
    ("duty", "shows"),
    [
        ("planner", 'href="/room/"'), ("administrator", 'href="/officers/"'), ("technician", "ช่างอุปกรณ์"),
        ("overseer", "ผู้ตรวจสอบ"), ("", "ขณะนี้ท่านยังไม่มีหน้าที่"),
    ],
)  # fmt: skip
def test_the_rest_see_what_they_may_do_and_nothing_more(signed_in, duty: str, shows: str):
    page = signed_in("nipa", duty).get("/").content.decode()
    assert shows in page
    assert ('href="/officers/"' in page) is (duty == "administrator")


def test_a_duty_that_ends_takes_its_page_away(signed_in, hands):
    client = signed_in("somsri", "commander")
    hands.forward(hours=1)
    Posting.objects.update(valid_until=hands.at)
    answer = client.get("/")
    assert answer.status_code == 200
    assert "ขณะนี้ท่านยังไม่มีหน้าที่" in answer.content.decode()


def test_an_administrator_adds_an_officer_and_gives_and_ends_a_duty(signed_in, hands):
    client = signed_in("anong", "administrator")
    station = {"station": "lumphini"}
    answer = client.post("/officers/add/", {**station, "username": "malee", "password": GOOD, "rank_th": "ส.ต.อ."})
    assert (answer.status_code, answer["Location"]) == (302, "/officers/?station=lumphini")
    malee = Officer.objects.get(username="malee")
    client.post("/officers/post/", {**station, "officer": malee.pk, "duty": "patrol", "until": "2026-11-23T06:00"})
    posting = Posting.objects.get(officer=malee)
    assert posting.valid_until is not None
    assert posting.valid_until.isoformat() == "2026-11-22T23:00:00+00:00"
    assert "ถึง 23 พ.ย. 2569 06:00:00" in client.get("/officers/").content.decode()
    hands.forward(minutes=1)
    client.post("/officers/end/", {**station, "posting": posting.pk})
    assert queries.on_duty("lumphini", "patrol", hands.at) == []
    client.post("/officers/password/", {**station, "officer": malee.pk, "password": GOOD + "9"})
    assert Officer.objects.get(pk=malee.pk).check_password(GOOD + "9")
    assert client.post("/officers/second-factor/", {**station, "officer": malee.pk}).status_code == 409  # she has none
    client.post("/officers/retire/", {**station, "officer": malee.pk})
    assert not Officer.objects.get(pk=malee.pk).is_active


@pytest.mark.parametrize(
    ("path", "said", "status", "shown"),
    [
        ("add", {"username": "มาลี", "password": GOOD}, 400, "ชื่อผู้ใช้ต้องเป็นอักษรอังกฤษตัวเล็ก"),
        ("add", {"username": "malee", "password": "123456789012"}, 400, "รหัสผ่านไม่ปลอดภัยพอ"),
        ("post", {"officer": "x", "duty": "patrol"}, 404, "ไม่พบรายการ"),
        ("post", {"officer": "1", "duty": "patrol", "until": "soon"}, 400, "วันเวลาไม่ถูกต้อง"),
        ("end", {"posting": "999999"}, 404, "ไม่พบรายการ"),
    ],
)
def test_what_is_refused_is_said_on_the_same_page(signed_in, path: str, said: dict[str, str], status: int, shown: str):
    client = signed_in("anong", "administrator")
    answer = client.post(f"/officers/{path}/", {"station": "lumphini", **said})
    assert answer.status_code == status
    page = answer.content.decode()
    assert shown in page
    assert "เพิ่มเจ้าหน้าที่" in page
    assert client.get(f"/officers/{path}/")["Location"] == "/officers/"


@pytest.mark.parametrize("duty", ["commander", "patrol", "overseer", ""])
def test_nobody_else_sees_or_changes_officers(signed_in, duty: str):
    client = signed_in("somsri", duty)
    before = Posting.objects.count()
    assert client.get("/officers/").status_code == 403
    assert client.get("/officers/?station=lumphini").status_code == 403
    said = {"station": "lumphini", "officer": Officer.objects.get().pk, "duty": "administrator"}
    assert client.post("/officers/post/", said).status_code == 403
    assert Posting.objects.count() == before


def test_an_administrator_of_one_station_sees_no_other(signed_in):
    client = signed_in("anong", "administrator")
    assert client.get("/officers/?station=pattaya").status_code == 403
    said = {"station": "pattaya", "username": "malee", "password": GOOD}
    assert client.post("/officers/add/", said).status_code == 403


def test_a_planner_draws_a_border_as_a_table_of_corners(signed_in):
    client = signed_in("nipa", "planner")
    assert "/ground/ratchaprasong/" in client.get("/ground/").content.decode()
    assert "วงกลมตามพื้นที่ที่ประกาศ" in client.get("/ground/ratchaprasong/").content.decode()
    corners = "๑๓.๗๔, ๑๐๐.๕๓\n13.74, 100.55\n13.75, 100.55\n13.75, 100.53"
    assert client.post("/ground/ratchaprasong/", {"corners": corners, "why": "สำรวจ"}).status_code == 302
    drawn = zones.zone("ratchaprasong")
    assert drawn is not None
    assert drawn.border_is == "drawn"
    page = client.get("/ground/ratchaprasong/").content.decode()
    assert "13.74, 100.53" in page
    assert "2.39" in page


def test_a_border_with_swapped_axes_is_refused_and_what_was_typed_stays(signed_in):
    client = signed_in("nipa", "planner")
    answer = client.post("/ground/ratchaprasong/", {"corners": "100.53, 13.74\n100.55, 13.74\n100.55, 13.75"})
    assert answer.status_code == 400
    assert "สลับลองจิจูดกับละติจูด" in answer.content.decode()
    assert "100.55, 13.75" in answer.content.decode()


@pytest.mark.parametrize(("duty", "path"), [("commander", "ratchaprasong"), ("planner", "jomtien"), ("planner", "no-such")])
def test_a_zone_that_one_may_not_edit_is_not_there(signed_in, duty: str, path: str):
    client = signed_in("somsri", duty)
    assert client.get(f"/ground/{path}/").status_code == 404
    assert client.post(f"/ground/{path}/", {"corners": ""}).status_code == 404
