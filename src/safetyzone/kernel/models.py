"""Two tables of plumbing: what changed (for replay on the live channel) and what must still be published (the outbox)."""

from django.db import models


class Change(models.Model):
    """One note of the live channel. ``things`` is a list of [kind, key]. Kept a day."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    station = models.CharField(max_length=16)
    things = models.JSONField()


class OutboxMessage(models.Model):
    """A message for the bus, written with the deed and published after it, again and again until the bus has it."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    subject = models.CharField(max_length=200)
    body = models.BinaryField()
    published_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    """A command to a device is never said after this moment; None: a message that is as true tomorrow."""
    said_again = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        indexes = (
            models.Index(fields=["id"], name="outbox_waiting", condition=models.Q(published_at__isnull=True)),
            models.Index(fields=["subject", "-id"], name="outbox_commands", condition=models.Q(expires_at__isnull=False)),
        )
