"""What is locked, what it consists of, what was done with it, and what left the house."""

from django.db import models
from django.db.models import F, Q

from safetyzone.trust.evidence.lifecycle import State


class EvidenceItem(models.Model):
    """A span of some cameras, kept beyond their retention until somebody with a name releases it.

    The incident stands here as its locker saw it: a title that changes later changes nothing here.
    """

    id = models.BigAutoField(primary_key=True)
    station = models.CharField(max_length=16)
    incident = models.BigIntegerField(null=True)
    incident_kind = models.CharField(max_length=80, blank=True)
    incident_title = models.CharField(max_length=240, blank=True)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    reason = models.CharField(max_length=240)
    locked_by = models.CharField(max_length=64)
    locked_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    """Set by the locker: released in his name then. None: until released."""
    gathered_at = models.DateTimeField(null=True)
    """When everything that there was had been taken over; None: the span is still being recorded, or its pieces are on their way."""
    released_at = models.DateTimeField(null=True)
    released_by = models.CharField(max_length=64, blank=True)
    released_why = models.CharField(max_length=240, blank=True)
    swept_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(to_at__gt=F("from_at")), name="evidence_begins_before_it_ends"),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(locked_by=""), name="evidence_is_locked_by_somebody_for_a_reason"),
            models.CheckConstraint(
                condition=Q(released_at=None, released_by="", released_why="")
                | (Q(released_at__isnull=False) & ~Q(released_by="") & ~Q(released_why="")),
                name="evidence_is_released_by_somebody_for_a_reason",
            ),
            models.CheckConstraint(condition=Q(swept_at=None) | Q(released_at__isnull=False), name="only_released_evidence_is_deleted"),
        )
        indexes = (models.Index(fields=["station", "-locked_at"], name="evidence_by_station"),)


class EvidenceCamera(models.Model):
    """One camera of an item, with its name as it was displayed then."""

    item = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="cameras")
    code = models.CharField(max_length=40)
    name_th = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    clock_offset_ms = models.IntegerField(null=True)
    """How far the camera's own clock was ahead of ours; None: not known. Pieces carry our clock."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["item", "code"], name="a_camera_once_in_an_item"),)


class EvidencePiece(models.Model):
    """A piece of a recording as it was taken over, untouched; the file is named by its hash. The database lets no row be changed."""

    camera = models.ForeignKey(EvidenceCamera, on_delete=models.PROTECT, related_name="pieces")
    from_ms = models.BigIntegerField()
    ms = models.PositiveIntegerField()
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["camera", "from_ms"], name="a_piece_once_in_a_camera"),)


class CustodyEntry(models.Model):
    """Who did what with an item, when and why. Append-only in the database, and in the audit log as well."""

    id = models.BigAutoField(primary_key=True)
    item = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="custody")
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    act = models.CharField(max_length=24)
    why = models.CharField(max_length=240, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(by=""), name="custody_is_somebodys"),)


class EvidenceExport(models.Model):
    """A package that was asked for. ``clear``: with the originals, faces and all; that takes two people.

    ``plates_shown``: number plates stay readable, for the case needs them; faces are covered all the same.
    """

    id = models.BigAutoField(primary_key=True)
    item = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="exports")
    clear = models.BooleanField(default=False)
    plates_shown = models.BooleanField(default=False, db_default=False)
    case = models.CharField(max_length=80, blank=True)
    why = models.CharField(max_length=240)
    asked_by = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    approved_by = models.CharField(max_length=64, blank=True)
    approved_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, choices=[(state.value, state.value) for state in State])
    percent = models.PositiveSmallIntegerField(default=0)
    heard_at = models.DateTimeField()
    """When its process last said how far it is."""
    fault = models.CharField(max_length=240, blank=True)
    size_bytes = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(why="") & ~Q(asked_by=""), name="an_export_has_a_reason"),
            models.CheckConstraint(condition=Q(approved_by="") | ~Q(approved_by=F("asked_by")), name="two_people_show_faces"),
            models.CheckConstraint(
                condition=Q(clear=False) | Q(state__in=[State.ASKED, State.REFUSED]) | (~Q(approved_by="") & ~Q(case="")),
                name="no_faces_without_approval",
            ),
            models.CheckConstraint(condition=Q(plates_shown=False) | ~Q(case=""), name="no_plates_without_a_case"),
            models.CheckConstraint(condition=~Q(state=State.DONE) | ~Q(sha256=""), name="what_is_done_has_a_hash"),
        )
