"""What the video program asks the web: which cameras to pull, and which looks may go on."""

from contextlib import suppress
from typing import Any

import httpx
from pydantic import TypeAdapter, ValidationError

from safetyzone.contracts.video import Close, Closing, Pull, Running, internal_key
from safetyzone.kernel.settings import Settings

WITHIN_S = 2.0
_PULLS = TypeAdapter(list[Pull])
NOT_MODIFIED = 304


class WebAway(Exception):
    """The web did not answer, or not as agreed."""


class Web:
    """The web, from the video program's side."""

    def __init__(self, of: Settings) -> None:
        host = "127.0.0.1" if of.web_host in ("0.0.0.0", "::", "") else of.web_host  # noqa: S104 - compared, not opened
        self._client = httpx.AsyncClient(
            base_url=f"http://{host}:{of.web_port}", timeout=WITHIN_S, headers={"X-Video-Key": internal_key(of.master_key())}
        )
        self._etag = ""

    async def pulls(self) -> list[Pull] | None:
        """The cameras to hold; None while they are those of the last answer. Raises WebAway."""
        answer = await self._ask("GET", "/video/pulls", headers={"If-None-Match": self._etag} if self._etag else {})
        if answer.status_code == NOT_MODIFIED:
            return None
        try:
            pulls = _PULLS.validate_json(answer.content)
        except ValidationError as wrong:
            raise WebAway from wrong
        self._etag = answer.headers.get("ETag", "")
        return pulls

    async def standing(self, looks: list[Running], spans: list[dict[str, Any]]) -> list[Close]:
        """Those of the looks that must end. Raises WebAway; that spans of activity were not taken is no reason to close a look."""
        if spans:
            with suppress(WebAway):
                await self._ask("POST", "/video/activity", json=spans)
        answer = await self._ask("POST", "/video/standing", json={"looks": [look.model_dump() for look in looks]})
        try:
            return Closing.model_validate_json(answer.content).close
        except ValidationError as wrong:
            raise WebAway from wrong

    async def close(self) -> None:
        """Hang up."""
        await self._client.aclose()

    async def _ask(self, method: str, path: str, **said: Any) -> httpx.Response:
        try:
            answer = await self._client.request(method, path, **said)
        except httpx.HTTPError as wrong:
            raise WebAway from wrong
        if answer.status_code not in (200, 204, NOT_MODIFIED):
            raise WebAway
        return answer
