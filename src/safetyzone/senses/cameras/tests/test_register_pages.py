"""The pages of the register as an officer uses them."""

import csv
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from safetyzone.senses.cameras import actions, queries
from safetyzone.senses.cameras.models import Camera
from safetyzone.senses.cameras.register import writing
from safetyzone.senses.cameras.register.reading import read
from safetyzone.senses.cameras.register.sheet import Format
from safetyzone.senses.cameras.tests.town import NIGHT, PLANNER, STATION, cells
from safetyzone.senses.cameras.views.fields import values_of


def a_list(*rows: dict[str, object]) -> bytes:
    written = io.StringIO()
    table = csv.DictWriter(written, list(rows[0]))
    table.writeheader()
    table.writerows(rows)
    return written.getvalue().encode()


def send(client: Client, data: bytes, name: str = "cameras.csv"):
    return client.post("/cameras/import/", {"file": SimpleUploadedFile(name, data)})


def text(answer) -> str:
    return answer.content.decode()


def test_the_list_is_searched_narrowed_and_sorted(add, signed_in):
    add("A-1", name_th="หน้าวัด")
    add("B-2", tier="map_only")
    client = signed_in("operator")
    page = text(client.get("/cameras/"))
    assert page.index("A-1") < page.index("B-2")
    assert "ร้านข้าวแกงป้าแดง" in page
    assert "B-2" not in text(client.get("/cameras/", {"words": "วัด"}))
    assert "A-1" not in text(client.get("/cameras/", {"tier": "map_only"}))
    turned = text(client.get("/cameras/", {"order": "-code"}))
    assert turned.index("B-2") < turned.index("A-1")
    assert 'aria-sort="descending"' in turned
    assert "/cameras/import/" not in page  # she may only look


def test_pages_of_fifty(add, signed_in):
    for number in range(51):
        add(f"A-{number:02}")
    client = signed_in("operator")
    first = text(client.get("/cameras/"))
    assert "A-49" in first
    assert "A-50" not in first
    assert "A-50" in text(client.get("/cameras/", {"page": "2"}))
    assert client.get("/cameras/", {"page": "99999999999"}).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/cameras/A-1/", "/cameras/?station=lumphini", "/cameras/export.csv?station=lumphini", "/cameras/import/?station=lumphini",
     "/cameras/owners/?station=lumphini", "/cameras/add/?station=lumphini"],
)  # fmt: skip
def test_an_officer_of_another_station_finds_nothing(add, signed_in, path):
    add("A-1")
    client = signed_in("planner", "pattaya")
    assert client.get(path).status_code == 404
    assert client.get("/cameras/").status_code == 200


def test_whoever_is_not_signed_in_is_asked_to(add):
    add("A-1")
    for path in ("/cameras/", "/cameras/A-1/", "/cameras/import/"):
        assert Client().get(path).status_code == 302


def test_who_only_sees_cameras_changes_none(add, signed_in):
    add("A-1")
    client = signed_in("operator")
    assert client.get("/cameras/A-1/").status_code == 200
    assert client.post("/cameras/A-1/", {"azimuth_deg": "1"}).status_code == 403
    assert client.post("/cameras/A-1/withdraw").status_code == 403
    assert client.get("/cameras/export.csv").status_code == 404
    assert Camera.objects.get(code="A-1").version == 1


def test_a_camera_is_changed_by_its_form_and_its_history_says_so(add, signed_in):
    add("A-1")
    client = signed_in("planner")
    form = values_of(queries.camera("A-1", for_=PLANNER).entry) | {"azimuth_deg": "๑๘๐", "version": "1"}
    assert client.post("/cameras/A-1/", form).status_code == 302
    page = text(client.get("/cameras/A-1/"))
    assert Camera.objects.get(code="A-1").azimuth_deg == 180
    assert "90.0 → 180.0" in page
    assert "planner-lumphini" in page
    again = client.post("/cameras/A-1/", form | {"azimuth_deg": "270"})
    assert again.status_code == 400
    assert "มีผู้แก้ไขกล้องนี้ไปก่อนแล้ว" in text(again)
    wrong = client.post("/cameras/A-1/", form | {"version": "2", "height_m": "0"})
    assert 'id="w-height_m"' in text(wrong)
    assert 'value="0"' in text(wrong)


def test_a_camera_is_added_by_form(signed_in):
    client = signed_in("planner")
    wrong = client.post("/cameras/add/", {**cells("A-1"), "lon": 13.7, "lat": 100.5})
    assert wrong.status_code == 400
    assert "สลับกันหรือไม่" in text(wrong)
    assert client.post("/cameras/add/", cells("A-1")).status_code == 302
    assert Camera.objects.get().code == "A-1"


def test_an_officer_cannot_share_again_what_a_shop_withdrew(add, signed_in):
    add("A-1")
    client = signed_in("planner")
    client.post("/cameras/A-1/withdraw")
    assert Camera.objects.get().withdrawn_at is not None
    answer = client.post("/cameras/A-1/share_again")
    assert "เฉพาะเจ้าของกล้อง" in text(answer)
    assert Camera.objects.get().withdrawn_at is not None


def test_a_list_is_looked_at_first_and_one_bad_row_is_shown_with_its_reason(signed_in):
    client = signed_in("planner")
    data = a_list(cells("A-1"), cells("A-2", height_m=0), cells("A-3"))
    look = client.get(send(client, data).url)
    assert "ความสูง “0”: ต้องมากกว่า 0 และไม่เกิน 100 m" in text(look)
    assert Camera.objects.count() == 0
    path = look.request["PATH_INFO"]
    assert client.post(f"{path}enter").status_code == 409
    assert Camera.objects.count() == 0
    given_back = read(client.get(f"{path}reasons").content)
    assert [row[given_back.headings.index("code")] for row in given_back.rows] == ["A-2"]
    assert "height “0”" in str(given_back.rows[0][-1])
    done = client.post(f"{path}enter", {"only_good": "yes"})
    assert "นำเข้ารายการแล้ว" in text(done)
    assert set(Camera.objects.values_list("code", flat=True)) == {"A-1", "A-3"}
    assert "นำเข้าจากไฟล์" in text(client.get("/cameras/A-1/"))


def test_a_waiting_list_is_its_senders_alone(signed_in):
    client, other = signed_in("planner"), signed_in("technician")
    path = send(client, a_list(cells("A-1"))).url
    assert other.get(path).status_code == 404
    assert other.post(f"{path}enter").status_code == 404
    assert client.get("/cameras/import/nothing/").status_code == 404


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no", b"code\xff\xfe\x81", b"name\nx\n"])
def test_a_file_that_is_no_list_is_answered_on_the_page(signed_in, data):
    answer = send(signed_in("planner"), data)
    assert answer.status_code == 400
    assert 'role="alert"' in text(answer)


@pytest.mark.parametrize("kind", list(Format))
def test_the_register_is_exported_in_every_format(add, signed_in, kind):
    add("A-1")
    answer = signed_in("planner").get(f"/cameras/export.{kind}")
    assert answer["Content-Type"] == kind.media_type
    assert len(read(answer.content).rows) == 1
    assert "attachment" in answer["Content-Disposition"]


def test_the_empty_list_holds_every_column(signed_in):
    sheet = read(signed_in("planner").get("/cameras/import/template.xlsx").content)
    assert sheet.headings == writing.of_entries([], Format.XLSX).headings


def test_an_owner_gets_a_link_and_an_older_one_ends(signed_in):
    client = signed_in("planner")
    client.post("/cameras/owners/add", {"name": "วัดปทุม", "kind": "temple"})
    (owner,) = queries.owners(STATION, for_=PLANNER)
    page = text(client.post(f"/cameras/owners/{owner.id}/link"))
    link = page.split('id="link" readonly value="')[1].split('"')[0]
    path = "/camera-owner/" + link.split("/camera-owner/")[1]
    assert "data:image/svg+xml" in page
    assert Client().get(path).status_code == 200
    client.post(f"/cameras/owners/{owner.id}/renew")
    assert Client().get(path).status_code == 410
    assert signed_in("operator").post(f"/cameras/owners/{owner.id}/link").status_code == 403
    assert signed_in("planner", "pattaya").post(f"/cameras/owners/{owner.id}/link").status_code == 404


def test_a_contact_is_entered_and_never_shown(signed_in):
    client = signed_in("planner")
    number = actions.add_owner(station=STATION, name="วัดปทุม", kind="temple", by=PLANNER, at=NIGHT)
    page = text(client.post(f"/cameras/owners/{number}/contact", {"channel": "email", "contact": "abbot@example.org"}))
    assert "email" in page
    assert "abbot" not in page + text(client.get("/cameras/owners/"))


def test_what_no_database_takes_is_refused_or_overlooked_and_never_a_fault(add, signed_in):
    add("A-1")
    client = signed_in("planner")
    assert client.get("/cameras/", {"words": "\x00", "owner": "\x00", "state": "\x00", "tier": "\x00", "order": "\x00"}).status_code == 200
    odd = ("\x00", "A-1", "x" * 400, 7, None, [1], {"a": 1})
    features = [{"geometry": None, "properties": {"code": code, "owner": "\x00"}} for code in odd]
    look = client.get(send(client, json.dumps({"features": features}).encode()).url)
    assert look.status_code == 200
    assert "มีอักขระที่แสดงไม่ได้" in text(look)
    assert client.post("/cameras/add/", cells("A-2", name_th="\x00", owner="\x00x")).status_code == 400
    assert client.post("/cameras/owners/add", {"name": "\x00", "kind": "shop"}).status_code == 400
    assert client.post("/cameras/A-1/retire", {"why": "\x00"}).status_code == 302
