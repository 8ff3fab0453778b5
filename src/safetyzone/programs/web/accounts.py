"""How allauth signs our officers in: no open registration, no e-mail, every sign-in on record."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest, HttpResponse

from safetyzone.ground.officers import actions
from safetyzone.ground.officers.access import Who
from safetyzone.kernel import clock
from safetyzone.kernel.refusals import NotFound


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """An administrator of the station adds officers; nobody adds herself."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


@login_not_required
def not_here(request: HttpRequest, *_: str) -> HttpResponse:
    """For allauth's pages that we do not open."""
    raise NotFound


def keep_record() -> None:
    """Have sign-ins, sign-outs and failed attempts on known officers written into the audit log.

    Django announces these by signal only; they are the framework's news, not the domain's.
    """
    user_logged_in.connect(_signed_in, dispatch_uid="safetyzone.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="safetyzone.signed_out")
    user_login_failed.connect(_failed, dispatch_uid="safetyzone.sign_in_failed")


def _signed_in(sender: Any, user: Any, **_: Any) -> None:
    actions.note_sign_in(username=user.username, how="signed_in", by=Who(name=user.username), at=clock.now())


def _signed_out(sender: Any, user: Any, **_: Any) -> None:
    if user is not None:
        actions.note_sign_in(username=user.username, how="signed_out", by=Who(name=user.username), at=clock.now())


def _failed(sender: Any, credentials: dict[str, Any], **_: Any) -> None:
    tried = str(credentials.get("username", ""))
    actions.note_sign_in(username=tried, how="sign_in_failed", by=_SOMEBODY, at=clock.now())


_SOMEBODY = Who(name="somebody")
"""Who fails to sign in is, to us, nobody we know."""
