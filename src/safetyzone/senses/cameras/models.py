"""Cameras of every owner, what their owners allow, what a survey found, and what is wrong with them."""

from django.db import models
from django.db.models import Q

from safetyzone.senses.cameras.search_models import CameraSearch, FoundCamera
from safetyzone.senses.cameras.slew_models import CameraSlew

__all__ = [
    "Advice", "Camera", "CameraFault", "CameraOwner", "CameraSearch", "CameraSlew", "CoverageFigure", "FoundCamera", "ReferenceView",
    "Survey", "SurveyPhoto",
]  # fmt: skip


class CameraOwner(models.Model):
    """เจ้าของกล้อง: whose camera it is. ``contact`` is personal and sealed; it is opened only to send a message there."""

    class Kind(models.TextChoices):
        POLICE = "police"
        MUNICIPALITY = "municipality"
        AGENCY = "agency"
        PRIVATE = "private"
        TEMPLE = "temple"
        SHOP = "shop"

    class Channel(models.TextChoices):
        NONE = "none"
        EMAIL = "email"
        LINE = "line"
        SMS = "sms"

    id = models.UUIDField(primary_key=True)
    station = models.CharField(max_length=16)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    name = models.CharField(max_length=120)
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.NONE)
    contact = models.BinaryField(default=b"")
    language = models.CharField(max_length=2, default="th")
    link_generation = models.PositiveIntegerField(default=1)
    """Signed into the owner's link: a new one ends every link given before."""
    added_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["station", "name"], name="an_owner_is_entered_once"),
            models.CheckConstraint(
                condition=Q(channel="none") | ~Q(contact=b""), name="a_channel_has_a_contact"
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class Camera(models.Model):
    """กล้อง: one camera, wherever it hangs and whosever it is. No password is kept here."""

    class Kind(models.TextChoices):
        FIXED = "fixed"
        PTZ = "ptz"

    class Tier(models.TextChoices):
        """What the owner shares; the server enforces it at every look."""

        MAP_ONLY = "map_only"
        ON_REQUEST = "on_request"
        DURING_INCIDENT = "during_incident"
        ALWAYS = "always"

    class State(models.TextChoices):
        UNKNOWN = "unknown"
        WORKING = "working"
        OFFLINE = "offline"
        DEGRADED = "degraded"

    code = models.CharField(max_length=32, primary_key=True)
    station = models.CharField(max_length=16)
    zone = models.ForeignKey("zones.Zone", null=True, on_delete=models.PROTECT, related_name="cameras")
    owner = models.ForeignKey(CameraOwner, on_delete=models.PROTECT, related_name="cameras")
    name_th = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    pole_mark = models.CharField(max_length=40, blank=True)
    """The number painted on its pole, which a citizen can read."""
    lon = models.FloatField()
    lat = models.FloatField()
    height_m = models.FloatField()
    azimuth_deg = models.FloatField()
    """Clockwise from true north."""
    tilt_deg = models.FloatField()
    """Below the horizon."""
    hfov_deg = models.FloatField()
    width_px = models.PositiveIntegerField()
    height_px = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.FIXED)
    may_turn = models.BooleanField(default=True)
    """False where bracket, contract or law fixes the direction: advice never turns it."""
    slew_agreed_at = models.DateTimeField(null=True, blank=True)
    """When its private owner said that it may be turned to an incident nearby; others' cameras need no such word."""
    must_see = models.JSONField(default=list)
    """Points [lon, lat] that must stay seen ("this door"), whatever the advice gains elsewhere."""
    ir_range_m = models.FloatField(default=0)
    low_light = models.BooleanField(default=False)
    retention_days = models.PositiveSmallIntegerField(default=0)
    contract = models.CharField(max_length=80, blank=True)
    contract_until = models.DateField(null=True, blank=True)
    licence_until = models.DateField(null=True, blank=True)
    tier = models.CharField(max_length=16, choices=Tier.choices, default=Tier.MAP_ONLY)
    live_radius_m = models.PositiveIntegerField(default=150)
    """With the tier ``during_incident``: how near an open incident must be."""
    paused_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    address = models.CharField(max_length=200, blank=True)
    """rtsp:// host, port and path of the main stream, with neither user nor password."""
    sub_address = models.CharField(max_length=200, blank=True)
    credential = models.BinaryField(default=b"")
    """User and password for the address, sealed; opened only by the program that opens cameras."""
    onvif_port = models.PositiveIntegerField(default=80)
    """Of its ONVIF service, on the machine of its address; path and TLS as it said when it was found."""
    onvif_path = models.CharField(max_length=200, default="/onvif/device_service")
    onvif_tls = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.UNKNOWN)
    state_since = models.DateTimeField()
    surveyed_at = models.DateTimeField(null=True, blank=True)
    added_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    """Counts the changes; a survey made offline says which one it saw."""
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(lon__gte=97, lon__lte=106, lat__gte=5.4, lat__lte=20.6), name="a_camera_is_in_thailand"),
            models.CheckConstraint(condition=Q(azimuth_deg__gte=0, azimuth_deg__lt=360), name="an_azimuth_is_a_bearing"),
            models.CheckConstraint(condition=Q(tilt_deg__gte=-90, tilt_deg__lte=90), name="a_tilt_is_at_most_upright"),
            models.CheckConstraint(condition=Q(hfov_deg__gt=0, hfov_deg__lte=360), name="a_lens_sees_something"),
            models.CheckConstraint(condition=Q(height_m__gt=0, height_m__lte=100), name="a_mast_has_a_height"),
        )
        indexes = (models.Index(fields=["station", "state"], name="camera_by_station"),)


class Survey(models.Model):
    """การสำรวจกล้อง: what someone standing at the pole found. Made on a phone, perhaps hours before it arrives."""

    id = models.UUIDField(primary_key=True)
    station = models.CharField(max_length=16)
    camera = models.ForeignKey(Camera, null=True, on_delete=models.PROTECT, related_name="surveys")
    """None: it hangs in the street and not in the register. Whoever keeps the register enters it, or refuses it."""
    proposes = models.JSONField(default=dict)
    """Of a camera that was not in the register: name, pole_mark, kind, and the owner's name if it is written on it."""
    by = models.CharField(max_length=64)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    accuracy_m = models.FloatField(null=True)
    azimuth_deg = models.FloatField(null=True)
    azimuth_accuracy_deg = models.FloatField(null=True)
    tilt_deg = models.FloatField(null=True)
    height_m = models.FloatField(null=True)
    condition = models.CharField(max_length=16)
    note = models.CharField(max_length=500, blank=True)
    base_version = models.PositiveIntegerField()
    conflict = models.JSONField(default=list)
    """Fields that somebody else had changed since this phone last saw the camera; a person decides."""
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(camera__isnull=False) | Q(lon__isnull=False, lat__isnull=False),
                name="a_survey_is_of_a_camera_or_of_a_place",
            ),
        )
        indexes = (models.Index(fields=["station", "-at"], name="surveys_of_a_station"),)


class SurveyPhoto(models.Model):
    """A photo of a survey: what the camera sees, or how it hangs. Metadata is stripped before it is kept."""

    id = models.UUIDField(primary_key=True)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="photos")
    shows = models.CharField(max_length=8)
    file = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64)


class ReferenceView(models.Model):
    """ภาพอ้างอิง: how the picture should look, against which moved, blurred, dark and masked are judged."""

    camera = models.OneToOneField(Camera, primary_key=True, on_delete=models.CASCADE, related_name="reference")
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=64)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    grey = models.BinaryField()
    """Small grey picture, width x height bytes, too coarse to know a face by."""
    figures = models.JSONField(default=dict)


class CameraFault(models.Model):
    """ความขัดข้องของกล้อง: one ticket, open until the camera is well; flapping is folded into it."""

    class Kind(models.TextChoices):
        OFFLINE = "offline"
        MOVED = "moved"
        BLURRED = "blurred"
        DARK = "dark"
        MASKED = "masked"
        BROKEN = "broken"
        """A person at the pole says so."""
        GONE = "gone"
        """A person at the pole did not find it; whoever keeps the register decides."""
        NO_PICTURE = "no_picture"
        """It answers, and shows nothing: a wrong password, a stream without key frames."""

    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="faults")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()
    folded = models.PositiveIntegerField(default=0)
    """How often it came again while the ticket was open or had just closed."""
    facts = models.JSONField(default=dict)
    told_at = models.DateTimeField(null=True, blank=True)
    not_told = models.CharField(max_length=120, blank=True)
    """Why its owner has not heard of it, as ``letters.WHY_NOT`` puts it into words; empty: told, or nobody tried yet."""
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["camera", "kind"], condition=Q(closed_at__isnull=True), name="one_open_ticket_a_fault"),
        )


class CoverageFigure(models.Model):
    """ตัวเลขความครอบคลุม: what share of a zone's walkable street was seen, kept whenever it changed, so that a trend can be shown."""

    zone = models.ForeignKey("zones.Zone", on_delete=models.CASCADE, related_name="coverage_figures")
    at = models.DateTimeField()
    density_px_m = models.FloatField()
    metres = models.FloatField()
    one_day = models.FloatField()
    two_day = models.FloatField()
    one_night = models.FloatField()
    two_night = models.FloatField()
    cameras = models.PositiveIntegerField()
    working = models.PositiveIntegerField()

    class Meta:
        indexes = (models.Index(fields=["zone", "density_px_m", "-at"], name="coverage_latest"),)


class Advice(models.Model):
    """คำแนะนำ: an answer to "where should they look" or "where are new ones worth most", worked out in the background."""

    class Kind(models.TextChoices):
        REAIM = "reaim"
        SITING = "siting"

    class Status(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        STOPPED = "stopped"
        FINISHED = "finished"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True)
    station = models.CharField(max_length=16)
    zone = models.CharField(max_length=16)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    asked = models.JSONField(default=dict)
    """density_px_m, night, seconds, most_moves or budget_baht, weights: everything that the answer depends on besides the register."""
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.WAITING)
    stop_asked = models.BooleanField(default=False)
    progress = models.JSONField(default=dict)
    """phase, value, bound, gap, seconds so far."""
    state = models.JSONField(default=dict)
    """Where a stopped run goes on from."""
    answer = models.JSONField(default=dict)
    asked_by = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["zone", "-asked_at"], name="advice_latest"),)
