"""A request as views see it: with the time and the one who asks, put there by the web's middleware."""

from datetime import datetime

from django.http import HttpRequest

from safetyzone.ground.officers.access import Who


class OfficerRequest(HttpRequest):
    """For the type checker: the request of a page that only a signed-in officer reaches."""

    who: Who
    now: datetime
    csp_nonce: str


class AnyRequest(HttpRequest):
    """The same for a page that anybody reaches: ``who`` is None before sign-in."""

    who: Who | None
    now: datetime
    csp_nonce: str
