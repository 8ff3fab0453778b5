"""From a reading to a hit, from people's answers to a confirmed one, and from that, and nothing else, to an alert."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction

from safetyzone.contracts.plate_confusions import cost
from safetyzone.contracts.vision import FaceCandidate, PlateReading, PlateSaid
from safetyzone.ground.officers.access import Who
from safetyzone.kernel.live import Thing, changed
from safetyzone.kernel.refusals import NotFound, OutOfOrder
from safetyzone.senses.alerts.actions import raise_alerts
from safetyzone.senses.alerts.news import Raised
from safetyzone.senses.cameras.place_queries import places_of
from safetyzone.senses.sightings.rules import Likeness, Look, Window, look
from safetyzone.senses.watchlists import access, queries, rules
from safetyzone.senses.watchlists.accuracy_actions import check_tripwire
from safetyzone.senses.watchlists.confirmed import ConfirmedHit, confirmed
from safetyzone.senses.watchlists.models import (
    Activation,
    ActivationCamera,
    Correction,
    Hit,
    HitFigure,
    HitPicture,
    Judgement,
    ListEntry,
    Outcome,
)
from safetyzone.senses.watchlists.sealing import seal_bytes, seal_facts
from safetyzone.senses.watchlists.terms import Answer, Found, Kind
from safetyzone.trust.audit.actions import Act, record

READ, CROP, SCENE = "read", "crop", "scene"
EARLY = timedelta(minutes=2)
ONE_HIT_WITHIN = timedelta(minutes=5)
"""A vehicle that stands before a camera is one hit, however often it is read."""


@transaction.atomic
def compare(readings: Sequence[PlateReading], *, by: Who, at: datetime) -> list[int]:
    """Compare plates that were just read with what is live at their cameras; returns the hits made. Of what resembles nothing, nothing
    is kept here, nor is it written down that it was compared.
    """
    listed = queries.listed_plates((one.camera for one in readings), at)
    wanted = {code: [(entry, entry.said(), Window(entry.began_at, entry.ends_at)) for entry in entries] for code, entries in listed.items()}
    made = []
    for reading in readings:
        read_at = _moment(reading.at_ms, at)
        for entry, plate, window in wanted.get(reading.camera, ()):
            verdict, found = look(reading, plate, window, cost, at=read_at)
            if verdict is Look.HUMAN_FIRST and found is not None and reading.sure >= entry.threshold:
                made += _hit(reading, entry, found, read_at=read_at, by=by, at=at)
    return made


def _hit(reading: PlateReading, entry: queries.ListedPlate, found: Likeness, *, read_at: datetime, by: Who, at: datetime) -> list[int]:
    """The hit of a reading, unless the vehicle stands there already or the list was not live when it passed."""
    if not _may_hit(entry.entry, entry.activation, reading.camera, reading.id, read_at=read_at, at=at):
        return []
    read = {
        "plate": reading.plate.model_dump(), "sure": reading.sure, "fields": reading.fields.model_dump(),
        "alternatives": [{"plate": one.plate.model_dump(), "sure": one.sure} for one in reading.alternatives],
        "signs": [[one.read, one.listed] for one in found.signs], "province": found.province.value, "alternative": found.alternative,
        "vehicle": reading.vehicle, "colour": reading.colour, "source": reading.source,
    }  # fmt: skip
    hit = Hit(
        station=entry.station, kind=Kind.PLATE, entry_id=entry.entry, activation_id=entry.activation, camera=reading.camera,
        reading=reading.id, model=reading.model[:80], read_at=read_at, read=seal_facts(read, READ), edits=found.edits, likeness=found.cost,
        threshold=entry.threshold, quality=reading.sure, frames=reading.frames,
    )  # fmt: skip
    return [_keep(hit, crop=reading.crop, scene=reading.scene, by=by, at=at)]


@transaction.atomic
def take_candidate(candidate: FaceCandidate, *, by: Who, at: datetime) -> int | None:
    """Somebody who may be on a list; returns the hit. None: the list is not live there, or two frames did not agree over the threshold.

    What vision says is not believed: whether it was to be compared is asked again here, and once more by the database.
    """
    read_at = _moment(candidate.at_ms, at)
    entry = ListEntry.objects.filter(pk=candidate.entry, kind=Kind.FACE).first()
    camera = ActivationCamera.objects.filter(activation_id=candidate.activation, camera=candidate.camera).first()
    if entry is None or camera is None or candidate.score < camera.threshold or candidate.quality < rules.LEAST_QUALITY:
        return None
    if candidate.model != entry.model:
        return None
    if not _may_hit(entry.pk, candidate.activation, candidate.camera, candidate.id, read_at=read_at, at=at):
        return None
    hit = Hit(
        station=entry.station, kind=Kind.FACE, entry=entry, activation_id=candidate.activation, camera=candidate.camera,
        reading=candidate.id, model=candidate.model[:80], read_at=read_at, read=b"", likeness=candidate.score, threshold=camera.threshold,
        quality=candidate.quality, frames=candidate.frames,
    )  # fmt: skip
    return _keep(hit, crop=candidate.crop, scene=candidate.scene, by=by, at=at)


def _may_hit(entry: int, activation: int, camera: str, reading: UUID, *, read_at: datetime, at: datetime) -> bool:
    """Live when it passed, and live now; not yet known, and not the same one standing there."""
    if read_at > at or not all(queries.is_live(activation=activation, entry=entry, camera=camera, at=when) for when in (read_at, at)):
        return False
    near = Hit.objects.filter(entry=entry, camera=camera, read_at__gt=read_at - ONE_HIT_WITHIN, read_at__lt=read_at + ONE_HIT_WITHIN)
    return not near.exists() and not Hit.objects.filter(entry=entry, reading=reading).exists()


def _keep(hit: Hit, *, crop: bytes, scene: bytes, by: Who, at: datetime) -> int:
    """Write a hit with its pictures, its figure and the hour of its deletion; consoles hear that there is one."""
    activation = Activation.objects.get(pk=hit.activation_id)
    hit.purpose, hit.came_at, hit.delete_at = activation.purpose, at, at + rules.CANDIDATE_FOR
    hit.save(force_insert=True)
    HitPicture.objects.create(hit=hit, crop=seal_bytes(crop, CROP), scene=seal_bytes(scene, SCENE))
    HitFigure.objects.create(
        station=hit.station, camera=hit.camera, kind=hit.kind, purpose=hit.purpose, model=hit.model, at=hit.read_at,
        urgent=activation.urgent, hit=hit.pk,
    )  # fmt: skip
    _tell(hit, "hit.came", by=by, at=at, facts={"entry": hit.entry_id, "activation": hit.activation_id, "camera": hit.camera})
    return hit.pk


@transaction.atomic
def judge(hit_id: int, *, answer: str, reason: str, by: Who, at: datetime) -> ConfirmedHit | None:
    """One person compared both pictures and says what she saw, and why. Returns the confirmed hit once as many as are needed said "same".

    A face is compared by two, and both are asked whatever the first said: the second can not tell from being asked.

    Raises:
        NotFound: no such hit, or one that is gone. OutOfOrder: she has answered, or it is decided. SaysNoReason.
    """
    hit, words = _mine(hit_id, by, at), rules.reason(reason)
    if hit.state != Hit.State.WAITING or answer not in [one.value for one in Answer]:
        raise OutOfOrder
    if Judgement.objects.filter(hit=hit, officer__iexact=by.name).exists():
        raise OutOfOrder("You have answered already.", "ท่านตอบแล้ว")
    Judgement.objects.create(hit=hit, officer=by.name, answer=answer, reason=words, at=at)
    said = list(Judgement.objects.filter(hit=hit).order_by("at", "id").values_list("officer", "answer"))
    decided = rules.verdict(hit.kind, [one for _, one in said])
    # The answer itself is not in the open leaf of a face: whoever is to answer next may read the log.
    _tell(hit, "hit.judged", by=by, at=at, why=words if hit.kind == Kind.PLATE or decided is not None else "", facts={"nth": len(said)})
    if decided is None:
        return None
    return _decide(hit, decided, said, by=by, at=at)


def _decide(hit: Hit, same: bool, said: Sequence[tuple[str, str]], *, by: Who, at: datetime) -> ConfirmedHit | None:
    """The last answer is in: confirmed, it becomes an alert; refused, the camera may have to stop."""
    hit.decided_at = at
    if not same:
        hit.state = Hit.State.REFUSED
        hit.save(update_fields=["state", "decided_at"])
        wrong = any(answer == Answer.DIFFERENT for _, answer in said)
        HitFigure.objects.filter(hit=hit.pk).update(answer="false" if wrong else "unclear")
        _tell(hit, "hit.refused", by=by, at=at, facts={"answers": [list(one) for one in said]})
        check_tripwire(camera=hit.camera, kind=hit.kind, station=hit.station, by=by, at=at)
        return None
    hit.state, hit.delete_at, hit.alert = Hit.State.CONFIRMED, None, uuid4()
    hit.save(update_fields=["state", "decided_at", "delete_at", "alert"])
    HitFigure.objects.filter(hit=hit.pk).update(answer="true")
    made = confirmed(
        hit=hit.pk, alert=hit.alert, kind=hit.kind, purpose=hit.purpose, station=hit.station, camera=hit.camera, read_at=hit.read_at,
        officers=tuple(officer for officer, _ in said),
    )  # fmt: skip
    _tell(hit, "hit.confirmed", by=by, at=at, facts={"officers": list(made.officers), "alert": str(hit.alert)})
    _alert(made, by=by, at=at)
    return made


def _alert(made: ConfirmedHit, *, by: Who, at: datetime) -> int:
    """Put a confirmed hit on the one desk. It takes nothing but a ConfirmedHit, and names neither plate nor person."""
    place = places_of([made.camera])[made.camera]
    alert = Raised(
        id=made.alert, kind=f"{made.kind}_hit", station=made.station, zone=place.zone, device=made.camera, place_th=place.name_th,
        place_en=place.name_en, where=place.where, at=made.read_at, heard_at=at, facts={"hit": made.hit, "purpose": made.purpose},
    )  # fmt: skip
    return raise_alerts([alert], by=by, at=at)[made.alert]


@transaction.atomic
def correct(hit_id: int, *, plate: PlateSaid, why: str, by: Who, at: datetime) -> None:
    """Somebody reads the picture differently: her reading stands beside the first, which stays."""
    hit = _mine(hit_id, by, at)
    if hit.kind != Kind.PLATE:
        raise OutOfOrder
    Correction.objects.create(hit=hit, read=seal_facts(plate.model_dump(), READ), by=by.name, at=at, why=rules.reason(why))
    _tell(hit, "hit.corrected", by=by, at=at, why=rules.reason(why))


@transaction.atomic
def record_outcome(hit_id: int, *, found: str, independent_evidence: str = "", words: str = "", by: Who, at: datetime) -> None:
    """What came of a confirmed hit.

    Raises:
        SaysNoReason: an arrest without evidence that is independent of the match (invariant 8). OutOfOrder: it is not confirmed.
    """
    hit = _mine(hit_id, by, at)
    if hit.state != Hit.State.CONFIRMED or found not in [one.value for one in Found]:
        raise OutOfOrder
    evidence = rules.reason(independent_evidence) if found == Found.ARREST else independent_evidence.strip()[:240]
    Outcome.objects.create(hit=hit, found=found, independent_evidence=evidence, words=words.strip()[:240], by=by.name, at=at)
    if found == Found.WRONG:
        HitFigure.objects.filter(hit=hit.pk).update(answer="false")
        check_tripwire(camera=hit.camera, kind=hit.kind, station=hit.station, by=by, at=at)
    _tell(hit, "hit.outcome", by=by, at=at, facts={"found": found})


@transaction.atomic
def look_at_hit(hit_id: int, *, by: Who, at: datetime) -> None:
    """Somebody opened the card: on record before a picture is shown."""
    hit = _mine(hit_id, by, at)
    record(Act(actor=by.name, action="hit.looked", object=f"hit:{hit_id}", station=hit.station, at=at))


def _mine(hit_id: int, by: Who, at: datetime) -> Hit:
    """The hit, locked, if it is still there for this person at that moment."""
    hit = Hit.objects.select_for_update().filter(queries.visible(at), pk=hit_id).first()
    if hit is None:
        raise NotFound
    access.must_see_hits(by, station=hit.station)
    return hit


def _moment(ms: int, at: datetime) -> datetime:
    """When it passed. A camera's machine whose clock is a little ahead of ours saw it just now; one that is far ahead is not believed."""
    said = datetime.fromtimestamp(ms / 1000, UTC)
    return at if at < said <= at + EARLY else said


def _tell(hit: Hit, action: str, *, by: Who, at: datetime, why: str = "", facts: dict[str, object] | None = None) -> None:
    changed([Thing("hit", str(hit.pk), hit.station)])
    record(Act(actor=by.name, action=action, object=f"hit:{hit.pk}", station=hit.station, at=at, why=why, facts=facts or {}))
