"""What every request gets: a person, a policy, and "no" as an answer in her language."""

import json
import re

import pytest
from django.test import Client, RequestFactory
from django.urls import path

from safetyzone.kernel.refusals import NotFound, NotYours, OutOfOrder, Refused
from safetyzone.programs.web.urls import urlpatterns as ours

ANSWERS = [(NotYours, 403), (NotFound, 404), (OutOfOrder, 409), (Refused, 400)]


def say_no(request, kind: str):
    raise {no.code: no for no, _ in ANSWERS}[kind]


def say_who(request):
    from django.http import JsonResponse

    who = request.who
    return JsonResponse({"name": who.name, "grants": sorted(who.grants), "now": request.now.isoformat()})


def break_down(request):
    raise ZeroDivisionError


urlpatterns = [
    *ours, path("say-no/<str:kind>", say_no), path("say-who", say_who), path("break-down", break_down)
]  # fmt: skip
pytestmark = pytest.mark.urls(__name__)


def test_a_page_leads_a_stranger_to_sign_in_and_back(db: None):
    answer = Client().get("/say-who?x=1")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/say-who%3Fx%3D1")


@pytest.mark.parametrize(
    "headers", [{"HX-Request": "true"}, {"Accept": "application/json"}, {"Sec-Fetch-Mode": "cors"}]
)
def test_a_fragment_or_json_tells_a_stranger_401(db: None, headers: dict[str, str]):
    answer = Client(headers=headers).get("/say-who")
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/accounts/login/")


def test_a_view_is_told_who_asks_what_she_may_and_what_time_it_is(signed_in, hands):
    hands.forward(hours=1)
    said = json.loads(signed_in("malee", "patrol").get("/say-who").content)
    grants = [["lumphini", "patrol"], ["lumphini", "survey_cameras"]]
    assert said == {"name": "malee", "grants": grants, "now": "2026-11-22T15:00:00+00:00"}


@pytest.mark.parametrize(("kind", "status"), ANSWERS)
def test_a_refusal_is_a_page_a_fragment_or_json_but_never_a_fault(signed_in, kind: type[Refused], status: int):
    client = signed_in("malee")
    page = client.get(f"/say-no/{kind.code}")
    assert page.status_code == status
    assert page.content.decode().startswith("<!doctype html>")
    words = page.content.decode()
    assert words.index(kind.th) < words.index(kind.en)

    fragment = client.get(f"/say-no/{kind.code}", headers={"HX-Request": "true"})
    assert fragment.status_code == status
    assert fragment.content.decode().startswith(f'<div class="refused" role="alert" data-code="{kind.code}">')

    data = client.get(f"/say-no/{kind.code}", headers={"Accept": "application/json"})
    assert (data.status_code, data.json()) == (status, {"code": kind.code, "th": kind.th, "en": kind.en})


def test_a_fault_is_not_a_refusal(signed_in):
    client = signed_in("malee")
    client.raise_request_exception = False
    answer = client.get("/break-down")
    assert answer.status_code == 500
    assert "ระบบขัดข้อง" in answer.content.decode()


def test_the_policy_allows_only_our_own_scripts_and_a_new_nonce_each_time(signed_in, at_station):
    at_station(sos_url="https://sos.example.test", video_url="https://pictures.example.test/video")
    client = signed_in("malee")
    first, second = client.get("/"), client.get("/")
    policy = first["Content-Security-Policy"]
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    nonce = re.search(r"'nonce-([^']+)'", parts["script-src"])
    assert nonce is not None
    assert f'nonce="{nonce[1]}"' in first.content.decode()
    assert nonce[1] not in second["Content-Security-Policy"]
    assert parts["script-src"] == f"'self' 'nonce-{nonce[1]}'"
    assert parts["style-src"] == parts["form-action"] == parts["default-src"] == "'self'"
    assert parts["frame-ancestors"] == parts["base-uri"] == parts["object-src"] == "'none'"
    assert parts["connect-src"] == "'self' https://sos.example.test https://pictures.example.test wss://pictures.example.test"
    assert parts["media-src"] == "'self' blob: https://pictures.example.test"
    assert "unsafe" not in policy
    assert first["Referrer-Policy"] == "same-origin"
    assert first["X-Content-Type-Options"] == "nosniff"
    assert first["X-Frame-Options"] == "DENY"
    assert first["Cache-Control"] == "no-store"
    assert "geolocation=(self)" in first["Permissions-Policy"]


@pytest.mark.parametrize("path", ["/", "/officers/", "/accounts/2fa/", "/accounts/sessions/", "/accounts/login/"])
def test_no_page_of_ours_needs_inline_script_or_style(signed_in, path: str):
    client = Client() if "login" in path else signed_in("anong", "administrator")
    page = client.get(path).content.decode()
    assert "<!doctype html>" in page
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=", page)
    for script in re.findall(r"<script\b[^>]*>", page):
        assert "src=" in script or "nonce=" in script or 'type="application/json"' in script


def test_the_import_map_names_vendored_files(signed_in):
    page = signed_in("malee").get("/").content.decode()
    found = re.search(r'<script type="importmap"[^>]*>(.*?)</script>', page)
    assert found is not None
    assert json.loads(found[1])["imports"]["maplibre-gl"] == "/static/vendor/maplibre-gl/maplibre-gl.mjs"


@pytest.mark.parametrize(("demo", "shown"), [(True, True), (False, False)])
def test_simulated_data_are_marked_on_every_page_and_real_ones_are_not(signed_in, at_station, demo: bool, shown: bool):
    at_station(demo=demo)
    assert ("ข้อมูลจำลอง" in Client().get("/accounts/login/").content.decode()) is shown
    assert ("ข้อมูลจำลอง" in signed_in("malee").get("/").content.decode()) is shown


def test_thai_comes_first_and_the_officers_choice_stays_with_her(signed_in):
    client = signed_in("malee")
    assert 'lang="th"' in client.get("/").content.decode()[:80]
    answer = client.post("/language/", {"language": "en", "next": "/officers/?x=1"})
    assert (answer.status_code, answer["Location"]) == (302, "/officers/?x=1")
    client.cookies.pop("django_language")
    page = client.get("/").content.decode()
    assert 'lang="en"' in page[:80]
    assert "Signed in as malee" in page


def test_a_strangers_choice_is_kept_in_a_cookie_and_leads_nowhere_else(db: None):
    client = Client(headers={"Accept-Language": "th"})
    assert "เข้าสู่ระบบ" in client.get("/accounts/login/").content.decode()
    answer = client.post("/language/", {"language": "en", "next": "https://evil.example/"})
    assert answer["Location"] == "/"
    assert "Sign in with a passkey" in client.get("/accounts/login/").content.decode()
    assert client.post("/language/", {"language": "fr"}).status_code == 400


def test_a_browser_set_to_english_still_begins_in_thai(db: None):
    page = Client(headers={"Accept-Language": "en-US,en"}).get("/accounts/login/").content.decode()
    assert 'lang="th"' in page[:80]


def test_pages_that_stand_on_nothing_speak_both_languages(signed_in):
    client = signed_in("malee")
    page = client.get("/no/such/page/")
    assert page.status_code == 404
    assert "ไม่พบหน้านี้" in page.content.decode()
    forged = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a", "password": "b"})
    assert forged.status_code == 403
    assert "This page was open too long" in forged.content.decode()


def test_a_refusal_before_the_edge_has_run_has_a_policy_too(db: None):
    from django.http import HttpResponse

    from safetyzone.programs.web.middleware import Edge

    response = Edge(lambda request: HttpResponse()).process_response(RequestFactory().get("/"), HttpResponse())
    assert "script-src 'self' 'nonce-" in response["Content-Security-Policy"]
