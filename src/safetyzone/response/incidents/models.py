"""Incidents, their timeline, and the procedures (SOP) that open with them."""

from django.db import models
from django.db.models import Q

from safetyzone.response.incidents.lifecycle import Status


class Incident(models.Model):
    """เหตุ: we deal with it. Its times are those of NENA-STA-020.1 and NFPA 1225; each is written once."""

    class Kind(models.TextChoices):
        SOS = "sos"
        SOS_TECHNICAL = "sos_technical"
        DEVICE_FAULT = "device_fault"
        OFFICER_HELP = "officer_help"
        REPORTED = "reported"
        WATCH_HIT = "watch_hit"

    id = models.BigAutoField(primary_key=True)
    station = models.CharField(max_length=16)
    zone = models.CharField(max_length=16, blank=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    priority = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=16, choices=[(s.value, s.value) for s in Status], default=Status.NEW.value)
    device = models.CharField(max_length=64, blank=True)
    place_th = models.CharField(max_length=160, blank=True)
    place_en = models.CharField(max_length=160, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    accuracy_m = models.FloatField(null=True)
    presses = models.PositiveIntegerField(default=1)
    """How often the same call was pressed; a crowd of presses is one row with a count."""
    drill = models.BooleanField(default=False)

    pressed_at = models.DateTimeField(null=True)  # t0, by the caller
    heard_at = models.DateTimeField()  # by us: the commit's own moment
    shown_at = models.DateTimeField(null=True)  # first console that drew it
    answered_at = models.DateTimeField(null=True)  # t1
    verified_at = models.DateTimeField(null=True)  # t2
    assigned_at = models.DateTimeField(null=True)  # t3
    acknowledged_at = models.DateTimeField(null=True)  # t4
    en_route_at = models.DateTimeField(null=True)  # t5
    on_scene_at = models.DateTimeField(null=True)  # t6
    resolved_at = models.DateTimeField(null=True)  # t7
    closed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    owner = models.ForeignKey("officers.Officer", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=24, blank=True)
    outcome_words = models.CharField(max_length=500, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")

    class Meta:
        constraints = (
            models.CheckConstraint(name="priority_is_one_to_five", condition=Q(priority__gte=1, priority__lte=5)),
            models.CheckConstraint(
                name="a_duplicate_names_its_incident",
                condition=Q(status="duplicate", merged_into__isnull=False)
                | (~Q(status="duplicate") & Q(merged_into__isnull=True)),
            ),
            models.CheckConstraint(
                name="a_closed_incident_has_outcome_and_time",
                condition=~Q(status="closed") | (Q(closed_at__isnull=False) & ~Q(outcome="")),
            ),
        )
        indexes = (
            models.Index(fields=["station", "status"], name="incident_open", condition=~Q(status__in=["closed", "duplicate"])),
            models.Index(fields=["device", "-heard_at"], name="incident_by_device"),
            models.Index(fields=["station", "-heard_at"], name="incident_by_station"),
        )


class IncidentEntry(models.Model):
    """บันทึกลำดับเหตุการณ์: one line of the timeline. ``code`` is for programs; the words are made at the edge."""

    id = models.BigAutoField(primary_key=True)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="entries")
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    """Officer's user name, or ``system`` or the device that did it."""
    code = models.CharField(max_length=32)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=["incident", "at"], name="entry_by_incident"),)


class ProcedureStep(models.Model):
    """ขั้นตอนปฏิบัติ (SOP): what must be done for a kind of incident; rows are data that a station edits."""

    kind = models.CharField(max_length=20, choices=Incident.Kind.choices)
    station = models.CharField(max_length=16, blank=True)
    """Empty: for every station that has no steps of its own for this kind."""
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=32)
    name_th = models.CharField(max_length=160)
    name_en = models.CharField(max_length=160)
    mandatory = models.BooleanField(default=True)
    within_s = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["kind", "station", "code"], name="a_step_once_a_procedure"),
        )
        ordering = ("kind", "station", "position")


class IncidentStep(models.Model):
    """A procedure's step within one incident: copied when the incident opens, so that later edits change no open case."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=32)
    name_th = models.CharField(max_length=160)
    name_en = models.CharField(max_length=160)
    mandatory = models.BooleanField(default=True)
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=64, blank=True)
    skipped_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["incident", "code"], name="a_step_once_an_incident"),
        )
        ordering = ("position",)


class JoinOffer(models.Model):
    """ข้อเสนอรวมเหตุ: two incidents that may be one. Kept when refused, so that it is not offered again."""

    older = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="offers_as_older")
    newer = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="offers_as_newer")
    metres = models.FloatField()
    seconds = models.FloatField()
    offered_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=64, blank=True)
    joined = models.BooleanField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["older", "newer"], name="a_pair_is_offered_once"),)


class Deadline(models.Model):
    """กำหนดเวลา: something must have happened by ``due_at``; watched by a loop of its own, exact to a second."""

    class Kind(models.TextChoices):
        RING_NEXT = "ring_next"  # 10 s unanswered: the next console rings
        RING_DUTY = "ring_duty"  # 20 s: the duty officer's phone
        OFFER_NEAREST = "offer_nearest"  # 30 s: the nearest patrol is asked
        DISPATCH_SILENT = "dispatch_silent"  # an offered unit has not acknowledged
        STEP_DUE = "step_due"  # a procedure's step

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="deadlines")
    subject = models.CharField(max_length=64, blank=True)
    """What it is about besides the incident: a dispatch's id, an officer's user name, a step's code."""
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "incident", "subject"], name="one_open_deadline_a_thing", condition=Q(done_at__isnull=True)
            ),
        )
        indexes = (models.Index(fields=["due_at"], name="deadline_waiting", condition=Q(done_at__isnull=True)),)
