"""The pages as officers meet them: what is shown, to whom, and what is on record before it is."""

from datetime import timedelta

import pytest
from django.test import Client

from safetyzone.ground.officers.access import SYSTEM
from safetyzone.ground.officers.models import Officer
from safetyzone.kernel import clock
from safetyzone.kernel.settings import settings as station_settings
from safetyzone.senses.sightings.models import History
from safetyzone.senses.sightings.take_actions import take
from safetyzone.senses.watchlists import actions
from safetyzone.senses.watchlists.models import Activation, Hit, ListEntry, PassageCheck, WatchList
from safetyzone.senses.watchlists.tests.town import AT, DAY, SOON, STATION, candidate, person, reading, said
from safetyzone.trust.audit.queries import acts_on

GOOD = "kratai-nai-suan-9"
NAME = "ผู้เสียหายรายหนึ่ง"


@pytest.fixture
def hands(monkeypatch, settings):
    """The clock's hands; nobody needs a second factor here, and passwords are hashed quickly, which only a test may."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(station_settings(), "mfa_required", False)
    monkeypatch.setattr(station_settings(), "station", STATION)
    hand = clock.HandClock(SOON)
    before = clock.use(hand)
    yield hand
    clock.use(before)


def enters(username: str, *, language: str = "th", confirmed: bool = True) -> Client:
    """A client of that officer, who has just shown that it is she."""
    client, officer = Client(), Officer.objects.get(username=username)
    officer.language = language
    officer.set_password(GOOD)
    officer.save(update_fields=["password", "language"])
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    if confirmed:
        assert client.post("/accounts/reauthenticate/?next=/lists/", {"password": GOOD}).status_code == 302
    return client


def text(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def face(town, hands):
    listed = town.make("warrant")
    town.entry = town.face(listed)
    town.activation = town.on(listed, lasts=6 * DAY)
    town.hit = actions.take_candidate(candidate(town.entry, town.activation, at=SOON), by=town.judge, at=SOON)
    return town


@pytest.mark.parametrize("language", ["th", "en"])
def test_every_page_opens_in_both_languages(face, language):
    listed = ListEntry.objects.get(pk=face.entry).list_id
    plates = face.make()
    plate = face.plate(plates, approved=False)
    client = enters("judge", language=language)
    for page in (
        "/lists/", "/lists/?over=1", f"/lists/{listed}/", f"/lists/{plates}/", f"/lists/entries/{face.entry}/", f"/lists/entries/{plate}/",
        f"/lists/{listed}/activate?camera=C1", f"/lists/activations/{face.activation}/", "/lists/stop/", "/room/hits/",
        "/room/hits/?decided=1", "/room/hits/rows", f"/room/hits/{face.hit}/", "/accuracy/", "/openness/", "/cases/",
    ):  # fmt: skip
        answer = client.get(page)
        assert answer.status_code == 200, (page, text(answer)[-600:])
        assert page.endswith("/rows") or f'<html lang="{language}"' in text(answer)
        assert "{%" not in text(answer)


@pytest.mark.parametrize("page", ["/lists/", "/room/hits/", "/accuracy/", "/lists/stop/"])
def test_who_has_nothing_to_do_with_lists_finds_no_such_page(town, hands, page):
    person("patrol", may="patrol")
    assert enters("patrol").get(page).status_code == 404
    assert Client().get(page).status_code == 302


def test_opening_a_list_an_entry_or_a_card_is_on_record_before_anything_is_shown(face):
    listed, client = ListEntry.objects.get(pk=face.entry).list_id, enters("judge")
    for page, thing, act in (
        (f"/lists/{listed}/", f"list:{listed}", "list.looked"),
        (f"/lists/entries/{face.entry}/", f"entry:{face.entry}", "entry.looked"),
        (f"/lists/entries/{face.entry}/photo", f"entry:{face.entry}", "entry.looked"),
        (f"/room/hits/{face.hit}/", f"hit:{face.hit}", "hit.looked"),
        (f"/room/hits/{face.hit}/crop.jpg", f"hit:{face.hit}", "hit.looked"),
    ):
        before = sum(one.action == act for one in acts_on(thing))
        client.get(page)
        assert sum(one.action == act for one in acts_on(thing)) == before + 1, page


def test_no_name_and_no_other_answer_is_shown_before_ones_own(face):
    first, second = enters("judge"), enters("second")
    page = text(first.get(f"/room/hits/{face.hit}/"))
    assert NAME not in page
    assert "ไม่ใช่การยืนยันตัว" in page
    assert "0.71" in page
    assert "0.50" in page
    answer = first.post(f"/room/hits/{face.hit}/judge", {"answer": "same", "reason": "แผลเป็นที่คิ้ว"})
    assert answer.status_code == 302
    assert NAME in text(first.get(f"/room/hits/{face.hit}/"))
    blind = text(second.get(f"/room/hits/{face.hit}/"))
    assert "แผลเป็น" not in blind
    assert NAME not in blind
    assert "judge" not in blind.split("<main")[1].replace("/judge", "").replace("panel judge", "")
    second.post(f"/room/hits/{face.hit}/judge", {"answer": "same", "reason": "รูปหู"})
    assert "แผลเป็น" in text(second.get(f"/room/hits/{face.hit}/"))
    assert Hit.objects.get(pk=face.hit).state == "confirmed"


def test_a_judgement_without_a_reason_is_refused_on_the_card(face):
    answer = enters("judge").post(f"/room/hits/{face.hit}/judge", {"answer": "same", "reason": " "})
    assert answer.status_code == 400
    assert "ต้องบอกเหตุผล" in text(answer)


def test_letters_that_differ_are_marked_and_the_province_stands_apart(town, hands):
    listed = town.make()
    town.plate(listed)
    town.on(listed)
    (hit,) = actions.compare([reading(plate=said("6ถพ", province=""), at=SOON)], by=town.judge, at=SOON)
    page = text(enters("judge").get(f"/room/hits/{hit}/"))
    assert '<span class="sign differs">ถ</span>' in page
    assert '<span class="sign differs">ก</span>' in page
    assert page.count("sign differs") == 2
    assert "อ่านจังหวัดไม่ได้" in page


def test_after_a_day_the_card_is_gone(face, hands):
    hands.forward(hours=24)
    assert enters("judge").get(f"/room/hits/{face.hit}/").status_code == 404


def test_a_list_is_made_filled_and_switched_on_by_two_people_on_these_pages(town, hands):
    asks, approves = enters("asks"), enters("approves")
    made = asks.post("/lists/make", {
        "station": STATION, "basis": town.bases["stolen"], "name_th": "รถหายในเขต", "who": "มีคำร้องทุกข์", "where": "ทั้งเขต", "lasts": "30d",
    })  # fmt: skip
    assert made.status_code == 302, text(made)
    listed = WatchList.objects.latest("pk").pk
    wrong = asks.post(f"/lists/{listed}/add", {"case": "412/2569", "reason": "ลักรถ", "plate": "hello", "lasts": "7d"})
    assert wrong.status_code == 400
    form = {"case": "412/2569", "reason": "ลักรถหน้าตลาด", "plate": "๖กพ ๗๔๑๔", "province": "กทม", "lasts": "7d", "looks": "วีออส สีขาว"}
    assert asks.post(f"/lists/{listed}/add", form).status_code == 302
    entry = ListEntry.objects.get(list=listed)
    assert (entry.series, entry.number, entry.province, entry.state) == ("6กพ", "7414", "กรุงเทพมหานคร", "asked")
    assert "ท่านเป็นผู้ขอ" in text(asks.get(f"/lists/entries/{entry.pk}/"))
    assert asks.post(f"/lists/entries/{entry.pk}/approve", {"no_relation": "1"}).status_code == 400
    assert approves.post(f"/lists/entries/{entry.pk}/approve", {"no_relation": "1"}).status_code == 302
    planned = text(asks.get(f"/lists/{listed}/activate?camera=C1&camera=C2"))
    assert "0.36" in planned, "two cameras × 9,000 vehicles × 2 in 100,000"
    asked = asks.post(f"/lists/{listed}/activate", {
        "camera": ["C1", "C2"], "reason": "ผ่านย่านนี้", "dpia": "DPIA-1", "lasts": "7d", "ask": "1",
    })  # fmt: skip
    assert asked.status_code == 302, text(asked)
    activation = Activation.objects.get()
    assert approves.post(f"/lists/activations/{activation.pk}/approve", {"no_relation": "1"}).status_code == 302
    assert "● เปิดอยู่" in text(asks.get(f"/lists/{listed}/"))


def test_list_changes_ask_again_who_sits_there_and_the_kill_switch_does_not(face):
    listed, client = ListEntry.objects.get(pk=face.entry).list_id, enters("judge", confirmed=False)
    for page, given in (
        (f"/lists/{listed}/add", {}),
        (f"/lists/entries/{face.entry}/approve", {}),
        ("/lists/make", {}),
        ("/lists/release/face", {}),
    ):
        assert "/accounts/reauthenticate/" in client.post(page, given).get("Location", ""), page
    assert client.post("/lists/stop/face", {"station": STATION, "why": "ตรวจสอบ"}).status_code == 302
    shown = text(Client().get("/openness/"))
    assert "หยุดอยู่" in shown
    assert f"safetyzone/matching/1 {STATION} face off" in shown


def test_the_public_page_needs_no_sign_in_and_names_nobody(face):
    answer = Client().get("/openness/")
    page = text(answer)
    assert "บุคคลตามหมายจับ" in page
    assert "&lt;5" in page
    for secret in (NAME, "judge", "asks", "412/2569", "C1"):
        assert secret not in page.split("<main")[1]
    said_to_programs = Client().get("/openness/openness.json").json()
    assert said_to_programs["lists"] == [{"kind": "face", "purpose": "warrant", "entries": "<5"}]


def test_passages_are_checked_by_hand_without_keeping_the_plate_and_the_look_is_on_record(town, hands):
    History.objects.create(
        camera="C1", station=STATION, basis="x", purpose="x", keep_days=7, asked_by="a", asked_at=AT, approved_by="b", approved_at=AT,
        ends_at=AT + 9 * DAY,
    )  # fmt: skip
    one = reading(at=SOON)
    take([one, reading("C2", at=SOON)], by=SYSTEM, at=SOON)
    client = enters("judge")
    page = text(client.get("/accuracy/"))
    assert "7414" in page
    assert f"cameras=C1&amp;at={one.at_ms}" in page
    assert acts_on(f"station:{STATION}")[-1].facts == {"readings": [str(one.id)]}
    answer = client.post("/accuracy/passage", {"station": STATION, "reading": str(one.id), "answer": "wrong", "province": "wrong"})
    assert answer.status_code == 302
    kept = PassageCheck.objects.get()
    assert (kept.right, kept.province_right, kept.night) == (False, False, False)
    assert "7414" not in text(client.get("/accuracy/"))
    for wrong in (str(one.id), "x", ""):
        assert client.post("/accuracy/passage", {"station": STATION, "reading": wrong, "answer": "right"}).status_code == 404


def test_a_card_file_is_entered_and_a_wrong_one_is_refused_with_its_reason(town, hands):
    from io import BytesIO

    client = enters("judge")
    for content, status in ((b'{"kind": "face"}', 400), (b"", 400)):
        given = BytesIO(content)
        given.name = "card.json"
        assert client.post("/accuracy/card", {"station": STATION, "card": given}).status_code == status
    good = BytesIO(
        b'{"kind":"plate","model":"reader-2","camera_class":"gate","evaluated_at":"2026-11-20T00:00:00Z","threshold":0.6,'
        b'"passages":500,"missed":10,"strangers":50000,"false_matches":0,"groups":{"night":0.96},"test_set":"A"}'
    )
    good.name = "card.json"
    assert client.post("/accuracy/card", {"station": STATION, "card": good}).status_code == 302
    assert "reader-2" in text(client.get("/accuracy/"))


def test_a_number_that_no_row_has_is_no_address(town, hands):
    client = enters("judge")
    for page in ("/room/hits/99999999999999999999999/", "/lists/99999999999999999999/", "/lists/entries/0/", "/room/hits/1/"):
        assert client.get(page).status_code == 404


def test_cases_are_kept_on_their_page(town, hands):
    client = enters("asks")
    assert client.post("/cases/open", {"number": "900/2569", "offence": "theft", "officers": "asks judge"}).status_code == 302
    page = text(client.get("/cases/"))
    assert "900/2569" in page
    assert client.post("/cases/open", {"number": "901/2569", "offence": "theft", "officers": "nobody"}).status_code == 404
    assert client.post(f"/cases/{town.case_id}/close", {"why": "ได้รถคืน"}).status_code == 302
    assert "412/2569" not in text(client.get("/cases/")).split("<details")[0]


def test_the_page_tells_how_long_is_left(face, hands):
    hands.forward(hours=1)
    page = text(enters("judge").get(f"/room/hits/{face.hit}/"))
    assert f'data-until="{(SOON + timedelta(hours=24)).isoformat()}"' in page
