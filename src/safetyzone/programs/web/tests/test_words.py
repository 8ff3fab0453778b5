"""Thai first: every word of ours has its Thai, and times are told in Bangkok and in the Buddhist era."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import allauth
import django
import pytest
from django.test import RequestFactory
from django.utils import translation
from django.utils.translation import gettext, ngettext

from safetyzone.ground.officers.access import Who
from safetyzone.programs.web import messages
from safetyzone.programs.web.templatetags import safetyzone as tags

MIDNIGHT_IN_BANGKOK = datetime(2026, 12, 31, 17, 0, 5, tzinfo=UTC)
SEEN_BY_NOBODY = {"WebAuthn", "MFA"}


def test_every_word_of_ours_has_its_thai():
    assert messages.missing(messages.our_files()) == []


def test_the_search_for_words_finds_them_in_pages_and_in_code(tmp_path: Path):
    page, code = tmp_path / "page.html", tmp_path / "code.py"
    page.write_text("""{% load i18n %}<p>
        {% translate "Not yet in Thai" %}</p>{% blocktranslate count n=3 %}{{ n }} owl{% plural %}{{ n }} owls{% endblocktranslate %}
        """)
    code.write_text('words = _("Nor this")\n')
    assert messages.missing([page, code]) == ["%(n)s owl", "Nor this", "Not yet in Thai"]


def test_the_catalogue_is_compiled_where_django_reads_it(tmp_path: Path):
    folder = tmp_path / "th" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text('msgid ""\nmsgstr ""\n"Language: th\\n"\n\nmsgid "Owl"\nmsgstr "นกฮูก"\n')
    assert messages.compile_all(tmp_path) == [folder / "django.mo"]
    assert "นกฮูก".encode() in (folder / "django.mo").read_bytes()


def test_what_sign_in_says_is_thai_too():
    """Django's and allauth's own Thai has holes; ours fills those that an officer can meet."""
    theirs, django_s = Path(allauth.__file__).parent, Path(django.__file__).parent
    files = [django_s / "contrib" / "auth" / "password_validation.py"]
    for part in ("account", "mfa", "usersessions"):
        files += [path for path in (theirs / part).rglob("*.py") if not {"migrations", "tests"} & set(path.parts)]
        files += (theirs / "templates" / part).rglob("*.html")
    with translation.override("th"):
        english = {
            said for said in messages.used_in(files)
            if said and said not in SEEN_BY_NOBODY and gettext(said) == said and ngettext(said, said + "s", 1) == said
        }  # fmt: skip
        plural = "This password is too short. It must contain at least %d characters."
        short = ngettext("This password is too short. It must contain at least %d character.", plural, 12)
    assert {word for word in english if not word.endswith("character.")} == set()
    assert short.startswith("รหัสผ่านสั้นเกินไป")


@pytest.mark.parametrize(
    ("language", "date", "both"),
    [("th", "1 ม.ค. 2570", "1 ม.ค. 2570 00:00:05"), ("en", "1 Jan 2027", "1 Jan 2027 00:00:05")],
)
def test_new_year_comes_in_bangkok_and_in_the_buddhist_era(language: str, date: str, both: str):
    with translation.override(language):
        assert tags.thai_date(MIDNIGHT_IN_BANGKOK) == date
        assert tags.thai_time(MIDNIGHT_IN_BANGKOK) == "00:00:05"
        assert tags.thai_datetime(MIDNIGHT_IN_BANGKOK) == both
    assert tags.iso(MIDNIGHT_IN_BANGKOK) == "2026-12-31T17:00:05+00:00"


@pytest.mark.parametrize(
    ("how_long", "said"),
    [
        (timedelta(seconds=5), "00:05"), (timedelta(minutes=12, seconds=44), "12:44"), (3725, "1:02:05"),
        (-90, "−01:30"), (0.4, "00:00"), (59.6, "01:00"), (None, ""),
    ],
)  # fmt: skip
def test_a_duration_is_minutes_and_seconds(how_long: timedelta | float | None, said: str):
    assert tags.duration(how_long) == said


def test_no_time_is_said_as_nothing():
    assert tags.thai_date(None) == tags.thai_time(None) == tags.thai_datetime(None) == tags.iso(None) == ""


def test_a_page_may_ask_who_may():
    request = RequestFactory().get("/x?y=1")
    request.who = Who(name="malee", grants=frozenset({("lumphini", "patrol")}))
    context = {"request": request}
    assert tags.may(context, "patrol", "lumphini")
    assert tags.may(context, "patrol")
    assert not tags.may(context, "patrol", "pattaya")
    assert not tags.may(context, "dispatch")
    assert not tags.may({}, "patrol")


def test_the_language_switch_leads_back_to_where_a_form_stood():
    assert tags.here({"request": RequestFactory().get("/x?y=1")}) == "/x?y=1"
    assert tags.here({"request": RequestFactory().post("/do", headers={"Referer": "https://evil.example/x"})}) == "/x"
    assert tags.here({"request": RequestFactory().post("/do")}) == tags.here({}) == "/"
