"""The pages: the gate before the search, results with each camera's accuracy, nothing searched for in an address."""

import re
from datetime import timedelta

import pytest

from safetyzone.ground.officers.access import SYSTEM
from safetyzone.senses.sightings import ports
from safetyzone.senses.sightings.models import Search
from safetyzone.senses.sightings.take_actions import take
from safetyzone.senses.sightings.tests.conftest import read
from safetyzone.senses.watchlists.tests.test_pages import enters, hands, text
from safetyzone.senses.watchlists.tests.town import AT, SOON, person
from safetyzone.trust.audit.queries import acts_on

pytestmark = pytest.mark.django_db
assert hands
GATE = {"purpose": "stolen", "law": "inquiry", "words": "ลักรถหน้าตลาดเมื่อเที่ยง", "hours": "24", "station": "lumphini"}


class Week:
    checked, right, measured, offline_h = 120, 0.94, True, 3.5


@pytest.fixture
def passed(town, history_on, hands):
    for code in ("C1", "C2"):
        history_on(code)
    take([read(camera="C1", at=AT + timedelta(minutes=1)), read(camera="C2", at=AT + timedelta(minutes=2))], by=SYSTEM, at=SOON)
    person("searcher", may="search_sightings watch_recorded")
    person("approver2", may="approve_lists")
    ports.use_accuracy(lambda codes, at: dict.fromkeys(codes, Week()))
    yield town
    ports.use_accuracy(None)


@pytest.mark.parametrize("language", ["th", "en"])
def test_from_the_gate_to_the_way_to_who_went_along_to_where_next(passed, language):
    client = enters("searcher", language=language, confirmed=False)
    gate = text(client.get("/sightings/"))
    assert 'id="what" disabled' in gate
    assert passed.case in gate
    answer = client.post("/sightings/ask", GATE | {"case": passed.case, "plate": "6กพ 7414"})
    assert answer.status_code == 302
    page = text(client.get(answer.url))
    assert page.count("6กพ7414") >= 2
    assert "C1" in page
    assert "94" in page
    assert "3.5" in page
    assert passed.case in page
    assert ("ป.วิ.อาญา ม.131" if language == "th" else "Criminal Procedure Code s.131") in page
    along = text(client.post(f"{answer.url}along", {"text": "6กพ7414"}))
    assert "6กพ7414" in along
    follow = text(client.get(f"/sightings/follow/?camera=C1&at={int(AT.timestamp() * 1000)}"))
    assert "C2" in follow
    assert "/room/playback/?cameras=C2&amp;at=" in follow
    for one in (gate, page, along, follow):
        assert f'<html lang="{language}"' in one
        assert "{%" not in one


@pytest.mark.parametrize("without", ["purpose", "law", "case", "words"])
def test_without_purpose_law_case_and_reason_nothing_is_searched(passed, without):
    said = GATE | {"case": passed.case, "plate": "6กพ7414"} | {without: ""}
    answer = enters("searcher", confirmed=False).post("/sightings/ask", said)
    assert answer.status_code == 400
    assert not Search.objects.exists()


def test_a_wide_search_waits_for_a_second_officer_and_shows_nothing_before(passed):
    client = enters("searcher", confirmed=False)
    answer = client.post("/sightings/ask", GATE | {"case": passed.case, "plate": "6กพ7414", "hours": "72"})
    assert "passages" not in text(client.get(answer.url))
    second = enters("approver2", confirmed=False)
    assert GATE["words"] in text(second.get("/sightings/"))
    second.post(f"{answer.url}approve")
    assert 'id="passages"' in text(client.get(answer.url))


def test_every_look_is_on_record_and_another_officer_finds_no_such_page_nor_a_way_to_pictures(passed):
    client = enters("searcher", confirmed=False)
    url = client.post("/sightings/ask", GATE | {"case": passed.case, "plate": "6กพ7414"}).url
    search = Search.objects.get()
    before = len(acts_on(f"search:{search.pk}"))
    client.get(url)
    client.get(url)
    assert len(acts_on(f"search:{search.pk}")) == before + 2
    person("other", may="search_sightings")
    assert enters("other", confirmed=False).get(url).status_code == 404
    follow = f"/sightings/follow/?camera=C1&at={int(AT.timestamp() * 1000)}"
    other = enters("other", confirmed=False)
    assert ["/room/playback/?cameras=" in text(one.get(follow)) for one in (client, other)] == [True, False]
    person("stranger", may="see_room")
    assert enters("stranger", confirmed=False).get("/sightings/").status_code == 404


@pytest.mark.parametrize(
    "said", [{"to_at": "yesterday"}, {"to_at": "9999-12-31T23:59"}, {"plate": "<script>"}, {"hours": "abc", "plate": "?"}]
)
def test_what_cannot_be_understood_is_refused_on_the_page(passed, said):
    answer = enters("searcher", confirmed=False).post("/sightings/ask", GATE | {"case": passed.case} | said)
    assert answer.status_code == 400
    assert 'role="alert"' in text(answer)


WRONG = {
    "purpose": "", "law": "", "case": "", "words": "คดี", "plate": "x", "province": "Atlantis", "to_at": "yesterday",
}  # fmt: skip


@pytest.mark.parametrize(("language", "words"), [("th", "ต้องเลือกฐานกฎหมายที่ให้อำนาจค้น"), ("en", "Choose the law that allows this search")])
def test_every_wrong_field_says_so_beside_itself_and_what_was_typed_stays(passed, language, words):
    page = text(enters("searcher", language=language, confirmed=False).post("/sightings/ask", GATE | WRONG))
    for field in ("purpose", "case", "words", "plate", "province", "to_at"):
        assert page.count(f'id="w-{field}"') == 1
    assert 'value="Atlantis"' in page
    law = text(enters("searcher", language=language, confirmed=False).post("/sightings/ask", GATE | {"case": passed.case, "law": ""}))
    assert words in law.split('id="w-law"')[1].split("</div>")[0]
    assert law.count('role="alert"') == law.count('aria-invalid="true"') == 1


def test_a_camera_that_keeps_nothing_is_no_empty_answer(passed):
    client = enters("searcher", language="en", confirmed=False)
    page = text(client.post("/sightings/ask", GATE | {"case": passed.case, "plate": "6กพ7414", "cameras": "C1 C9"}))
    assert "C9" in page.split('id="w-cameras"')[1].split("</div>")[0]
    early = (AT - timedelta(days=60)).strftime("%Y-%m-%dT%H:%M")
    page = text(client.post("/sightings/ask", GATE | {"case": passed.case, "plate": "6กพ7414", "to_at": early}))
    assert "no camera of the station kept plates" in page.split('id="w-to_at"')[1].split("</div>")[0]
    assert not Search.objects.exists()


def test_the_result_says_what_was_sought_and_marks_the_signs_that_are_not_it(passed):
    client = enters("searcher", confirmed=False)
    said = GATE | {"case": passed.case, "plate": "6กพ7411", "near": "1", "province": "Bangkok", "cameras": "C1,C2"}
    page = text(client.get(client.post("/sightings/ask", said).url))
    assert '<b class="sought" lang="th">6กพ7411</b>' in page
    assert page.count('<b>6กพ741<u class="other">4</u></b>') == 2
    again = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.split("/sightings/begin")[1]))
    assert {name: again[name] for name in said} == said | {"province": "กรุงเทพมหานคร", "cameras": "C1 C2"}
    form = text(client.post("/sightings/begin", again))
    assert 'value="6กพ7411"' in form
    assert 'value="inquiry" data-fits="accident crime stolen" selected' in form
    assert Search.objects.count() == 1, "nothing is searched before it is asked"


@pytest.mark.parametrize("asked", ["camera=NONE", "camera=C1&at=99999999999999999", "camera=C1&at=x&kind=rocket", ""])
def test_a_strange_address_is_a_page_or_none_and_never_a_fault(passed, asked):
    assert enters("searcher", confirmed=False).get(f"/sightings/follow/?{asked}").status_code in (200, 404)
