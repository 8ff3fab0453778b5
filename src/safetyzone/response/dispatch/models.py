"""Units and the orders given to them."""

from django.db import models
from django.db.models import Q

from safetyzone.response.dispatch.lifecycle import State


class Unit(models.Model):
    """สายตรวจ: a patrol that can be sent. The ว-code words of a station are data (``UnitStateName``)."""

    class Duty(models.TextChoices):
        FREE = "free"
        BUSY = "busy"
        OFF = "off"

    call_sign = models.CharField(max_length=24, primary_key=True)
    station = models.CharField(max_length=16)
    kind = models.CharField(max_length=12, default="motorcycle")  # motorcycle, car, foot, bicycle
    skills = models.JSONField(default=list)
    duty = models.CharField(max_length=8, choices=Duty.choices, default=Duty.OFF)
    crew = models.ManyToManyField("officers.Officer", blank=True, related_name="units")
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    accuracy_m = models.FloatField(null=True)
    fixed_at = models.DateTimeField(null=True)
    """When the position was taken; an old one is greyed and, past the limit, not ranked."""
    free_since = models.DateTimeField(null=True)


class UnitStateName(models.Model):
    """รหัส ว.: what a station's radio calls each state (examples until the station's radio room confirms them)."""

    station = models.CharField(max_length=16, blank=True)
    state = models.CharField(max_length=16)
    radio_code = models.CharField(max_length=12)
    name_th = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    confirmed = models.BooleanField(default=False)
    """False: an example that the station's radio room has yet to confirm, and shown as such."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["station", "state"], name="one_name_a_state"),)


class PatrolPress(models.Model):
    """การกดปุ่มบนโทรศัพท์สายตรวจ: one press of a button on a patrol's phone; a repeat of the same ``key`` does nothing twice."""

    key = models.UUIDField(primary_key=True)
    officer = models.ForeignKey("officers.Officer", on_delete=models.PROTECT, related_name="+")
    button = models.CharField(max_length=16)
    pressed_at = models.DateTimeField()
    """By the phone's clock, which may be wrong; a button pressed without signal arrives later."""
    heard_at = models.DateTimeField()
    answer = models.JSONField(default=dict)


class Dispatch(models.Model):
    """คำสั่ง: an order to a unit for an incident; acknowledged, or escalated."""

    id = models.UUIDField(primary_key=True)
    incident_id = models.BigIntegerField()
    station = models.CharField(max_length=16)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="dispatches")
    state = models.CharField(max_length=16, choices=[(s.value, s.value) for s in State])
    by = models.CharField(max_length=64)
    why = models.CharField(max_length=200)
    """The reason as it was shown: road time, age of the fix, rest."""
    facts = models.JSONField(default=dict)
    offered_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    en_route_at = models.DateTimeField(null=True)
    on_scene_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["unit"],
                name="a_unit_has_one_job",
                condition=Q(state__in=["offered", "acknowledged", "en_route", "on_scene"]),
            ),
        )
        indexes = (
            models.Index(fields=["incident_id"], name="dispatch_by_incident"),
            models.Index(fields=["answer_by"], name="dispatch_unanswered", condition=Q(state="offered")),
        )


class SafetyClock(models.Model):
    """นาฬิกาความปลอดภัย: an officer on scene says "I am well" by ``due_at``; his own answer resets only his own clock."""

    dispatch = models.ForeignKey(Dispatch, on_delete=models.PROTECT, related_name="safety_clocks")
    officer = models.ForeignKey("officers.Officer", on_delete=models.PROTECT, related_name="+")
    every_s = models.PositiveIntegerField()
    due_at = models.DateTimeField()
    rang_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["dispatch", "officer"], name="one_clock_an_officer"),
        )
        indexes = (models.Index(fields=["due_at"], name="clock_running", condition=Q(stopped_at__isnull=True)),)
