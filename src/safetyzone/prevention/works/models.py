"""Work that changes a place: given to somebody, followed until it was seen to be done."""

from django.db import models
from django.db.models import Q

from safetyzone.prevention.works.lifecycle import Status


class WorkOrder(models.Model):
    """ใบสั่งงาน: turn this camera, put one up there, mend that one. ``subject`` names what it follows."""

    class Kind(models.TextChoices):
        TURN_CAMERA = "turn_camera"
        NEW_CAMERA = "new_camera"
        REPAIR_CAMERA = "repair_camera"

    id = models.UUIDField(primary_key=True)
    station = models.CharField(max_length=16)
    zone = models.CharField(max_length=16, blank=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    subject = models.CharField(max_length=32, blank=True)
    """A camera's code; empty for a camera that is still to be put up."""
    given_to = models.UUIDField(null=True)
    """An owner of cameras; None is the station itself."""
    what = models.JSONField(default=dict)
    """The facts of the work: from and to azimuth and tilt in degrees, gain in metres, place, parts, baht."""
    status = models.CharField(max_length=12, choices=[(s.value, s.value) for s in Status], default=Status.ORDERED.value)
    ordered_at = models.DateTimeField()
    ordered_by = models.CharField(max_length=64)
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    found = models.JSONField(default=dict)
    """What the survey after the work said, and by how much it differs from what was ordered."""
    why = models.CharField(max_length=240, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=Q(ended_at__isnull=True) & ~Q(subject=""), name="one_open_work_a_camera"
            ),
            models.CheckConstraint(condition=~Q(status="confirmed") | Q(confirmed_at__isnull=False), name="confirmed_has_a_time"),
        )
