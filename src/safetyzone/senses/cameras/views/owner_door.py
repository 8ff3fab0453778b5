"""The door of an owner's page: the link in the address is the key. Not found in searches, told to nobody, and not to be tried at will.

The forms carry no CSRF token: the address itself is a secret that no other site knows, and with ``no-referrer`` browsers say
``Origin: null``, which Django's check would refuse.
"""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from safetyzone.ground.officers.requests import AnyRequest
from safetyzone.senses.cameras import queries
from safetyzone.senses.cameras.access import Owner

MOST_WRONG, WRONG_S = 30, 600
"""Links that do not hold, from one address in ten minutes."""
MOST_DEEDS, DEEDS_S = 60, 60
"""Forms of one owner in a minute."""
QUIET = {
    "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive", "Cache-Control": "no-store, private",
}  # fmt: skip
TOO_MANY, GONE = 429, 410
View = Callable[..., HttpResponseBase]


def by_link(view: View) -> View:
    """A view of ``(request, holder, token, ...)`` for whoever holds a good link, in the language of the owner."""

    @wraps(view)
    def checked(request: AnyRequest, token: str, **more: Any) -> HttpResponseBase:
        answer = _answer(view, request, token, more)
        for name, value in QUIET.items():
            answer.headers.setdefault(name, value)
        return answer

    return login_not_required(csrf_exempt(checked))


def _answer(view: View, request: AnyRequest, token: str, more: dict[str, Any]) -> HttpResponseBase:
    tries = _address(request)
    if _count(tries) >= MOST_WRONG:
        return _closed(request, TOO_MANY)
    try:
        holder = queries.owner_by_link(token, at=request.now)
    except queries.LinkIsOver:
        _one_more(tries, WRONG_S)
        return _closed(request, GONE)
    translation.activate(holder.language)
    request.LANGUAGE_CODE = holder.language
    if request.method == "POST" and _one_more(_deeds(holder), DEEDS_S) > MOST_DEEDS:
        return _closed(request, TOO_MANY)
    return view(request, holder, token, **more)


def _closed(request: HttpRequest, status: int) -> HttpResponse:
    """What to do now, in both languages; the same whatever is wrong with the link."""
    return render(request, "cameras/owner_closed.html", {"no": queries.LinkIsOver(), "too_many": status == TOO_MANY}, status=status)


def _address(request: HttpRequest) -> str:
    address = str(get_adapter().get_client_ip(request))
    return "owner-link-wrong-" + hashlib.sha256(address.encode()).hexdigest()[:32]


def _deeds(holder: Owner) -> str:
    return f"owner-link-deeds-{holder.owner_id}"


def _count(key: str) -> int:
    return int(cache.get(key, 0))


def _one_more(key: str, seconds: int) -> int:
    """Count one; the count begins anew after so many seconds."""
    if cache.add(key, 1, timeout=seconds):
        return 1
    try:
        return int(cache.incr(key))
    except ValueError:  # it ended between the two
        cache.set(key, 1, timeout=seconds)
        return 1
