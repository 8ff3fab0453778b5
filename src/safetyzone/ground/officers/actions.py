"""The only writers of officers, duties and postings. Each act is in the audit log, by number and never by real name."""

import csv
import re
from datetime import datetime
from importlib.resources import files

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import translation

from safetyzone.ground.officers.access import Who, must
from safetyzone.ground.officers.models import Duty, Officer, Permission, Posting
from safetyzone.kernel.refusals import NotFound, OutOfOrder, Refused
from safetyzone.trust.audit.actions import Act, record

USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,31}")


class BadUsername(Refused):
    code = "bad_username"
    th = "ชื่อผู้ใช้ต้องเป็นอักษรอังกฤษตัวเล็ก ตัวเลข . _ - ยาว 3 ถึง 32 ตัว และขึ้นต้นด้วยตัวอักษร"
    en = "A user name is 3 to 32 small Latin letters, digits, dots, dashes or underscores, and begins with a letter."


class UsernameTaken(Refused):
    code = "username_taken"
    th = "มีชื่อผู้ใช้ {username} อยู่แล้ว"
    en = "There is already a user {username}."


class WeakPassword(Refused):
    code = "weak_password"
    th = "รหัสผ่านไม่ปลอดภัยพอ: {reasons_th}"
    en = "The password is too weak: {reasons_en}"


class AlreadyPosted(OutOfOrder):
    code = "already_posted"
    th = "เจ้าหน้าที่มีหน้าที่นี้ในช่วงเวลานี้อยู่แล้ว"
    en = "The officer already has this duty in that period."


class EndsBeforeItBegins(Refused):
    code = "ends_before_it_begins"
    th = "เวลาสิ้นสุดต้องอยู่หลังเวลาเริ่ม"
    en = "The duty must end after it begins."


@transaction.atomic
def load_duties(*, by: Who, at: datetime) -> int:
    """Add the duties that every station begins with; what is there stays. Returns how many were new."""
    text = files("safetyzone.ground.officers").joinpath("data", "duties.csv").read_text(encoding="utf-8")
    new = []
    for row in csv.DictReader(text.splitlines()):
        permissions = [Permission(word).value for word in row["permissions"].split()]
        names = {"name_th": row["name_th"], "name_en": row["name_en"], "permissions": permissions}
        if Duty.objects.get_or_create(code=row["code"], defaults=names)[1]:
            new.append(row["code"])
    if new:
        record(Act(actor=by.name, action="duties.loaded", object="duties", station="", at=at, facts={"new": new}))
    return len(new)


@transaction.atomic
def add_officer(
    *, username: str, password: str, station: str, rank_th: str = "", language: str = "th", by: Who, at: datetime
) -> int:
    """Add an officer to a station; she can sign in, and may nothing until she is posted. Returns her number.

    Raises:
        NotYours: without ``manage_officers`` at that station.
        BadUsername, UsernameTaken, WeakPassword: and says why.
    """
    must(by, "manage_officers", station=station)
    if not USERNAME.fullmatch(username):
        raise BadUsername
    if Officer.objects.filter(username__iexact=username).exists():
        raise UsernameTaken(username=username)
    officer = Officer(username=username, station_id=station, rank_th=rank_th, language=language)
    _set_password(officer, password)
    officer.save()
    _record("officer.added", officer, station, by=by, at=at, facts={"rank": rank_th})
    return officer.pk


@transaction.atomic
def set_password(*, officer_id: int, password: str, by: Who, at: datetime) -> None:
    """Give a new password to an officer who has lost hers: there is no e-mail to ask. Her sessions end."""
    officer = _mine(officer_id, by)
    _set_password(officer, password)
    officer.save(update_fields=["password"])
    _record("officer.password_set", officer, officer.station_id or "", by=by, at=at)


@transaction.atomic
def clear_second_factor(*, officer_id: int, by: Who, at: datetime) -> None:
    """For an officer who has lost her phone, her keys and her recovery codes: she signs in by password once more, and where
    the station demands a second factor she must set up a new one before any other page. Refused if there is none to clear.
    """
    from allauth.mfa.models import Authenticator  # its models must not be loaded before ours are

    officer = _mine(officer_id, by)
    if not Authenticator.objects.filter(user=officer).exists():
        raise OutOfOrder
    Authenticator.objects.filter(user=officer).delete()
    _record("officer.second_factor_cleared", officer, officer.station_id or "", by=by, at=at)


@transaction.atomic
def retire(*, officer_id: int, by: Who, at: datetime) -> None:
    """The officer leaves: she can no longer sign in, and her duties end now. Her name stays on what she did."""
    officer = _mine(officer_id, by)
    if not officer.is_active:
        raise OutOfOrder
    officer.is_active = False
    officer.save(update_fields=["is_active"])
    not_over = Q(valid_until__isnull=True) | Q(valid_until__gt=at)
    Posting.objects.filter(not_over, officer=officer, valid_from__lt=at).update(valid_until=at)
    Posting.objects.filter(officer=officer, valid_from__gte=at).delete()
    _record("officer.retired", officer, officer.station_id or "", by=by, at=at)


@transaction.atomic
def post(
    *, officer_id: int, duty: str, station: str, valid_from: datetime | None = None, valid_until: datetime | None = None,
    by: Who, at: datetime,
) -> int:  # fmt: skip
    """Give a duty at a station from a time (now) until another (half open; None: until ended). Returns the posting's number.

    Raises:
        NotYours: without ``manage_officers`` at that station.
        NotFound: no such officer or duty.
        EndsBeforeItBegins, AlreadyPosted.
    """
    must(by, "manage_officers", station=station)
    officer = Officer.objects.select_for_update().filter(pk=officer_id, is_active=True).first()
    if officer is None or not Duty.objects.filter(pk=duty).exists():
        raise NotFound
    begins = valid_from or at
    if valid_until is not None and valid_until <= begins:
        raise EndsBeforeItBegins
    same = Posting.objects.filter(officer=officer, duty_id=duty, station_id=station).filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=begins)
    )
    if valid_until is not None:
        same = same.filter(valid_from__lt=valid_until)
    if same.exists():
        raise AlreadyPosted
    posting = Posting.objects.create(
        officer=officer, duty_id=duty, station_id=station, valid_from=begins, valid_until=valid_until, given_by=by.name
    )
    until = valid_until.isoformat() if valid_until else ""
    _record("officer.posted", officer, station, by=by, at=at, facts={"duty": duty, "from": begins.isoformat(), "until": until})
    return posting.pk


@transaction.atomic
def end_posting(*, posting_id: int, by: Who, at: datetime) -> None:
    """Take a duty away from now on; one that has not begun is taken back whole.

    Raises:
        NotYours: without ``manage_officers`` at its station.
        NotFound: no such posting.
        OutOfOrder: it is over.
    """
    posting = Posting.objects.select_for_update().select_related("officer").filter(pk=posting_id).first()
    if posting is None:
        raise NotFound
    must(by, "manage_officers", station=posting.station_id)
    if posting.valid_until is not None and posting.valid_until <= at:
        raise OutOfOrder
    if posting.valid_from >= at:
        posting.delete()
    else:
        posting.valid_until = at
        posting.save(update_fields=["valid_until"])
    _record("officer.posting_ended", posting.officer, posting.station_id, by=by, at=at, facts={"duty": posting.duty_id})


@transaction.atomic
def choose_language(*, language: str, by: Who, at: datetime) -> None:
    """The officer's own choice of ``th`` or ``en``, for every screen she opens from now on."""
    officer = Officer.objects.select_for_update().filter(pk=by.officer_id or 0).first()
    if officer is None:
        raise NotFound
    if officer.language == language:
        return
    officer.language = language
    officer.save(update_fields=["language"])
    _record("officer.language_chosen", officer, officer.station_id or "", by=by, at=at, facts={"language": language})


@transaction.atomic
def note_sign_in(*, username: str, how: str, by: Who, at: datetime) -> None:
    """Put ``signed_in``, ``signed_out`` or ``sign_in_failed`` on record. Unknown names are not: people type passwords there."""
    officer = Officer.objects.filter(username=username).first()
    if officer is not None:
        _record(f"officer.{how}", officer, officer.station_id or "", by=by, at=at)


def _mine(officer_id: int, by: Who) -> Officer:
    """The officer, locked, if ``by`` manages the officers of her station."""
    officer = Officer.objects.select_for_update().filter(pk=officer_id).first()
    if officer is None:
        raise NotFound
    must(by, "manage_officers", station=officer.station_id or "")
    return officer


def _set_password(officer: Officer, password: str) -> None:
    try:
        validate_password(password, officer)
    except ValidationError as weak:
        reasons = {}
        for language in ("th", "en"):
            with translation.override(language):
                reasons[f"reasons_{language}"] = " ".join(str(reason) for reason in weak.messages)
        raise WeakPassword(**reasons) from weak
    officer.set_password(password)


def _record(
    action: str, officer: Officer, station: str, *, by: Who, at: datetime, facts: dict[str, object] | None = None
) -> None:
    record(Act(
        actor=by.name, action=action, object=f"officer:{officer.pk}", station=station, at=at, facts=facts or {}
    ))  # fmt: skip
