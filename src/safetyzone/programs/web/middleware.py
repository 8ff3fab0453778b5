"""What every request gets at the edge: the time, who asks, her language, a strict content policy, and "no" as an answer.

Order (see configuration.py): ``Edge`` right after authentication, then ``SecondFactor``, then ``SignedIn``.
"""

import secrets
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings as django_settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin

from safetyzone.ground.officers import queries
from safetyzone.ground.officers.requests import AnyRequest
from safetyzone.kernel import clock
from safetyzone.kernel.refusals import NotFound, NotYours, OutOfOrder, Refused
from safetyzone.kernel.settings import settings

STATUS: dict[type[Refused], int] = {NotYours: 403, NotFound: 404, OutOfOrder: 409}
ANY_OTHER_REFUSAL = 400
PERMISSIONS_POLICY = "geolocation=(self), camera=(), microphone=(), payment=(), usb=(), publickey-credentials-get=(self)"


def policy(nonce: str) -> str:
    """The content security policy of one response. MapLibre 6 needs a worker of our own origin; blob: is for its older path.

    Pictures come from the video program: by WebSocket into a ``blob:`` of this page, and as pieces of a recording.
    """
    video = _origin(settings().video_url)
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'nonce-{nonce}'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "worker-src 'self' blob:",
            f"connect-src 'self' {settings().sos_url} {video} {video.replace('http', 'ws', 1)}",
            f"media-src 'self' blob: {video}",
            "object-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        )
    )


def _origin(url: str) -> str:
    """Scheme, host and port: a policy that named a path would cover that one path only."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def wants_json(request: HttpRequest) -> bool:
    """The caller asked for JSON by name."""
    return "application/json" in request.headers.get("Accept", "")


def wants_fragment(request: HttpRequest) -> bool:
    """htmx or a script's fetch asks, and not a person's address bar."""
    return "HX-Request" in request.headers or request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate"


def refusal(request: HttpRequest, no: Refused) -> HttpResponse:
    """ "No" as JSON, as a fragment or as a page: the reader's language first, the other one below."""
    status = next((code for kind, code in STATUS.items() if isinstance(no, kind)), ANY_OTHER_REFUSAL)
    if wants_json(request):
        return JsonResponse({"code": no.code, "th": no.say("th"), "en": no.say("en")}, status=status)
    first = "en" if translation.get_language() == "en" else "th"
    second = "th" if first == "en" else "en"
    words = {
        "no": no, "first": no.say(first), "first_language": first, "second": no.say(second), "second_language": second,
    }
    page = "web/_refused.html" if wants_fragment(request) else "web/refused.html"
    return render(request, page, words, status=status)


class Edge(MiddlewareMixin):
    """Gives ``request.now``, ``request.who`` and ``request.csp_nonce``; answers refusals; sets the headers."""

    def process_request(self, request: AnyRequest) -> None:
        request.now = clock.now()
        request.csp_nonce = secrets.token_urlsafe(16)
        request.who = queries.who(request.user, at=request.now) if request.user.is_authenticated else None
        request.LANGUAGE_CODE = _language(request)
        translation.activate(request.LANGUAGE_CODE)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        nonce = getattr(request, "csp_nonce", "") or secrets.token_urlsafe(16)
        response.headers.setdefault("Content-Security-Policy", policy(nonce))
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if getattr(request, "who", None) is not None:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refusal(request, exception) if isinstance(exception, Refused) else None


def _language(request: AnyRequest) -> str:
    """The officer's choice, a stranger's cookie, or the station's own. Not the browser's: a station's PCs are often sold in English."""
    asked = request.who.language if request.who else request.COOKIES.get(django_settings.LANGUAGE_COOKIE_NAME, "")
    return asked if asked in dict(django_settings.LANGUAGES) else django_settings.LANGUAGE_CODE


class SignedIn(LoginRequiredMiddleware):
    """Nobody sees a page before signing in, unless the view says ``@login_not_required``: pages lead there, the rest is a 401."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponse:  # type: ignore[override]
        if wants_json(request) or wants_fragment(request):
            return HttpResponse(status=401, headers={"HX-Redirect": resolve_url(django_settings.LOGIN_URL)})
        return super().handle_no_permission(request, view_func)


class SecondFactor(MiddlewareMixin):
    """Where the station demands it, a signed-in officer without a second factor goes and sets one up first."""

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        from allauth.mfa.utils import is_mfa_enabled  # its models must not be loaded before the apps are

        if not settings().mfa_required or not request.user.is_authenticated or is_mfa_enabled(request.user):
            return None
        match = request.resolver_match
        if match is not None and (match.url_name or "").startswith(_BEFORE_A_SECOND_FACTOR):
            return None
        if wants_json(request) or wants_fragment(request):
            return HttpResponse(status=401, headers={"HX-Redirect": resolve_url("mfa_index")})
        return redirect("mfa_index")


_BEFORE_A_SECOND_FACTOR = ("mfa_", "account_logout", "account_reauthenticate", "language")
