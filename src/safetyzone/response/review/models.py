"""What the review queue keeps of its own: spans of movement before a camera, and who has looked at what."""

from django.db import models


class ActivitySpan(models.Model):
    """ช่วงที่มีความเคลื่อนไหว: something moved before a camera from then to then, by the sizes of its frames; nothing was decoded."""

    id = models.BigAutoField(primary_key=True)
    station = models.CharField(max_length=16)
    camera = models.CharField(max_length=40)
    from_ms = models.BigIntegerField()
    to_ms = models.BigIntegerField()
    """Milliseconds of UTC, as in the recordings."""
    strength = models.FloatField(default=1.0)
    """How many times its usual amount of change the camera showed, at most."""

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(to_ms__gt=models.F("from_ms")), name="activity_lasts"),)
        indexes = (
            models.Index(fields=["camera", "-from_ms"], name="activity_of_a_camera"),
            models.Index(fields=["station", "-from_ms"], name="activity_of_a_station"),
        )


class ReviewMark(models.Model):
    """การตรวจแล้ว: an officer has looked at an item of the queue, and what he thinks of it. Nothing is deleted by it."""

    class Verdict(models.TextChoices):
        USEFUL = "useful"
        FALSE = "false"
        NOT_OURS = "not_ours"

    id = models.BigAutoField(primary_key=True)
    station = models.CharField(max_length=16)
    item = models.CharField(max_length=40)
    """``incident-41``, ``fault-7``, ``activity-1203``."""
    officer = models.ForeignKey("officers.Officer", on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField()
    to_ms = models.BigIntegerField()
    """Until where the item went then: what has grown since is looked at again."""
    reviewed = models.BooleanField(default=True)
    verdict = models.CharField(max_length=8, choices=Verdict.choices, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["officer", "item"], name="one_mark_an_officer_and_item"),)
        indexes = (models.Index(fields=["station", "item"], name="marks_of_an_item"),)
