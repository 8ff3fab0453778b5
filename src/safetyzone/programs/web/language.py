"""The language switch: kept with the officer, and in a cookie for those who have not signed in."""

from django.conf import settings as django_settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from safetyzone.ground.officers import actions
from safetyzone.ground.officers.requests import AnyRequest
from safetyzone.kernel.refusals import Refused

A_YEAR_S = 365 * 24 * 3600


class UnknownLanguage(Refused):
    code = "unknown_language"
    th = "ระบบมีภาษาไทยและอังกฤษเท่านั้น"
    en = "There is Thai and English only."


@require_POST
@login_not_required
def choose(request: AnyRequest) -> HttpResponse:
    """Keep the choice and go back to where the reader was."""
    language = request.POST.get("language", "")
    if language not in dict(django_settings.LANGUAGES):
        raise UnknownLanguage
    if request.who is not None:
        actions.choose_language(language=language, by=request.who, at=request.now)
    answer = HttpResponseRedirect(_back(request))
    answer.set_cookie(
        django_settings.LANGUAGE_COOKIE_NAME, language, max_age=A_YEAR_S,
        samesite="Lax", secure=django_settings.LANGUAGE_COOKIE_SECURE,
    )
    return answer


def _back(request: HttpRequest) -> str:
    """Where the reader was, if that is a page of ours."""
    path = request.POST.get("next", "/")
    ours = url_has_allowed_host_and_scheme(path, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return path if ours else "/"
