"""The one-time link with which the demo opens a browser already signed in. Outside the demo this door is not there."""

import secrets
from datetime import datetime, timedelta
from urllib.parse import quote

from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model, login
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.signing import BadSignature, Signer
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from safetyzone.ground.officers.requests import AnyRequest
from safetyzone.kernel.refusals import NotFound, NotYours
from safetyzone.kernel.settings import settings

GOOD_FOR = timedelta(minutes=10)
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class LinkIsUsed(NotYours):
    code = "link_is_used"
    th = "ลิงก์นี้ใช้แล้วหรือหมดอายุ กรุณาเปิดลิงก์ใหม่จากหน้าต่างที่สั่งเริ่มระบบสาธิต"
    en = "This link has been used or is too old. Open a new one from the window in which the demo runs."


def link(username: str, *, at: datetime, to: str = "/") -> str:
    """Path of a link that signs this officer in once, within ten minutes; ``to`` is the path that it opens."""
    until = int((at + GOOD_FOR).timestamp())
    words = {"username": username, "until": until, "to": to, "once": secrets.token_urlsafe(12)}
    return "/demo/enter/" + quote(_signer().sign_object(words), safe=":")


@require_safe
@login_not_required
def enter(request: AnyRequest, token: str) -> HttpResponse:
    """Sign in as the officer whom the link names, and go where it leads."""
    if not settings().demo:
        raise NotFound
    try:
        words = _signer().unsign_object(token)
    except BadSignature as forged:
        raise NotFound from forged
    left_s = words["until"] - request.now.timestamp()
    if left_s <= 0 or not cache.add(f"demo-link-{words['once']}", 1, timeout=GOOD_FOR.total_seconds()):
        raise LinkIsUsed
    officer = get_user_model().objects.filter(username=words["username"], is_active=True).first()
    if officer is None:
        raise NotFound
    login(request, officer, backend=_BACKEND)
    UserSession.objects.create_from_request(request)  # so that the list of her sign-ins shows it
    return redirect(words["to"])


def _signer() -> Signer:
    """Signs with the station's master key, for this purpose only."""
    return Signer(key=settings().master_key().decode(), salt="safetyzone.demo.enter")
