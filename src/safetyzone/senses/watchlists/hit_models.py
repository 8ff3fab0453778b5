"""What passed a camera and resembled an entry, who said what about it, and what came of it. Pictures go within a day unless confirmed."""

from django.db import models
from django.db.models import F, Q

from safetyzone.senses.watchlists import rules
from safetyzone.senses.watchlists.list_models import KINDS, Activation, ListEntry
from safetyzone.senses.watchlists.terms import Answer, Found


class Hit(models.Model):
    """การตรงกับบัญชี: a reading that resembles an entry. A match is not an identification, and a hit is not an alert."""

    class State(models.TextChoices):
        WAITING = "waiting"
        CONFIRMED = "confirmed"
        REFUSED = "refused"

    station = models.CharField(max_length=16)
    kind = models.CharField(max_length=8, choices=KINDS)
    purpose = models.CharField(max_length=16)
    entry = models.ForeignKey(ListEntry, on_delete=models.PROTECT, related_name="hits")
    activation = models.ForeignKey(Activation, on_delete=models.PROTECT, related_name="hits")
    camera = models.CharField(max_length=32)
    reading = models.UUIDField()
    model = models.CharField(max_length=80, blank=True)
    read_at = models.DateTimeField()
    came_at = models.DateTimeField()
    read = models.BinaryField(default=b"")
    """What was read, sealed: the plate in its fields, how sure each is, and what else it may have been."""
    edits = models.PositiveSmallIntegerField(default=0)
    likeness = models.FloatField()
    """Of a plate: how far it is from the entry by the reader's own confusions, 0 the same. Of a face: the score."""
    threshold = models.FloatField()
    quality = models.FloatField()
    frames = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    decided_at = models.DateTimeField(null=True)
    delete_at = models.DateTimeField(null=True)
    """None: confirmed, and kept as long as its case."""
    alert = models.UUIDField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["reading", "entry"], name="a_reading_hits_an_entry_once"),
            models.CheckConstraint(
                condition=Q(state="confirmed", delete_at=None, decided_at__isnull=False, alert__isnull=False)
                | ~Q(state="confirmed") & Q(delete_at__lte=F("came_at") + rules.CANDIDATE_FOR, delete_at__isnull=False, alert=None),
                name="what_is_not_confirmed_goes_in_a_day",
            ),
            models.CheckConstraint(condition=Q(frames__gte=2) | Q(kind="plate"), name="two_frames_agree_on_a_face"),
        )
        indexes = (
            models.Index(fields=["station", "-came_at"], name="hits_of_a_station"),
            models.Index(fields=["delete_at"], name="hits_to_delete", condition=Q(delete_at__isnull=False)),
        )

    def __str__(self) -> str:
        return f"hit {self.pk}"


class HitPicture(models.Model):
    """ภาพของการตรงกับบัญชี: the crop, and the scene round it, sealed."""

    hit = models.OneToOneField(Hit, primary_key=True, on_delete=models.CASCADE, related_name="pictures")
    crop = models.BinaryField(default=b"")
    scene = models.BinaryField(default=b"")


class Judgement(models.Model):
    """คำวินิจฉัยการตรงกัน: what one person said who compared, and why. Append-only while the hit stands."""

    hit = models.ForeignKey(Hit, on_delete=models.CASCADE, related_name="judgements")
    officer = models.CharField(max_length=64)
    answer = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Answer])
    reason = models.CharField(max_length=240)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["hit", "officer"], name="a_person_judges_a_hit_once"),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(officer=""), name="a_judgement_has_a_reason"),
        )


class Correction(models.Model):
    """การแก้คำอ่าน: what a person read in the picture instead. The first reading stays as it was."""

    hit = models.ForeignKey(Hit, on_delete=models.CASCADE, related_name="corrections")
    read = models.BinaryField()
    by = models.CharField(max_length=64)
    at = models.DateTimeField()
    why = models.CharField(max_length=240)

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(by="") & ~Q(why=""), name="a_correction_says_why"),)


class Outcome(models.Model):
    """ผลหลังยืนยัน: what came of a confirmed hit. An arrest needs evidence that is independent of the match (invariant 8)."""

    hit = models.ForeignKey(Hit, on_delete=models.PROTECT, related_name="outcomes")
    found = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Found])
    independent_evidence = models.CharField(max_length=240, blank=True)
    words = models.CharField(max_length=240, blank=True)
    by = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(found=Found.ARREST) | ~Q(independent_evidence=""), name="an_arrest_has_independent_evidence"
            ),
        )


class HitFigure(models.Model):
    """ตัวเลขของการตรงกับบัญชี: what stays of every hit for the figures: rule, camera, answer. Nobody can be known by it."""

    station = models.CharField(max_length=16)
    camera = models.CharField(max_length=32)
    kind = models.CharField(max_length=8, choices=KINDS)
    purpose = models.CharField(max_length=16)
    model = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()
    answer = models.CharField(max_length=10, blank=True)
    """``true``, ``false``; empty: nobody said."""
    urgent = models.BooleanField(default=False)
    hit = models.BigIntegerField(null=True)
    """Until the hit is deleted."""

    class Meta:
        indexes = (
            models.Index(fields=["camera", "kind", "-at"], name="figures_of_a_camera"),
            models.Index(fields=["hit"], name="figure_of_a_hit", condition=Q(hit__isnull=False)),
        )


class Deletion(models.Model):
    """การลบที่พิสูจน์ได้: what a run of the deletion destroyed, by number only, and that nothing of it was found afterwards."""

    station = models.CharField(max_length=16)
    at = models.DateTimeField()
    why = models.CharField(max_length=16)
    """``expired``: nobody confirmed in time; ``urgent``: nobody approved what one person began."""
    hits = models.JSONField()
    activation = models.BigIntegerField(null=True)
    left = models.PositiveIntegerField()
    """How many of their rows were found when it looked again; anything but 0 is a fault."""
