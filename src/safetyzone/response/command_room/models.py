"""Shifts: who was in command, what happened, and the page that hands the room over. Who has a call in hand. What the video walls show."""

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


class WallView(models.Model):
    """มุมมองผนังภาพ: which cameras stand where on a video wall; an officer's own, or without one the station's, for all."""

    station = models.CharField(max_length=16)
    officer = models.ForeignKey("officers.Officer", null=True, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    """By which it is recalled from the keyboard, 1 to 99; an officer's own comes before the station's of the same number."""
    name = models.CharField(max_length=60, blank=True)
    layout = models.CharField(max_length=4)
    cameras = models.JSONField(default=list)
    """Codes in the order of the places; null: an empty place."""
    carousel_s = models.PositiveSmallIntegerField(default=0)
    """Seconds until the next cameras come, where there are more than places; zero: they stay."""
    saved_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["station", "officer", "number"], name="one_wall_view_a_number", nulls_distinct=False
            ),
            models.CheckConstraint(condition=models.Q(number__gte=1, number__lte=99), name="wall_view_number_1_to_99"),
        )


class WallScreen(models.Model):
    """จอของผนังภาพ: which view an officer's first, second … screen opens by itself."""

    station = models.CharField(max_length=16)
    officer = models.ForeignKey("officers.Officer", on_delete=models.CASCADE, related_name="+")
    screen = models.PositiveSmallIntegerField()
    view = models.ForeignKey(WallView, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["station", "officer", "screen"], name="one_view_a_wall_screen"),)
