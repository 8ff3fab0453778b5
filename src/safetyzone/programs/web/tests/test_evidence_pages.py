"""Evidence as officers meet it: who may, what is shown, and what is on record."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from safetyzone.kernel.settings import settings as station_settings
from safetyzone.programs.web import evidence_files
from safetyzone.programs.web.tests.conftest import GOOD
from safetyzone.senses.cameras import actions as cameras
from safetyzone.senses.cameras.tests.town import PLANNER, cells
from safetyzone.senses.looks import queries as looks
from safetyzone.trust.audit import actions as audit
from safetyzone.trust.evidence import custody, exporting, kept, queries
from safetyzone.trust.evidence.carried import verify
from safetyzone.trust.evidence.lifecycle import State
from safetyzone.trust.evidence.signing import fingerprint
from safetyzone.trust.evidence.tests.clips import ms, record
from safetyzone.trust.evidence.tests.conftest import SeesNobody


@pytest.fixture
def desk(station, hands, tmp_path, monkeypatch):
    """A station with two recorded cameras: nine in the evening, ten seconds; an hour later."""
    monkeypatch.setattr(station_settings(), "state", tmp_path)
    for code in ("LPN-C001", "LPN-C002"):
        cameras.add_camera(station=station, given=cells(code), by=PLANNER, at=hands.at)
        for later in range(0, 10_000, 2000):
            record(tmp_path / "recordings", code, ms(hands.at) + later)
    begin = hands.at
    hands.forward(hours=1)
    return begin


@pytest.fixture
def enters(signed_in):
    """A client of somebody with a duty, who has just shown that it is she."""

    def make(username: str, duty: str = "commander", *, confirmed: bool = True) -> Client:
        client = signed_in(username, duty)
        if confirmed:
            assert client.post("/accounts/reauthenticate/?next=/evidence/key/", {"password": GOOD}).status_code == 302
        return client

    return make


def locked(client: Client, begin, **changed: object) -> int:
    given = {"camera": ["LPN-C001", "LPN-C002"], "from_ms": ms(begin), "to_ms": ms(begin) + 10_000, "why": "คดีชิงทรัพย์", **changed}
    answer = client.post("/evidence/lock", given)
    assert answer.status_code == 302, answer.content.decode()
    return int(answer["Location"].strip("/").split("/")[-1])


def made(export: int, hands) -> None:
    assert exporting.work(export, now=hands.now, finder=SeesNobody(), plates=SeesNobody())


def text(answer) -> str:
    return answer.content.decode()


def test_a_span_is_locked_listed_and_shown(desk, enters):
    client = enters("somchai", "operator")
    item = locked(client, desk)
    assert [len(camera.pieces) for camera in queries.cameras(item)] == [5, 5]
    page = text(client.get("/evidence/"))
    assert "EV-" in page
    assert "คดีชิงทรัพย์" in page
    page = text(client.get(f"/evidence/{item}/"))
    assert "มีภาพครบทั้งช่วง" in page
    assert "ล็อกเป็นพยานหลักฐาน" in page
    assert [line.act for line in queries.custody(item)] == ["locked", "gathered", "looked"]


def test_the_form_takes_a_buddhist_day_and_times_of_bangkok(desk, enters):
    client = enters("somchai", "operator")
    when = {"day": "22/11/2569", "from": "21:00:00", "to": "21:00:10", "from_ms": "", "to_ms": "", "camera": "LPN-C001, LPN-C002"}
    item = locked(client, desk, **when, until="31/12/2569")
    found = queries.item(item)
    assert (found.from_at, found.to_at) == (desk, desk + timedelta(seconds=10))
    assert found.cameras == 2


def test_a_script_gets_the_number(desk, enters):
    client = enters("somchai", "operator")
    given = {"camera": "LPN-C001", "from_ms": ms(desk), "to_ms": ms(desk) + 4000, "why": "x"}
    said = client.post("/evidence/lock", given, headers={"Accept": "application/json"}).json()
    assert said["url"] == f"/evidence/{said['item']}/"
    no = client.post("/evidence/lock", {**given, "camera": "NO-1"}, headers={"Accept": "application/json"})
    assert (no.status_code, no.json()["code"]) == (400, "no_such_camera")


@pytest.mark.parametrize(
    ("changed", "words"),
    [({"why": " "}, "ต้องบอกเหตุผล"), ({"camera": "NO-1"}, "NO-1"), ({"camera": ""}, "ช่วงเวลาไม่ถูกต้อง"), ({"from_ms": "x"}, "เวลาไม่ถูกต้อง"),
     ({"from_ms": "", "day": "22/11/2569", "from": "25:00", "to": "1"}, "25:00"), ({"to_ms": "1"}, "ช่วงเวลาไม่ถูกต้อง"),
     ({"until": "99/99/2569"}, "ไม่ใช่วันที่")],
)  # fmt: skip
def test_what_is_wrong_with_a_lock_is_said_on_the_page(desk, enters, changed, words):
    given = {"camera": "LPN-C001", "from_ms": ms(desk), "to_ms": ms(desk) + 4000, "why": "x", **changed}
    answer = enters("somchai", "operator").post("/evidence/lock", given)
    assert answer.status_code == 400
    assert words in text(answer)


def test_who_has_nothing_to_do_with_evidence_finds_none(desk, enters):
    item = locked(enters("somchai", "operator"), desk)
    patrol = enters("lek", "patrol")
    for path in ("/evidence/", f"/evidence/{item}/", f"/evidence/{item}/exports", "/evidence/key/"):
        assert patrol.get(path).status_code == 404
    assert patrol.post("/evidence/lock", {"station": "lumphini"}).status_code == 404
    assert "/evidence/" not in text(patrol.get("/patrol/"))
    assert Client().get("/evidence/").status_code == 302


def test_an_operator_locks_but_takes_nothing_out(desk, enters):
    operator = enters("somchai", "operator")
    item = locked(operator, desk)
    for path in (f"/evidence/{item}/ask", f"/evidence/{item}/unblur"):
        assert operator.post(path, {"why": "x", "case": "1"}).status_code == 403
    assert queries.exports(item) == []
    assert f"/evidence/{item}/ask" not in text(operator.get(f"/evidence/{item}/"))


def test_a_blurred_package_is_made_watched_and_handed_over(desk, enters, hands):
    client = enters("somchai")
    item = locked(client, desk)
    client.post(f"/evidence/{item}/ask", {"why": "ส่งพนักงานสอบสวน"})
    [export] = queries.exports(item)
    page = text(client.get(f"/evidence/{item}/exports"))
    assert 'hx-trigger="every 2s"' in page
    made(export.export_id, hands)
    page = text(client.get(f"/evidence/{item}/"))
    assert "every 2s" not in page
    [film, _] = re.findall(r'src="(/evidence/exports/[^"]+)"', page)
    whole = b"".join(client.get(film).streaming_content)
    assert whole[4:8] == b"ftyp"
    part = client.get(film, headers={"Range": "bytes=4-7"})
    assert (part.status_code, part["Content-Range"], b"".join(part.streaming_content)) == (206, f"bytes 4-7/{len(whole)}", b"ftyp")
    assert client.get(film, headers={"Range": f"bytes={len(whole)}-"}).status_code == 416
    assert client.get(film.replace("LPN-C001", "../original")).status_code == 404
    answer = client.post(f"/evidence/exports/{export.export_id}/package", {"to": "พนักงานสอบสวน", "why": "สำนวน"})
    package = b"".join(answer.streaming_content)
    assert package == kept.export_file(export.export_id).read_bytes()
    assert verify.verify(str(kept.export_file(export.export_id)), fingerprint()).valid
    acts = [line.act for line in queries.custody(item)]
    assert acts[-1] == "shared"
    assert acts.count("looked") == 2  # the page, and the film


def test_owners_read_what_was_locked_watched_and_handed_over(desk, enters, hands):
    client = enters("somchai")
    item = locked(client, desk, camera="LPN-C001")
    client.post(f"/evidence/{item}/ask", {"why": "สำนวน"})
    [export] = queries.exports(item)
    made(export.export_id, hands)
    for _ in range(3):  # a player asks for one part after the other: that is one look
        client.get(f"/evidence/exports/{export.export_id}/film/LPN-C001.mp4", headers={"Range": "bytes=0-9"})
    client.post(f"/evidence/exports/{export.export_id}/package", {"to": "ศาล", "why": "สำนวน"})
    told = looks.at_cameras(["LPN-C001", "LPN-C002"])
    assert sorted(look.kind for look in told["LPN-C001"]) == ["export", "export", "recorded"]
    assert {(look.duty_th, look.seconds, look.running) for look in told["LPN-C001"]} == {("ผู้บัญชาการเหตุการณ์", 10.0, False)}
    assert told["LPN-C002"] == []


def test_clear_faces_take_two_people_who_both_show_who_they_are(desk, enters, hands):
    asker, second = enters("somchai"), enters("malee")
    item = locked(asker, desk)
    asker.post(f"/evidence/{item}/unblur", {"why": "ชี้ตัว", "case": "12/2569"})
    [export] = queries.exports(item)
    own = asker.post(f"/evidence/exports/{export.export_id}/approve", {"why": "เอง"})
    assert own.status_code == 400
    assert "คนละคน" in text(own)
    assert "approve" not in text(asker.get(f"/evidence/{item}/"))
    assert "approve" in text(second.get(f"/evidence/{item}/"))
    second.post(f"/evidence/exports/{export.export_id}/approve", {"why": "จำเป็น"})
    assert queries.export(export.export_id).state == State.WAITING
    made(export.export_id, hands)
    assert not evidence_files.films(export.export_id)
    assert asker.get(f"/evidence/exports/{export.export_id}/film/LPN-C001.mp4").status_code == 404  # clear faces are not for the browser


def test_whoever_has_not_shown_again_who_she_is_is_asked_first(desk, enters):
    client = enters("somchai", confirmed=False)
    item = locked(client, desk)
    answer = client.post(f"/evidence/{item}/unblur", {"why": "ชี้ตัว", "case": "12/2569"})
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    assert queries.exports(item) == []
    client.post(answer["Location"], {"password": GOOD})
    assert [export.state for export in queries.exports(item)] == [State.ASKED], "what she had sent is taken up"


def test_a_refusal_a_stop_and_a_release_are_done_on_the_page(desk, enters):
    client = enters("somchai")
    item = locked(client, desk)
    client.post(f"/evidence/{item}/unblur", {"why": "ชี้ตัว", "case": "12/2569"})
    client.post(f"/evidence/{item}/ask", {"why": "สำนวน"})
    blurred, clear = (one.export_id for one in queries.exports(item))
    assert client.post(f"/evidence/{item}/release", {"why": "x"}).status_code == 409
    client.post(f"/evidence/exports/{clear}/refuse", {"why": "ถอน"})
    client.post(f"/evidence/exports/{blurred}/stop")
    assert [one.state for one in queries.exports(item)] == [State.STOPPED, State.REFUSED]
    client.post(f"/evidence/exports/{blurred}/resume")
    client.post(f"/evidence/exports/{blurred}/stop")
    client.post(f"/evidence/{item}/release", {"why": "คดีสิ้นสุด"})
    assert queries.item(item).released_by == "somchai"
    assert "EV-" not in text(client.get("/evidence/"))
    assert "EV-" in text(client.get("/evidence/?released=1"))


def test_where_the_audit_log_cannot_be_written_nothing_leaves(desk, enters, hands, monkeypatch):
    client = enters("somchai")
    item = locked(client, desk)
    client.post(f"/evidence/{item}/ask", {"why": "สำนวน"})
    [export] = queries.exports(item)
    made(export.export_id, hands)

    def stopped(*_: audit.Act, **__: str) -> None:
        raise ConnectionError

    monkeypatch.setattr(custody, "record", stopped)
    client.raise_request_exception = False
    hands.forward(hours=1)
    for answer in (
        client.post(f"/evidence/exports/{export.export_id}/package", {"to": "ศาล", "why": "x"}), client.get(f"/evidence/{item}/"),
        client.get(f"/evidence/exports/{export.export_id}/film/LPN-C001.mp4"), client.post(f"/evidence/{item}/ask", {"why": "x"}),
    ):  # fmt: skip
        assert answer.status_code == 500
        assert b"ftyp" not in answer.content
    assert len(queries.exports(item)) == 1


def test_the_key_page_shows_the_fingerprint(desk, enters):
    assert fingerprint() in text(enters("somchai").get("/evidence/key/"))


def test_a_reader_of_english_reads_english(desk, enters):
    from safetyzone.ground.officers.models import Officer

    client = enters("somchai")
    item = locked(client, desk)
    Officer.objects.filter(username="somchai").update(language="en")
    page = text(client.get(f"/evidence/{item}/"))
    assert "Custody log" in page
    assert "locked as evidence" in page
    assert "Recorded without a gap." in page
