"""Sign-in: by user name, with a second factor where the station demands one, and on record."""

import hashlib
import hmac
import importlib
import struct
import time
from base64 import b32decode

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client

from safetyzone.ground.officers import actions
from safetyzone.ground.officers.access import COMMAND_LINE
from safetyzone.kernel import settings as kernel_settings
from safetyzone.kernel.refusals import OutOfOrder
from safetyzone.programs.web import demo_login
from safetyzone.programs.web.tests.conftest import GOOD
from safetyzone.trust.audit.models import Leaf


def sign_in(client: Client, username: str, password: str = GOOD):
    return client.post("/accounts/login/", {"login": username, "password": password})


def code_of(secret: str) -> str:
    """What the officer's authenticator app shows now (RFC 6238)."""
    digest = hmac.digest(b32decode(secret), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1)
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset:offset + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def test_an_officer_signs_in_by_user_name_with_a_new_session(officer):
    officer("malee")
    client = Client()
    client.post("/language/", {"language": "th"})
    session = client.session
    session["before"] = 1
    session.save()
    before = session.session_key
    client.cookies[django_settings.SESSION_COOKIE_NAME] = before
    answer = sign_in(client, "MALEE")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    cookie = answer.cookies[django_settings.SESSION_COOKIE_NAME]
    assert cookie.value not in ("", before)
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert client.get("/").status_code == 200


def test_a_wrong_password_and_an_unknown_name_are_told_apart_by_nobody(officer):
    officer("malee")
    pages = [sign_in(Client(), *said) for said in (("malee", "wrong"), ("nobody", "wrong"))]
    assert len({page.status_code for page in pages}) == 1
    errors = [page.context["form"].non_field_errors() for page in pages]
    assert list(errors[0]) == list(errors[1])
    assert errors[0]


def test_after_five_wrong_passwords_even_the_right_one_must_wait(officer):
    officer("malee")
    for _ in range(5):
        sign_in(Client(), "malee", "wrong")
    assert sign_in(Client(), "malee").status_code != 302
    cache.clear()
    assert sign_in(Client(), "malee").status_code == 302


def test_the_counts_are_where_every_web_process_sees_them():
    assert django_settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache")
    assert django_settings.CACHES["default"]["OPTIONS"]["MAX_ENTRIES"] >= 10_000


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/signup/", "/accounts/email/", "/accounts/password/reset/", "/accounts/password/set/",
        "/accounts/confirm-email/", "/accounts/login/code/confirm/",
    ],
)  # fmt: skip
def test_there_is_no_door_by_e_mail_and_nobody_adds_herself(signed_in, address: str):
    for client in (Client(), signed_in("malee")):
        assert client.get(address).status_code == 404
        assert client.post(address, {"username": "x", "password1": GOOD, "password2": GOOD}).status_code == 404


def test_sign_in_sign_out_and_failures_are_on_record_but_unknown_names_are_not(officer):
    malee = officer("malee")
    client = Client()
    sign_in(client, "malee", "wrong")
    sign_in(client, "my-password-typed-here", "wrong")
    sign_in(client, "malee")
    client.post("/accounts/logout/")
    acts = Leaf.objects.filter(action__contains="sign").order_by("id")
    assert [(act.actor, act.action, act.object) for act in acts] == [
        ("somebody", "officer.sign_in_failed", f"officer:{malee.pk}"),
        ("malee", "officer.signed_in", f"officer:{malee.pk}"),
        ("malee", "officer.signed_out", f"officer:{malee.pk}"),
    ]
    assert not Leaf.objects.filter(facts__icontains="my-password").exists()


def test_signing_out_ends_the_session(officer):
    officer("malee")
    client = Client()
    sign_in(client, "malee")
    client.post("/accounts/logout/")
    assert client.get("/").status_code == 302


def test_who_retires_is_out_at_her_next_click(officer, hands):
    malee = officer("malee")
    client = Client()
    sign_in(client, "malee")
    actions.retire(officer_id=malee.pk, by=COMMAND_LINE, at=hands.forward(minutes=1))
    assert client.get("/").status_code == 302
    back = Client()
    sign_in(back, "malee")
    assert back.get("/").headers["Location"].startswith("/accounts/login/")


def test_a_second_factor_is_demanded_before_any_other_page(officer, at_station):
    at_station(mfa_required=True)
    officer("somsri", "commander")
    client = Client()
    sign_in(client, "somsri")
    for address in ("/", "/officers/", "/accounts/sessions/", "/accounts/password/change/"):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/")
    assert client.get("/", headers={"HX-Request": "true"}).status_code == 401
    assert "บังคับยืนยันตัวตนสองชั้น" in client.get("/accounts/2fa/").content.decode()
    assert client.post("/language/", {"language": "en"}).status_code == 302
    assert client.post("/accounts/logout/").status_code == 302


def test_with_an_authenticator_app_the_doors_open_and_the_next_sign_in_asks_for_its_code(officer, at_station):
    at_station(mfa_required=True)
    officer("wirot", "overseer")
    client = Client()
    sign_in(client, "wirot")
    client.post("/accounts/reauthenticate/", {"password": GOOD})
    page = client.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200
    secret = page.context["form"].secret
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert answer.status_code == 302
    assert client.get("/").status_code == 200

    again = Client()
    answer = sign_in(again, "wirot")
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert again.get("/").status_code == 302
    assert again.get("/officers/").headers["Location"].startswith("/accounts/login/")


def test_a_recovery_code_opens_once_and_an_administrator_helps_whoever_has_lost_those_too(officer, at_station, hands):
    at_station(mfa_required=True)
    wirot = officer("wirot", "overseer")
    client = Client()
    sign_in(client, "wirot")
    client.post("/accounts/reauthenticate/", {"password": GOOD})
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    codes = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
    for opens in (True, False):
        again = Client()
        sign_in(again, "wirot")
        again.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert (again.get("/").status_code == 200) is opens

    actions.clear_second_factor(officer_id=wirot.pk, by=COMMAND_LINE, at=hands.at)
    anew = Client()
    assert sign_in(anew, "wirot")["Location"] == "/"
    assert anew.get("/")["Location"] == "/accounts/2fa/"
    with pytest.raises(OutOfOrder):
        actions.clear_second_factor(officer_id=wirot.pk, by=COMMAND_LINE, at=hands.at)


def test_without_the_demand_nobody_is_led_away(officer, at_station):
    at_station(mfa_required=False)
    officer("wirot", "overseer")
    client = Client()
    sign_in(client, "wirot")
    assert client.get("/").status_code == 200


def test_behind_https_cookies_are_bound_to_the_host(monkeypatch: pytest.MonkeyPatch):
    from safetyzone.programs.web import configuration

    https = kernel_settings.settings().model_copy(update={"public_url": "https://zone.example.test"})
    monkeypatch.setattr(kernel_settings, "settings", lambda: https)
    try:
        hardened = importlib.reload(configuration)
        assert hardened.SESSION_COOKIE_NAME == "__Host-session"
        assert hardened.CSRF_COOKIE_NAME == "__Host-csrf"
        assert hardened.SESSION_COOKIE_SECURE
        assert hardened.CSRF_COOKIE_SECURE
        assert hardened.SECURE_HSTS_SECONDS > 0
        assert hardened.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN is False
    finally:
        monkeypatch.undo()
        importlib.reload(configuration)


def test_the_demo_link_signs_in_once_and_leads_where_it_says(officer, at_station, hands):
    at_station(demo=True, mfa_required=False)
    officer("somsri", "commander")
    link = demo_login.link("somsri", at=hands.at, to="/accounts/sessions/")
    client = Client()
    answer = client.get(link)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/sessions/")
    assert client.get("/accounts/sessions/").context["session_count"] == 1
    assert Client().get(link).status_code == 403


def test_the_demo_link_is_good_for_ten_minutes(officer, at_station, hands):
    at_station(demo=True)
    officer("somsri")
    link = demo_login.link("somsri", at=hands.at)
    hands.forward(minutes=10)
    assert Client().get(link).status_code == 403


def test_a_forged_demo_link_is_no_link(officer, at_station, hands):
    at_station(demo=True)
    officer("somsri")
    link = demo_login.link("somsri", at=hands.at)
    for forged in (link[:-1] + ("A" if link[-1] != "A" else "B"), "/demo/enter/somsri", "/demo/enter/a:b"):
        client = Client()
        assert client.get(forged).status_code == 404
        assert client.get("/").status_code == 302


def test_outside_the_demo_there_is_no_such_door(officer, at_station, hands):
    at_station(demo=True)
    officer("somsri")
    link = demo_login.link("somsri", at=hands.at)
    at_station(demo=False)
    assert Client().get(link).status_code == 404
