"""How right each model is for each class of camera, how right each camera is, and when one was stopped for being wrong."""

from django.db import models
from django.db.models import F, Q

from safetyzone.senses.watchlists.list_models import KINDS
from safetyzone.senses.watchlists.terms import CameraClass

CLASSES = [(one.value, one.value) for one in CameraClass]


class EvaluationRecord(models.Model):
    """ผลประเมินโมเดล: a model on the local test set of one class of camera. Twelve months old, it allows nothing more."""

    kind = models.CharField(max_length=8, choices=KINDS)
    model = models.CharField(max_length=80)
    """Name and first digits of the hash of its weights."""
    camera_class = models.CharField(max_length=12, choices=CLASSES)
    evaluated_at = models.DateTimeField()
    threshold = models.FloatField()
    passages = models.PositiveIntegerField()
    """Pictures of those that were listed in the test: mated."""
    missed = models.PositiveIntegerField()
    strangers = models.PositiveIntegerField()
    """Comparisons of those that were not: non-mated."""
    false_matches = models.PositiveIntegerField()
    groups = models.JSONField(default=dict)
    """Share right by day, night, age, sex: {"night": 0.97}."""
    test_set = models.CharField(max_length=120)
    by = models.CharField(max_length=64)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["kind", "model", "camera_class", "evaluated_at"], name="an_evaluation_once"),
            models.CheckConstraint(
                condition=Q(threshold__gt=0, threshold__lte=1, passages__gt=0, strangers__gt=0, missed__lte=F("passages"),
                    false_matches__lte=F("strangers")), name="an_evaluation_counts"),
        )  # fmt: skip


class Viewpoint(models.Model):
    """มุมกล้อง: what class a camera is of, and how many pass it a day: the measure of false alerts before any happens."""

    camera = models.CharField(max_length=32, primary_key=True)
    station = models.CharField(max_length=16)
    camera_class = models.CharField(max_length=12, choices=CLASSES)
    people_a_day = models.PositiveIntegerField()
    vehicles_a_day = models.PositiveIntegerField()
    by = models.CharField(max_length=64)
    at = models.DateTimeField()


class CameraSuspension(models.Model):
    """การพักกล้อง: a camera compares nothing of one kind since it was found wrong too often; until two people say otherwise."""

    station = models.CharField(max_length=16)
    camera = models.CharField(max_length=32)
    kind = models.CharField(max_length=8, choices=KINDS)
    since = models.DateTimeField()
    why = models.CharField(max_length=16)
    figures = models.JSONField(default=dict)
    by = models.CharField(max_length=64)
    asked_by = models.CharField(max_length=64, blank=True)
    asked_why = models.CharField(max_length=240, blank=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["camera", "kind"], condition=Q(lifted_at=None), name="a_camera_is_suspended_once"),
            models.CheckConstraint(
                condition=Q(lifted_at=None)
                | Q(lifted_at__gt=F("since")) & ~Q(lifted_by="") & ~Q(asked_by="") & ~Q(asked_why="") & ~Q(lifted_by=F("asked_by")),
                name="two_people_lift_a_suspension",
            ),
        )


class SeenCount(models.Model):
    """จำนวนที่กล้องเห็น: how many a camera saw on a day in Bangkok. A number and nothing else."""

    camera = models.CharField(max_length=32)
    kind = models.CharField(max_length=8, choices=KINDS)
    day = models.DateField()
    seen = models.PositiveIntegerField(default=0)
    last = models.UUIDField(null=True)
    """The report that was counted last: one that the bus says again is not counted again."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["camera", "kind", "day"], name="a_day_is_counted_once"),)


class PassageCheck(models.Model):
    """การตรวจทานด้วยมือ: an officer looked at a passage and said whether it was read right. Without the plate itself."""

    camera = models.CharField(max_length=32)
    station = models.CharField(max_length=16)
    reading = models.UUIDField(unique=True)
    passed_at = models.DateTimeField()
    night = models.BooleanField()
    vehicle = models.CharField(max_length=16, blank=True)
    accepted = models.BooleanField()
    right = models.BooleanField(null=True)
    """None: not to be read by a person either."""
    province_right = models.BooleanField(null=True)
    by = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["camera", "-passed_at"], name="passages_of_a_camera"),)
