"""LINE's Messaging API: one push message from the station's official account (https://developers.line.biz/en/reference/messaging-api/)."""

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
        if self._token is None:
            raise NotSetUp("not_set_up")
        answer = http.post(
            f"{self._url}/v2/bot/message/push",
            headers={"Authorization": f"Bearer {self._token.get_secret_value()}", "X-Line-Retry-Key": str(message.key)},
            json={"to": message.to, "messages": [{"type": "text", "text": message.text[:LONGEST]}]},
        )
        if answer.status_code != ACCEPTED_BEFORE:
            http.check(answer)
