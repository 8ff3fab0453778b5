"""What may be compared, reckoned a second time: row by row, in plain Python, from the invariants as they are written in the papers.

It shares no line with ``watchlists_live`` and none with ``rules``: numbers stand here again on purpose.
"""

import math
from datetime import datetime, timedelta

from safetyzone.ground.officers.models import Officer
from safetyzone.senses.alerts.models import Alert
from safetyzone.senses.cameras.models import Camera
from safetyzone.senses.watchlists.models import (
    Activation,
    CameraSuspension,
    Hit,
    HitFigure,
    Judgement,
    KillSwitch,
    ListEntry,
    Outcome,
    ProtectedPlace,
)
from safetyzone.trust.cases.models import Case

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Trio = tuple[int, int, str]


def live(at: datetime) -> set[Trio]:
    """Every (activation, entry, camera) that may be compared at that moment."""
    found = set()
    for activation in Activation.objects.select_related("list", "list__basis"):
        if not _on(activation, at) or _killed(activation.station, activation.kind, at):
            continue
        for used in activation.cameras.select_related("evaluation"):
            tested = used.evaluation
            too_old = at - tested.evaluated_at >= 365 * DAY or (tested.withdrawn_at is not None and tested.withdrawn_at <= at)
            if too_old or _suspended(used.camera, activation.kind, at):
                continue
            if activation.kind == "face" and not activation.court and _in_protected_place(used.camera, at):
                continue
            found |= {(activation.pk, entry.pk, used.camera) for entry in activation.list.entries.all() if _alive(entry, tested.model, at)}
    return found


def _on(activation: Activation, at: datetime) -> bool:
    if (activation.list.ended_at is not None and activation.list.ended_at <= at) or activation.list.expires_at <= at:
        return False
    agreed = activation.approved_at is not None and activation.approved_at <= at
    alone = activation.urgent and (activation.approved_at is not None or at < activation.asked_at + 24 * HOUR)
    running = activation.starts_at <= at < activation.ends_at
    stopped = activation.stopped_at is not None and activation.stopped_at <= at
    return running and not stopped and (agreed or alone) and activation.state != "refused"


def _alive(entry: ListEntry, model: str, at: datetime) -> bool:
    if entry.approved_at is None or entry.approved_at > at or entry.expires_at <= at:
        return False
    if entry.withdrawn_at is not None and entry.withdrawn_at <= at:
        return False
    if (entry.kind == "face" or entry.warrant) and at - entry.checked_at >= 48 * HOUR:
        return False
    case = Case.objects.get(pk=entry.case_id)
    if case.closed_at is not None and case.closed_at <= at:
        return False
    return entry.kind == "plate" or entry.model == model


def _killed(station: str, kind: str, at: datetime) -> bool:
    off = False
    for switch in KillSwitch.objects.filter(station=station, kind=kind).order_by("at", "id"):
        if switch.at <= at:
            off = switch.off
    return off


def _suspended(camera: str, kind: str, at: datetime) -> bool:
    return any(
        one.since <= at and (one.lifted_at is None or at < one.lifted_at)
        for one in CameraSuspension.objects.filter(camera=camera, kind=kind)
    )


def _in_protected_place(code: str, at: datetime) -> bool:
    camera = Camera.objects.get(code=code)
    for place in ProtectedPlace.objects.all():
        east = (camera.lon - place.lon) * math.cos(math.radians(place.lat)) * 111_320
        if (
            place.since <= at
            and (place.until is None or at < place.until)
            and math.hypot(east, (camera.lat - place.lat) * 110_574) <= place.radius_m
        ):
            return True
    return False


def broken(at: datetime) -> list[str]:
    """Which of the invariants that can be read from the rows alone do not hold; each begins with its number."""
    return [*_two_people(), *_ends(), *_alerts(), *_outcomes(at), *_sources(), *_tripwire(at)]


def _two_people() -> list[str]:
    units = dict(Officer.objects.values_list("username", "station_id"))
    found = []
    for one in [*ListEntry.objects.exclude(approved_by=""), *Activation.objects.exclude(approved_by="")]:
        if one.approved_by == one.asked_by:
            found.append(f"2: {one} was approved by whoever asked")
        elif one.kind == "face" and units[one.approved_by] == units[one.asked_by]:
            found.append(f"2: {one} was approved within the unit")
        elif not one.no_relation:
            found.append(f"2: {one} was approved without the declaration")
    return found


def _ends() -> list[str]:
    found = []
    for entry in ListEntry.objects.all():
        most = 72 * HOUR if entry.purpose == "missing" else 30 * DAY if entry.kind == "face" else 90 * DAY
        if entry.expires_at - entry.asked_at > most:
            found.append(f"3: {entry} lasts longer than {most}")
    for one in Activation.objects.all():
        most = HOUR if one.urgent else 7 * DAY if one.kind == "face" else 90 * DAY
        if one.ends_at - (one.asked_at if one.urgent else one.starts_at) > most:
            found.append(f"{'12' if one.urgent else '3'}: {one} lasts longer than {most}")
    return found


def _alerts() -> list[str]:
    found = []
    for alert in Alert.objects.filter(kind__in=["plate_hit", "face_hit"]):
        hit = Hit.objects.filter(pk=alert.facts["hit"]).first()
        said = list(Judgement.objects.filter(hit_id=alert.facts["hit"]).values_list("officer", "answer"))
        needed = 2 if alert.kind == "face_hit" else 1
        if hit is not None and (
            len({officer for officer, answer in said if answer == "same"}) < needed or {a for _, a in said} != {"same"}
        ):
            found.append(f"6: {alert.kind} of hit {hit.pk} with the answers {said}")
    return found


def _outcomes(at: datetime) -> list[str]:
    found = [f"8: an arrest without evidence in {one.hit_id}" for one in Outcome.objects.filter(found="arrest", independent_evidence="")]
    for hit in Hit.objects.exclude(state="confirmed"):
        if hit.delete_at is None or hit.delete_at > hit.came_at + 24 * HOUR:
            found.append(f"5: {hit} is kept longer than a day")
    return found


def _sources() -> list[str]:
    lawful = {"court_file", "civil_register", "custody", "family", "case_camera"}
    return [
        f"11: {one} has a face from {one.image_source}" for one in ListEntry.objects.filter(kind="face") if one.image_source not in lawful
    ]


def _tripwire(at: datetime) -> list[str]:
    """More than one false alert on a day in Bangkok, counted since the camera was last let go on."""
    found = []
    midnight = (at + 7 * HOUR).replace(hour=0, minute=0, second=0, microsecond=0) - 7 * HOUR
    for camera, kind in set(HitFigure.objects.values_list("camera", "kind")):
        lifted = max(
            (one.lifted_at for one in CameraSuspension.objects.filter(camera=camera, kind=kind) if one.lifted_at), default=midnight
        )
        false = HitFigure.objects.filter(camera=camera, kind=kind, answer="false", at__gt=lifted, at__gte=midnight, at__lte=at)
        if false.count() > 1 and not _suspended(camera, kind, at):
            found.append(f"14: {camera} gave {false.count()} false alerts today and goes on")
    return found
