"""Plates that passed, where a law allows to keep them; and who searched them, for which case. Sightings themselves are rows of daily
partitions (``migrations/0002``), written by COPY and dropped by the day.
"""

from datetime import timedelta
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import F, Q

from safetyzone.contracts.laws import Law
from safetyzone.senses.sightings.search_rules import FITS

_BY_A_LAW_THAT_FITS = reduce(or_, (Q(law=law.value, purpose__in=sorted(purposes)) for law, purposes in FITS.items()))


class History(models.Model):
    """ประวัติการอ่านป้าย: on this camera plates that are on no list may be kept, for so many days, by two people's word and a law's.

    Without one, a reading that resembles no list is gone when it was compared.
    """

    camera = models.CharField(max_length=40)
    station = models.CharField(max_length=16)
    basis = models.CharField(max_length=120)
    purpose = models.CharField(max_length=240)
    keep_days = models.PositiveSmallIntegerField()
    asked_by = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    approved_by = models.CharField(max_length=64, blank=True)
    approved_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField()
    ended_by = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(keep_days__gte=1, keep_days__lte=7), name="a_history_is_kept_seven_days_at_most"),
            models.CheckConstraint(condition=~Q(approved_by=F("asked_by")), name="a_history_is_approved_by_another"),
            models.CheckConstraint(
                condition=Q(approved_at=None, approved_by="") | (~Q(approved_by="") & Q(approved_at__isnull=False)),
                name="an_approval_has_a_name_and_a_time",
            ),
            models.CheckConstraint(condition=~Q(basis="") & ~Q(purpose=""), name="a_history_says_by_which_law_and_what_for"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("asked_at")), name="a_history_ends"),
        )
        indexes = (models.Index(fields=["camera", "ends_at"], name="histories_of_a_camera"),)


class Search(models.Model):
    """การค้นย้อนหลัง: who asked, for which case, by which law, over which cameras and hours; how much came. What was sought is sealed."""

    class Purpose(models.TextChoices):
        STOLEN = "stolen"
        WANTED = "wanted"
        MISSING = "missing"
        CRIME = "crime"
        ACCIDENT = "accident"

    station = models.CharField(max_length=16)
    officer = models.CharField(max_length=64)
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    law = models.CharField(max_length=16, choices=[(one.value, one.value) for one in Law])
    """Empty only in searches from before it was asked."""
    case_id = models.BigIntegerField()
    case_number = models.CharField(max_length=40)
    words = models.CharField(max_length=240)
    sought = models.BinaryField()
    cameras = models.PositiveIntegerField()
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    approved_by = models.CharField(max_length=64, blank=True)
    approved_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    found = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(to_at__gt=F("from_at")), name="a_search_has_hours"),
            models.CheckConstraint(condition=_BY_A_LAW_THAT_FITS, name="a_search_names_a_law_that_fits"),
            models.CheckConstraint(condition=~Q(words=""), name="a_search_says_what_for"),
            models.CheckConstraint(condition=~Q(approved_by=F("officer")), name="a_search_is_approved_by_another"),
            models.CheckConstraint(
                condition=Q(answered_at=None) | ~Q(approved_by="") | Q(cameras__lte=50, to_at__lte=F("from_at") + timedelta(hours=24)),
                name="a_wide_search_is_approved_before_it_is_answered",
            ),
        )
        indexes = (models.Index(fields=["station", "-asked_at"], name="searches_of_a_station"),)
