"""Officers and their duties. Duties are data; code asks only for single permissions."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q


class Officer(AbstractUser):
    """เจ้าหน้าที่: signs in with a user name; never prints a real name by itself."""

    station = models.ForeignKey(
        "zones.Station", null=True, blank=True, on_delete=models.PROTECT, related_name="officers"
    )
    rank_th = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=2, default="th")

    def __str__(self) -> str:
        return self.username


class Permission(models.TextChoices):
    """What a duty may allow: the only words that code asks for."""

    SEE_ROOM = "see_room"
    ANSWER = "answer"
    DISPATCH = "dispatch"
    CLOSE = "close"
    PATROL = "patrol"
    SHIFT = "shift"
    MANAGE_DEVICES = "manage_devices"
    MANAGE_OFFICERS = "manage_officers"
    EDIT_PROCEDURES = "edit_procedures"
    EDIT_GROUND = "edit_ground"
    READ_AUDIT = "read_audit"
    RUN_DRILL = "run_drill"
    SEE_CAMERAS = "see_cameras"
    MANAGE_CAMERAS = "manage_cameras"
    SURVEY_CAMERAS = "survey_cameras"
    PLAN_CAMERAS = "plan_cameras"
    WATCH_LIVE = "watch_live"
    WATCH_RECORDED = "watch_recorded"
    LOCK_EVIDENCE = "lock_evidence"
    EXPORT_EVIDENCE = "export_evidence"
    UNBLUR_EVIDENCE = "unblur_evidence"
    KEEP_CASES = "keep_cases"
    MAKE_LISTS = "make_lists"
    APPROVE_LISTS = "approve_lists"
    JUDGE_HITS = "judge_hits"
    CHECK_ACCURACY = "check_accuracy"
    STOP_MATCHING = "stop_matching"
    SEARCH_SIGHTINGS = "search_sightings"


class Duty(models.Model):
    """หน้าที่: a named bundle of permissions; stations add their own."""

    code = models.CharField(max_length=32, primary_key=True)
    name_th = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    permissions = models.JSONField(default=list)


class Posting(models.Model):
    """การมอบหน้าที่: an officer has a duty at a station for a period, half open."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="postings")
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="postings")
    station = models.ForeignKey("zones.Station", on_delete=models.PROTECT, related_name="postings")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)
    given_by = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="a_posting_ends_after_it_begins",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=models.F("valid_from")),
            ),
        )
