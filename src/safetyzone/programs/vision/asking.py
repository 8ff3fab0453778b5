"""What the vision program asks the web: which cameras it may read, and what it may look for there."""

import httpx
from pydantic import ValidationError

from safetyzone.contracts.vision import LeaseAnswer, LeaseAsk, internal_key
from safetyzone.kernel.settings import Settings

WITHIN_S = 2.0
WELL = 200


class WebAway(Exception):
    """The web did not answer, or not as agreed."""


class Web:
    """The web, from the vision program's side."""

    def __init__(self, of: Settings) -> None:
        host = "127.0.0.1" if of.web_host in ("0.0.0.0", "::", "") else of.web_host  # noqa: S104 - compared, not opened
        self._client = httpx.AsyncClient(
            base_url=f"http://{host}:{of.web_port}", timeout=WITHIN_S, headers={"X-Vision-Key": internal_key(of.master_key())}
        )

    async def leases(self, ask: LeaseAsk) -> LeaseAnswer:
        """All that this worker holds from now on. Raises WebAway."""
        headers = {"Content-Type": "application/json"}
        try:
            answer = await self._client.post("/vision/leases", content=ask.model_dump_json(), headers=headers)
        except httpx.HTTPError as wrong:
            raise WebAway(type(wrong).__name__) from wrong
        if answer.status_code != WELL:
            raise WebAway(str(answer.status_code))
        try:
            return LeaseAnswer.model_validate_json(answer.content)
        except ValidationError as wrong:
            raise WebAway("not as agreed") from wrong

    async def close(self) -> None:
        """Hang up."""
        await self._client.aclose()
