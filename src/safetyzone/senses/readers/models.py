"""Which vision program reads which camera now, and which programs there are."""

from django.db import models
from django.db.models import Q


class CameraLease(models.Model):
    """สิทธิ์อ่านกล้องชั่วคราว: a camera is read by one program at a time; one that does not renew loses it by itself."""

    camera = models.CharField(primary_key=True, max_length=40)
    worker = models.CharField(max_length=80)
    until = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(camera="") & ~Q(worker=""), name="a_lease_names_camera_and_worker"),)
        indexes = (models.Index(fields=["worker"], name="leases_of_a_worker"),)


class VisionWorker(models.Model):
    """โปรแกรมอ่านภาพ: a program that asks for cameras. One that has not asked for as long as a lease lives has gone."""

    name = models.CharField(primary_key=True, max_length=80)
    asked_at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(name=""), name="a_vision_worker_has_a_name"),)
