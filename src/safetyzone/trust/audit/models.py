"""The audit log: append-only, one hash chain a lane. Personal data is outside the leaf, behind a salted commitment."""

from django.db import models


class Lane(models.Model):
    """One writer's chain: ``intake`` for the press path, ``desk`` for everything people do."""

    name = models.CharField(max_length=16, primary_key=True)
    seq = models.BigIntegerField(default=0)
    head = models.BinaryField(default=b"\x00" * 32)


class Leaf(models.Model):
    """One act: who, when, what, on what, why. No personal data; ``commitment`` is SHA-256 of salt and payload, or empty."""

    id = models.BigAutoField(primary_key=True)
    lane = models.CharField(max_length=16)
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    action = models.CharField(max_length=48)
    object = models.CharField(max_length=80)
    station = models.CharField(max_length=16)
    why = models.CharField(max_length=240, blank=True)
    facts = models.JSONField(default=dict)
    commitment = models.BinaryField(default=b"")
    previous = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["lane", "seq"], name="a_lane_has_no_forks"),)
        indexes = (
            models.Index(fields=["object"], name="leaf_by_object"),
            models.Index(fields=["station", "-at"], name="leaf_by_station"),
        )


class Payload(models.Model):
    """What a leaf commits to but must not hold: personal data, erasable without breaking the chain."""

    leaf = models.OneToOneField(Leaf, on_delete=models.PROTECT, primary_key=True, related_name="payload")
    salt = models.BinaryField()
    body = models.BinaryField()
    erased_at = models.DateTimeField(null=True)
