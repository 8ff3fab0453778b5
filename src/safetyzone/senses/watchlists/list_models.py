"""Why a list may exist, what stands on it, where it is compared, and what stops it. What is dead falls off by its own dates."""

from django.db import models
from django.db.models import F, Q

from safetyzone.senses.watchlists import rules
from safetyzone.senses.watchlists.lifecycle import State
from safetyzone.senses.watchlists.terms import ImageSource, Kind, Place, Purpose

KINDS = [(kind.value, kind.value) for kind in Kind]
STATES = [(state.value, state.value) for state in State]
_APPROVED = ~Q(approved_by="") & Q(approved_at__isnull=False, no_relation=True) & ~Q(approved_by=F("asked_by"))
_NOT_APPROVED = Q(approved_by="", approved_at=None)
_PLATES, _MISSING = Q(kind=Kind.PLATE), Q(purpose=Purpose.MISSING)
_ENTRY_ENDS = (
    Q(expires_at__gt=F("asked_at"))
    & Q(expires_at__lte=F("asked_at") + rules.LONGEST_PLATE_ENTRY)
    & (_PLATES | Q(expires_at__lte=F("asked_at") + rules.LONGEST_FACE_ENTRY))
    & (~_MISSING | Q(expires_at__lte=F("asked_at") + rules.LONGEST_MISSING))
)
_ACTIVATION_ENDS = (
    Q(starts_at__gte=F("asked_at"), ends_at__gt=F("starts_at"))
    & Q(ends_at__lte=F("starts_at") + rules.LONGEST_PLATE_ACTIVATION)
    & (_PLATES | Q(ends_at__lte=F("starts_at") + rules.LONGEST_FACE_ACTIVATION))
)
_IS_A_PLATE = Q(kind=Kind.PLATE, template=b"", image=b"", image_source="", purged_at=None) & ~Q(series="") & ~Q(number="")
_IS_A_FACE = (
    Q(kind=Kind.FACE, series="", number="", image_source__in=[one.value for one in ImageSource], image_quality__isnull=False)
    & Q(purged_at=None) & ~Q(template=b"") & ~Q(model="")
)  # fmt: skip
_IS_PURGED = Q(purged_at__isnull=False, template=b"", image=b"", subject=b"", series="", number="")
_OTHER_CHAIN = Q(kind=Kind.PLATE) | (~Q(approved_unit="") & ~Q(approved_unit=F("asked_unit")))


class LegalBasis(models.Model):
    """ฐานกฎหมาย: the law that a list stands on, in versions; given by the national hub, never written by a station."""

    code = models.CharField(max_length=32)
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=KINDS)
    purpose = models.CharField(max_length=16, choices=[(one.value, one.value) for one in Purpose])
    law_th = models.TextField()
    law_en = models.TextField()
    offences = models.JSONField(default=list)
    """Classes of ``trust.cases.rules.OFFENCES`` that it covers."""
    needs_court = models.BooleanField()
    longest_days = models.PositiveSmallIntegerField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["code", "version"], name="a_basis_has_versions"),)

    def __str__(self) -> str:
        return f"{self.code}/{self.version}"


class WatchList(models.Model):
    """บัญชีเฝ้าดู: for one purpose, on one law, of one station, with an end. It compares nothing by itself."""

    station = models.CharField(max_length=16)
    kind = models.CharField(max_length=8, choices=KINDS)
    purpose = models.CharField(max_length=16, choices=[(one.value, one.value) for one in Purpose])
    basis = models.ForeignKey(LegalBasis, on_delete=models.PROTECT, related_name="lists")
    name_th = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    who = models.CharField(max_length=240)
    """By what criterion somebody or something is put on it."""
    where = models.CharField(max_length=240)
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=64, blank=True)
    ended_why = models.CharField(max_length=240, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["id", "kind", "purpose"], name="a_list_is_of_one_kind"),
            models.CheckConstraint(condition=~Q(name_th="") & ~Q(who="") & ~Q(where="") & ~Q(made_by=""), name="a_list_says_what_for"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at"), expires_at__lte=F("made_at") + rules.LONGEST_LIST), name="a_list_ends"
            ),
            models.CheckConstraint(condition=Q(ended_at=None) | (~Q(ended_by="") & ~Q(ended_why="")), name="a_list_is_ended_by_somebody"),
        )

    def __str__(self) -> str:
        return f"list {self.pk}"


class ListEntry(models.Model):
    """รายการในบัญชี: one plate or one face, for one open case, asked by one person and approved by another, with an end.

    Who it is about is sealed, and so are the photo and what a face was made into: the database cannot read them.
    """

    list = models.ForeignKey(WatchList, on_delete=models.PROTECT, related_name="entries")
    station = models.CharField(max_length=16)
    kind = models.CharField(max_length=8, choices=KINDS)
    purpose = models.CharField(max_length=16)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    warrant = models.CharField(max_length=80, blank=True)
    """The court and number of the warrant: it is looked up again every day."""
    reason = models.CharField(max_length=240)
    subject = models.BinaryField(default=b"")
    minor = models.BooleanField(default=False)
    series = models.CharField(max_length=8, blank=True)
    number = models.CharField(max_length=8, blank=True)
    province = models.CharField(max_length=40, blank=True)
    vehicle_class = models.CharField(max_length=24, blank=True)
    looks = models.CharField(max_length=120, blank=True)
    """Make and colour of the vehicle as the case says, for the person who compares."""
    image_source = models.CharField(max_length=16, blank=True)
    image_taken_on = models.DateField(null=True)
    image_quality = models.FloatField(null=True)
    image = models.BinaryField(default=b"")
    template = models.BinaryField(default=b"")
    model = models.CharField(max_length=80, blank=True)
    """That made the template: no other model may compare it."""
    state = models.CharField(max_length=8, choices=STATES)
    asked_by = models.CharField(max_length=64)
    asked_unit = models.CharField(max_length=16)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    prescribed_on = models.DateTimeField(null=True)
    """When the offence can no longer be prosecuted (Penal Code s.95): the entry ends no later."""
    renews = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="renewals")
    approved_by = models.CharField(max_length=64, blank=True)
    approved_unit = models.CharField(max_length=16, blank=True)
    approved_at = models.DateTimeField(null=True)
    no_relation = models.BooleanField(default=False)
    """The approver declared that neither kin nor a case of his own is in it."""
    refused_by = models.CharField(max_length=64, blank=True)
    checked_at = models.DateTimeField()
    """When warrant or complaint were last found to stand."""
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=64, blank=True)
    withdrawn_why = models.CharField(max_length=240, blank=True)
    purged_at = models.DateTimeField(null=True)
    """When the plate, the photo and the template of an entry that was over were destroyed; the row stays for the figures."""

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(reason="") & ~Q(asked_by="") & ~Q(asked_unit=""), name="an_entry_has_a_reason"),
            models.CheckConstraint(condition=Q(state=State.APPROVED, withdrawn_at=None) & _APPROVED | Q(state=State.STOPPED,
                withdrawn_at__isnull=False) & _APPROVED & ~Q(withdrawn_by="") & ~Q(withdrawn_why="")
                | Q(state__in=[State.ASKED, State.REFUSED]) & _NOT_APPROVED, name="two_people_make_an_entry"),
            models.CheckConstraint(condition=_NOT_APPROVED | _OTHER_CHAIN, name="a_face_is_approved_by_another_unit"),
            models.CheckConstraint(condition=_ENTRY_ENDS, name="an_entry_ends_in_time"),
            models.CheckConstraint(
                condition=Q(prescribed_on=None) | Q(expires_at__lte=F("prescribed_on")), name="an_entry_ends_with_the_offence"
            ),
            models.CheckConstraint(condition=_IS_A_PLATE | _IS_A_FACE | _IS_PURGED, name="a_face_has_a_source_and_a_plate_has_none"),
            models.CheckConstraint(condition=Q(minor=False) | Q(purpose=Purpose.MISSING), name="a_child_is_listed_only_when_missing"),
            models.CheckConstraint(condition=~Q(purpose=Purpose.WARRANT) | ~Q(warrant=""), name="a_warrant_is_named"),
        )  # fmt: skip
        indexes = (models.Index(fields=["list", "state"], name="entries_of_a_list"),)

    def __str__(self) -> str:
        return f"entry {self.pk}"


class Activation(models.Model):
    """การเปิดใช้บัญชี: a list is compared on some cameras, from and until, asked by one person and approved by another."""

    list = models.ForeignKey(WatchList, on_delete=models.PROTECT, related_name="activations")
    station = models.CharField(max_length=16)
    kind = models.CharField(max_length=8, choices=KINDS)
    purpose = models.CharField(max_length=16)
    state = models.CharField(max_length=8, choices=STATES)
    reason = models.CharField(max_length=240)
    dpia = models.CharField(max_length=80)
    """Number of the assessment of what it does to people (DPIA, with the equality check): nothing is compared without one."""
    court = models.CharField(max_length=80, blank=True)
    """Reference of judge or prosecutor; demanded by some laws, and at protected places."""
    urgent = models.BooleanField(default=False)
    asked_by = models.CharField(max_length=64)
    asked_unit = models.CharField(max_length=16)
    asked_at = models.DateTimeField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    expected = models.FloatField()
    """False alerts a day that were shown to both before it was switched on."""
    approved_by = models.CharField(max_length=64, blank=True)
    approved_unit = models.CharField(max_length=16, blank=True)
    approved_at = models.DateTimeField(null=True)
    no_relation = models.BooleanField(default=False)
    refused_by = models.CharField(max_length=64, blank=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.CharField(max_length=64, blank=True)
    stopped_why = models.CharField(max_length=240, blank=True)
    purged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(asked_by="") & ~Q(asked_unit="") & ~Q(dpia=""), name="an_activation_says_why"
            ),
            models.CheckConstraint(condition=Q(state=State.APPROVED, stopped_at=None) & _APPROVED | Q(state=State.STOPPED,
                stopped_at__isnull=False) & ~Q(stopped_by="") & ~Q(stopped_why="") & (_APPROVED | Q(urgent=True) & _NOT_APPROVED)
                | Q(state=State.URGENT, urgent=True, stopped_at=None) & _NOT_APPROVED
                | Q(state__in=[State.ASKED, State.REFUSED]) & _NOT_APPROVED & Q(stopped_at=None), name="two_people_switch_a_list_on"),
            models.CheckConstraint(condition=_NOT_APPROVED | _OTHER_CHAIN, name="faces_are_switched_on_by_another_unit"),
            models.CheckConstraint(condition=_ACTIVATION_ENDS, name="an_activation_ends_in_time"),
            models.CheckConstraint(
                condition=Q(urgent=False) | Q(ends_at__lte=F("asked_at") + rules.LONGEST_URGENT), name="what_is_urgent_lasts_an_hour"
            ),
        )  # fmt: skip
        indexes = (models.Index(fields=["station", "ends_at"], name="activations_of_a_station"),)

    def __str__(self) -> str:
        return f"activation {self.pk}"


class ActivationCamera(models.Model):
    """กล้องที่เปิดใช้บัญชี: a camera of an activation, with the threshold and the evaluation that allow it there."""

    activation = models.ForeignKey(Activation, on_delete=models.PROTECT, related_name="cameras")
    camera = models.CharField(max_length=32)
    evaluation = models.ForeignKey("watchlists.EvaluationRecord", on_delete=models.PROTECT, related_name="+")
    threshold = models.FloatField()
    expected = models.FloatField()
    """False alerts a day at this camera, as shown."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["activation", "camera"], name="a_camera_once_in_an_activation"),
            models.CheckConstraint(condition=Q(threshold__gt=0, threshold__lte=1, expected__gte=0), name="a_threshold_is_a_share"),
        )


class KillSwitch(models.Model):
    """สวิตช์หยุดการเปรียบเทียบ: matching of one kind is off at a station, or on again. Append-only, signed, shown to everybody."""

    station = models.CharField(max_length=16)
    kind = models.CharField(max_length=8, choices=KINDS)
    off = models.BooleanField()
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    second = models.CharField(max_length=64, blank=True)
    """Who had stopped it: somebody else switches it on again."""
    why = models.CharField(max_length=240)
    signature = models.CharField(max_length=128)
    """Ed25519 of the station's key over the line that the public page shows, as hex."""

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(by="") & ~Q(why="") & ~Q(signature=""), name="matching_is_stopped_by_somebody"),
            models.CheckConstraint(condition=Q(off=True) | (~Q(second="") & ~Q(second=F("by"))), name="two_people_switch_matching_on"),
        )
        indexes = (models.Index(fields=["station", "kind", "-at", "-id"], name="the_last_switch"),)


class ProtectedPlace(models.Model):
    """สถานที่คุ้มครอง: a circle in which faces are compared only with a court's or prosecutor's reference."""

    station = models.CharField(max_length=16)
    kind = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Place])
    name_th = models.CharField(max_length=120)
    lon = models.FloatField()
    lat = models.FloatField()
    radius_m = models.FloatField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    by = models.CharField(max_length=64)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(radius_m__gt=0, radius_m__lte=3000), name="a_place_has_a_size"),)
