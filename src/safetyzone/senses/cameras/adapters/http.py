"""What every provider that is asked over HTTP has in common: one POST, and what its answer means."""

import contextlib
from collections.abc import Iterator
from typing import Any

import httpx

from safetyzone.senses.cameras.ports import Away, Rejected

TIMEOUT_S = 20.0
TOO_MANY, FAULT = 429, 500


def post(url: str, **request: Any) -> httpx.Response:
    """Ask once; a redirect is not followed, for it would carry the key elsewhere.

    Raises:
        Away: no answer, or an address that is none.
    """
    with _quiet():
        return httpx.post(url, timeout=TIMEOUT_S, follow_redirects=False, **request)


def check(answer: httpx.Response) -> None:
    """Nothing where it was taken.

    Raises:
        Away: 429 or 5xx. Rejected: anything else but 2xx.
    """
    if answer.status_code == TOO_MANY or answer.status_code >= FAULT:
        raise Away(f"away {answer.status_code}")
    if not answer.is_success:
        raise Rejected(f"rejected {answer.status_code}")


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL):
        raise Away("away") from None  # its words may hold the address
