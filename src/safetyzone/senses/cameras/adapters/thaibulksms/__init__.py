"""SMS through ThaiBulkSMS, version 2 of its API: one form, signed with key and secret (https://developer.thaibulksms.com)."""

import orjson
from pydantic import SecretStr

from safetyzone.senses.cameras.adapters import http
from safetyzone.senses.cameras.ports import Message, NotSetUp, Rejected


class SmsChannel:
    """Sends to one telephone. Other gateways that speak the same form are named by ``url``."""

    def __init__(self, *, url: str, key: SecretStr | None, secret: SecretStr | None, sender: str) -> None:
        self._url, self._key, self._secret, self._sender = url, key, secret, sender

    def send(self, message: Message) -> None:
        """See ``ports.Channel``. The gateway knows no key of a message: one whose answer was lost may come twice, and none is lost."""
        if self._key is None or self._secret is None or not self._sender:
            raise NotSetUp("not_set_up")
        answer = http.post(
            self._url, auth=(self._key.get_secret_value(), self._secret.get_secret_value()),
            data={"msisdn": message.to.lstrip("+"), "message": message.text, "sender": self._sender, "force": "corporate"},
        )  # fmt: skip
        http.check(answer)
        if _bad_number(answer.content):
            raise Rejected("rejected_number")


def _bad_number(body: bytes) -> bool:
    """Whether the one number is in the answer's list of bad ones: the gateway says 201 all the same."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return isinstance(said, dict) and bool(said.get("bad_phone_number_list")) and not said.get("phone_number_list")
