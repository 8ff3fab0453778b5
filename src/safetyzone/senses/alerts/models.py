"""One shape for every source: look here."""

from django.db import models


class Alert(models.Model):
    """สัญญาณแจ้งเตือน: kind, place, time, certainty, source. Kept for ever as the source said it."""

    class Kind(models.TextChoices):
        SOS_POLE = "sos_pole"
        SOS_PHONE = "sos_phone"
        SOS_TECHNICAL = "sos_technical"
        POLE_LOST = "pole_lost"
        POLES_LOST = "poles_lost"
        POLE_TAMPER = "pole_tamper"
        POLE_FAULT = "pole_fault"
        PLATE_HIT = "plate_hit"
        FACE_HIT = "face_hit"

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    station = models.CharField(max_length=16)
    zone = models.CharField(max_length=16, blank=True)
    device = models.CharField(max_length=64)
    place_th = models.CharField(max_length=160, blank=True)
    place_en = models.CharField(max_length=160, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    accuracy_m = models.FloatField(null=True)
    at = models.DateTimeField()
    """When it happened, by the device's clock where that can be trusted, else when it was heard."""
    heard_at = models.DateTimeField()
    certainty = models.FloatField()
    """0 to 1: how sure the source is that this is what it says."""
    facts = models.JSONField(default=dict)
    incident_id = models.BigIntegerField()
    first_incident_id = models.BigIntegerField()
    """The incident that it opened or joined when it came; kept through merges, so that a merge can be undone."""

    class Meta:
        indexes = (
            models.Index(fields=["incident_id"], name="alert_by_incident"),
            models.Index(fields=["station", "-heard_at"], name="alert_by_station"),
        )
