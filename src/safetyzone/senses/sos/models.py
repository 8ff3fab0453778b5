"""Poles, presses, and what was said that could not be understood."""

from django.db import models
from django.db.models import Q


class Pole(models.Model):
    """เสา SOS: a pole with a button. Its place comes from this register, never from a message."""

    code = models.CharField(max_length=32, primary_key=True)
    zone = models.ForeignKey("zones.Zone", on_delete=models.PROTECT, related_name="poles")
    name_th = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    lon = models.FloatField()
    lat = models.FloatField()
    generation = models.PositiveIntegerField(default=1)
    """Counts the credentials given out: the key is derived from it, so a new one ends the old."""
    mqtt_password_hash = models.CharField(max_length=80)
    added_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    last_heard_at = models.DateTimeField(null=True, blank=True)
    battery_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    mains = models.BooleanField(null=True)
    tamper = models.BooleanField(default=False)
    button_stuck = models.BooleanField(default=False)
    lost_at = models.DateTimeField(null=True, blank=True)
    tested_at = models.DateTimeField(null=True, blank=True)
    test_failures = models.JSONField(default=list)
    last_seq = models.BigIntegerField(null=True, blank=True)


class Press(models.Model):
    """การกดขอความช่วยเหลือ: one press of one button, as it was heard. Only the count of repeats may change."""

    class Source(models.TextChoices):
        POLE = "pole"
        PHONE = "phone"

    class Kind(models.TextChoices):
        ORDINARY = "ordinary"
        TECHNICAL = "technical"

    id = models.UUIDField(primary_key=True)
    source = models.CharField(max_length=8, choices=Source.choices)
    device = models.CharField(max_length=64)
    press_id = models.UUIDField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    reasons = models.JSONField(default=list)
    pressed_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    hold_ms = models.PositiveIntegerField()
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    accuracy_m = models.FloatField(null=True)
    words = models.TextField(blank=True)
    incident_id = models.BigIntegerField()
    """The incident that this press opened or joined; set in the same transaction, so an answer always has one."""
    same_call = models.BooleanField(default=False)
    resent = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            # The promise "never doubled" stands on this line and on nothing else.
            models.UniqueConstraint(fields=["source", "device", "press_id"], name="a_press_is_kept_once"),
            models.CheckConstraint(
                name="a_place_has_both_axes",
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__isnull=False, lat__isnull=False),
            ),
        )
        indexes = (
            models.Index(fields=["source", "device", "-heard_at"], name="press_by_device"),
            models.Index(fields=["incident_id"], name="press_by_incident"),
        )


class NotUnderstood(models.Model):
    """ข้อความที่อ่านไม่ได้: malformed messages, counted by device and reason; the message itself is not kept."""

    device = models.CharField(max_length=64)
    field = models.CharField(max_length=64)
    reason_en = models.CharField(max_length=200)
    count = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["device", "field", "reason_en"], name="one_count_a_reason"),
        )
