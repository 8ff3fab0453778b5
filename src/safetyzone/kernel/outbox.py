"""The transactional outbox: a commit and its message to the bus cannot part."""

from datetime import datetime

import orjson

from safetyzone.kernel.models import OutboxMessage


def post(*, subject: str, body: object, at: datetime) -> None:
    """Leave a message for the bus in the caller's transaction; ``body`` is anything that JSON can say."""
    OutboxMessage.objects.create(subject=subject, body=orjson.dumps(body), at=at)
