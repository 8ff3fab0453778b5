"""LINE's Messaging API: one push message from the station's official account (https://developers.line.biz/en/reference/messaging-api/)."""

import httpx
from pydantic import SecretStr

from safetyzone.senses.cameras.adapters import http
from safetyzone.senses.cameras.ports import Message, NotSetUp

LINE = "https://api.line.me"
ACCEPTED_BEFORE = 409
"""Of a push with a retry key: it had been taken already, and is not delivered twice."""
LONGEST = 5000
"""UTF-16 units of a text message; ours are a few lines."""


class LineChannel:
    """Pushes to one user who has the station's account as a friend. ``to`` is the user's id (U and 32 hexadecimal digits)."""

    def __init__(self, token: SecretStr | None, *, url: str = "") -> None:
        self._token, self._url = token, (url or LINE).rstrip("/")

    def send(self, message: Message) -> None:
        """See ``ports.Channel``. The retry key is good for a day: a repeat after that would be delivered again."""
        answer = self._post("push", {"to": message.to}, message.text, key={"X-Line-Retry-Key": str(message.key)})
        if answer.status_code != ACCEPTED_BEFORE:
            http.check(answer)

    def reply(self, token: str, text: str) -> None:
        """Answer a message that somebody sent to the account, once and within a minute; a reply knows no retry key.

        Raises:
            NotSetUp, Rejected, Away: as ``send``.
        """
        http.check(self._post("reply", {"replyToken": token}, text))

    def _post(self, deed: str, to: dict[str, str], text: str, key: dict[str, str] | None = None) -> httpx.Response:
        if self._token is None:
            raise NotSetUp("not_set_up")
        headers = {"Authorization": f"Bearer {self._token.get_secret_value()}"} | (key or {})
        said = {**to, "messages": [{"type": "text", "text": text[:LONGEST]}]}
        return http.post(f"{self._url}/v2/bot/message/{deed}", headers=headers, json=said)
