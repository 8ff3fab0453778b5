"""Who looked through which camera, for what, and for how long; and moments that somebody marked. Cameras are known by their code only."""

from django.db import models
from django.db.models import Q


class Look(models.Model):
    """การดูภาพ: one person at one camera, from a ticket to its end. The audit log holds its beginning and its end as well.

    Duty and kind of case stand here as they were displayed then: what is renamed later changes nothing here.
    """

    class Kind(models.TextChoices):
        LIVE = "live"
        RECORDED = "recorded"
        EXPORT = "export"

    class Why(models.TextChoices):
        INCIDENT = "incident"
        MONITORING = "monitoring"
        REVIEW = "review"

    class Closed(models.TextChoices):
        """Why it ended. Beside these, every code of ``senses.cameras.rules`` and ``response.watching.rules`` that says no."""

        LEFT = "left"
        """The viewer closed it."""
        LOST = "lost"
        """The video program vanished: ``seconds`` are those that it told last."""
        NOT_OPENED = "not_opened"
        """The ticket was never used: nothing was seen."""

    id = models.BigAutoField(primary_key=True)
    station = models.CharField(max_length=16)
    """Of the camera."""
    camera = models.CharField(max_length=40)
    officer = models.CharField(max_length=64)
    session = models.CharField(max_length=32)
    """``contracts.video.session_mark``: the session itself cannot be read from it."""
    duty_th = models.CharField(max_length=80, blank=True)
    duty_en = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    why = models.CharField(max_length=12, choices=Why.choices)
    words = models.CharField(max_length=240, blank=True)
    incident = models.BigIntegerField(null=True)
    case_th = models.CharField(max_length=80, blank=True)
    case_en = models.CharField(max_length=80, blank=True)
    from_ms = models.BigIntegerField(default=0)
    to_ms = models.BigIntegerField(default=0)
    """What of a recording: milliseconds of UTC. Live: zero."""
    began_at = models.DateTimeField()
    seconds = models.FloatField(default=0)
    seen_at = models.DateTimeField(null=True)
    """When the video program last told of it; None: its ticket was not used yet."""
    ended_at = models.DateTimeField(null=True)
    closed_why = models.CharField(max_length=24, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(seconds__gte=0), name="a_look_lasts_some_time_or_none"),
            models.CheckConstraint(condition=Q(ended_at=None) | ~Q(closed_why=""), name="a_look_ends_for_a_reason"),
        )
        indexes = (
            models.Index(fields=["camera", "-began_at"], name="looks_at_a_camera"),
            models.Index(fields=["officer", "-began_at"], name="looks_of_an_officer"),
            models.Index(fields=["incident"], name="looks_of_an_incident", condition=Q(incident__isnull=False)),
            models.Index(fields=["began_at"], name="looks_that_run", condition=Q(ended_at=None)),
        )


class Bookmark(models.Model):
    """ที่คั่นภาพ: a moment of a camera that somebody wants to find again, in his own words."""

    id = models.BigAutoField(primary_key=True)
    station = models.CharField(max_length=16)
    camera = models.CharField(max_length=40)
    at_ms = models.BigIntegerField()
    """The moment in the picture, milliseconds of UTC."""
    words = models.CharField(max_length=240)
    incident = models.BigIntegerField(null=True)
    by = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(words="") & ~Q(by=""), name="a_bookmark_says_what_and_whose"),)
        indexes = (models.Index(fields=["camera", "at_ms"], name="bookmarks_of_a_camera"),)
