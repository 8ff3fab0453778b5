"""Shifts: who was in command, what happened, and the page that hands the room over."""

from django.db import models


class Shift(models.Model):
    """ผลัด: from one commander's signature to the next."""

    station = models.CharField(max_length=16)
    commander = models.ForeignKey("officers.Officer", on_delete=models.PROTECT, related_name="+")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    handed_over_to = models.ForeignKey("officers.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    hand_over = models.JSONField(default=dict)
    """The page as it stood when it was signed."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["station"], name="one_shift_at_a_time", condition=models.Q(ended_at__isnull=True)
            ),
        )


class ShiftNote(models.Model):
    """บันทึกประจำผลัด: a line that a person wrote."""

    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="notes")
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    words = models.CharField(max_length=1000)


class Claim(models.Model):
    """การรับสาย: who has a ringing call in hand; stale after three missed 15 s heartbeats, then free to others (P6)."""

    incident_id = models.BigIntegerField(primary_key=True)
    officer = models.ForeignKey("officers.Officer", on_delete=models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField()
    seen_at = models.DateTimeField()
