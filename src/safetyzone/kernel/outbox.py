"""The transactional outbox: a commit and its message to the bus cannot part.

A message with an end (``expires_at``) is a command to a device that may be away: the bus keeps no command for it, and one that it
kept could come too late. So the command is said again when the device is heard, a few times, until it was done or its time is over.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

import orjson
from django.db.models import F

from safetyzone.kernel.models import OutboxMessage

SAID_AGAIN_AFTER = timedelta(seconds=15)
"""Less than the 20 seconds between two heartbeats; long enough for a device that heard the command to answer it first."""
SAID_AGAIN_AT_MOST = 3
"""To a device that is heard all the time: its line may have been cut for just that moment. An absent one uses none of them up."""


def post(*, subject: str, body: object, at: datetime, expires_at: datetime | None = None) -> None:
    """Leave a message for the bus in the caller's transaction; ``body`` is anything that JSON can say."""
    OutboxMessage.objects.create(subject=subject, body=orjson.dumps(body), at=at, expires_at=expires_at)


def say_again(subjects: Collection[str], *, at: datetime) -> int:
    """The devices behind these subjects were heard: the last command to each is due again, if its time is not over. Returns how many."""
    commands = OutboxMessage.objects.filter(subject__in=subjects, expires_at__isnull=False)
    last = commands.order_by("subject", "-id").distinct("subject").values("id")
    due = OutboxMessage.objects.filter(
        id__in=last, expires_at__gt=at, published_at__lte=at - SAID_AGAIN_AFTER, said_again__lt=SAID_AGAIN_AT_MOST
    )
    return due.update(published_at=None, said_again=F("said_again") + 1)


def command_done(subjects: Collection[str], *, at: datetime) -> int:
    """The devices did what these commands asked: they are not said again. Returns how many."""
    return OutboxMessage.objects.filter(subject__in=subjects, expires_at__gt=at).update(expires_at=at)
