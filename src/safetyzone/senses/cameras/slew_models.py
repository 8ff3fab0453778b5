"""A camera turned to an incident, and back."""

from django.db import models
from django.db.models import Q


class CameraSlew(models.Model):
    """การหันกล้องไปที่เหตุ: one camera, one incident, from the decision until it looks home again. The probe carries it out."""

    class Status(models.TextChoices):
        WANTED = "wanted"
        TURNING = "turning"
        """The camera was asked where it stands, and may have been told to turn."""
        TURNED = "turned"
        BY_HAND = "by_hand"
        """An operator has it: nothing of ours moves it until he gives it back or his time is over."""
        HOMEWARD = "homeward"
        HOME = "home"
        """It looks where it looked before; or it was never turned."""
        FAILED = "failed"
        """It did not turn, and stands where it stood."""
        LOST = "lost"
        """It was turned and does not come back: its reference view will say so, too."""

    LIVE = (Status.WANTED, Status.TURNING, Status.TURNED, Status.BY_HAND, Status.HOMEWARD)
    """Whose camera is held: by one of them at most."""

    id = models.UUIDField(primary_key=True)
    camera = models.ForeignKey("cameras.Camera", on_delete=models.CASCADE, related_name="slews")
    station = models.CharField(max_length=16)
    incident = models.BigIntegerField()
    lon = models.FloatField()
    lat = models.FloatField()
    names = models.JSONField(default=list)
    """Of the pole: under one of them a preset may stand."""
    asked_at = models.DateTimeField()
    home_by = models.DateTimeField()
    """It goes home then, whatever the incident does; or, taken by hand, the hand's time is over."""
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.WANTED)
    changed_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True, blank=True)
    """From here on it may have moved, and has to come back."""
    before = models.JSONField(default=dict)
    """Where its motors stood, as it said itself: see ``finding.ptz.Position``."""
    way = models.CharField(max_length=8, blank=True)
    why = models.CharField(max_length=16, blank=True)
    """Why it failed, or why it goes home: keys of ``slew_rules.WHY_NOT`` and ``slew_rules.WHY_HOME``."""
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["camera"], condition=Q(status__in=["wanted", "turning", "turned", "by_hand", "homeward"]),
                name="a_camera_is_held_by_one_slew",
            ),
        )
        indexes = (models.Index(fields=["incident"], name="slews_of_an_incident"),)
