"""Searches for cameras, and what they found: short-lived rows, apart from the register."""

from django.db import models


class CameraSearch(models.Model):
    """การค้นหากล้อง: a question to a network, "who is a camera here?", which the probe asks for an officer; forgotten within the hour."""

    class Status(models.TextChoices):
        WAITING = "waiting"
        FINISHED = "finished"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True)
    station = models.CharField(max_length=16)
    network = models.CharField(max_length=43, blank=True)
    """A small network or one number; empty: whoever hears our multicast."""
    asked_by = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.WAITING)
    finished_at = models.DateTimeField(null=True, blank=True)


class FoundCamera(models.Model):
    """กล้องที่พบ: a device that a search found; opened to be looked at before it is entered."""

    class Status(models.TextChoices):
        FOUND = "found"
        WAITING = "waiting"
        OPENED = "opened"
        FAILED = "failed"
        ENTERED = "entered"

    id = models.UUIDField(primary_key=True)
    search = models.ForeignKey(CameraSearch, on_delete=models.CASCADE, related_name="found")
    number = models.GenericIPAddressField()
    port = models.PositiveIntegerField()
    """Of its ONVIF service; 0: it has none, and only its streams can be tried."""
    path = models.CharField(max_length=200, blank=True)
    tls = models.BooleanField(default=False)
    name = models.CharField(max_length=60, blank=True)
    hardware = models.CharField(max_length=60, blank=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.FOUND)
    why = models.CharField(max_length=16, blank=True)
    """Why it could not be opened: ``password``, ``no answer``, ``no onvif``, ``no stream``, ``outside``."""
    credential = models.BinaryField(default=b"")
    """Sealed; gone as soon as the camera is entered or the search is forgotten."""
    facts = models.JSONField(default=dict)
    """What it is, its large and its small stream as they were opened, and what should be changed: see ``finding.streams``."""
    correct = models.BooleanField(default=False)
    """The officer said yes: the probe sets a key frame every second or two at the camera before it opens the streams again."""
    picture = models.BinaryField(default=b"")
    """A JPEG of our own making, for whoever decides whether this is the camera that he means."""
    opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["search", "number"], name="a_device_is_found_once"),)
