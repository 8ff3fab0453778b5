"""Whole lists at once: all of a list is entered or none of it, unless the person chooses the good rows."""

from datetime import datetime

from django.db import IntegrityError, connection, transaction

from safetyzone.ground.officers.access import Who, must
from safetyzone.ground.zones import queries as zones
from safetyzone.kernel.happenings import tell
from safetyzone.kernel.ids import new_id
from safetyzone.kernel.live import Thing, changed
from safetyzone.kernel.refusals import NotFound, OutOfOrder
from safetyzone.senses.cameras import access
from safetyzone.senses.cameras.addresses import hosts
from safetyzone.senses.cameras.models import Camera, CameraOwner
from safetyzone.senses.cameras.news import CameraChanged, SharingChanged
from safetyzone.senses.cameras.register.checking import Checked, Fate, Row, check, codes_in
from safetyzone.senses.cameras.register.sheet import Sheet
from safetyzone.senses.cameras.rows import known, values_of, zones_of
from safetyzone.trust.audit.actions import Act, record

A_BATCH = 500
_KEPT_ON_CHANGE = frozenset(
    ["code", "station", "added_at", "state", "state_since", "paused_at", "withdrawn_at", "credential", "surveyed_at", "retired_at"]
)
"""What no list may say: above all, that a withdrawn camera is shared again."""


class RowsRefused(OutOfOrder):
    """Some rows cannot stand, and nobody chose to go on without them: nothing was entered. ``checked`` says which and why."""

    code = "rows_refused"
    th = "มี {refused} แถวที่ใช้ไม่ได้ จึงยังไม่ได้นำเข้าแถวใดเลย"
    en = "{refused} rows cannot stand, so nothing was entered."

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        super().__init__(refused=checked.counts[Fate.REFUSED])


@transaction.atomic
def import_list(*, station: str, sheet: Sheet, sha256: str, only_good: bool = False, by: Who, at: datetime) -> Checked:
    """Enter a list: new codes are added, known ones changed where they differ, and one leaf of the audit log names the file.

    Args:
        sha256: of the file as it was given, for the audit log.
        only_good: enter the rows that can stand and leave the others out.

    Raises:
        RowsRefused: a row cannot stand and ``only_good`` is not set. BadFile: no list of cameras. NotYours: see ``access``.
    """
    must(by, access.MANAGE, station=station)
    if zones.station(station) is None:
        raise NotFound("There is no station {station}.", "ไม่พบสถานี {station}", station=station)
    with connection.cursor() as cursor:  # one list a station at a time: two could enter the same new owner
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"cameras:{station}"])
    register, held = known(station, codes=codes_in(sheet), lock=True)
    checked = check(sheet, register)
    if checked.of(Fate.REFUSED) and not only_good:
        raise RowsRefused(checked)
    owners = _owners(checked, station, at)
    try:
        with transaction.atomic():
            _add(checked.of(Fate.NEW), station, owners, at)
            _change(checked.of(Fate.CHANGED), station, held, owners, at)
    except IntegrityError as taken:
        raise OutOfOrder("Somebody entered one of these codes meanwhile; try again.", "มีผู้เพิ่มรหัสเดียวกันในขณะนี้ กรุณาลองใหม่") from taken
    _tell(checked, station, by, at)
    facts = {"sha256": sha256, "format": sheet.format.value, "rows": checked.counts}
    record(Act(actor=by.name, action="cameras.imported", object=f"cameras:{station}", station=station, at=at, facts=facts))
    return checked


def _owners(checked: Checked, station: str, at: datetime) -> dict[str, CameraOwner]:
    """Every owner that the list names, those that are new entered first."""
    wanted = {row.entry.owner: row.entry.owner_kind for row in checked.rows if row.entry is not None}
    found = {owner.name: owner for owner in CameraOwner.objects.filter(station=station, name__in=wanted)}
    new = [
        CameraOwner(id=new_id(), station=station, name=name, kind=kind, added_at=at)
        for name, kind in wanted.items()
        if name not in found
    ]
    CameraOwner.objects.bulk_create(new, batch_size=A_BATCH)
    return found | {owner.name: owner for owner in new}


def _add(rows: list[Row], station: str, owners: dict[str, CameraOwner], at: datetime) -> None:
    entries = [row.entry for row in rows if row.entry is not None]
    Camera.objects.bulk_create(
        [
            Camera(
                code=entry.code, station=station, zone_id=zone, owner=owners[entry.owner], state_since=at, added_at=at, changed_at=at,
                **values_of(entry),
            )
            for entry, zone in zip(entries, zones_of(station, entries), strict=True)
        ],
        batch_size=A_BATCH,
    )  # fmt: skip


def _change(rows: list[Row], station: str, held: dict[str, Camera], owners: dict[str, CameraOwner], at: datetime) -> None:
    """By upsert of rows that we hold locked: a tenth of the time of an UPDATE with a case a row."""
    entries = [row.entry for row in rows if row.entry is not None]
    elsewhere = []
    for entry, zone in zip(entries, zones_of(station, entries), strict=True):
        camera = held[entry.code]
        if hosts(entry.address, entry.sub_address) - hosts(camera.address, camera.sub_address):
            elsewhere.append(entry.code)
        for name, value in values_of(entry).items():
            setattr(camera, name, value)
        if camera.owner_id != owners[entry.owner].id:
            camera.slew_agreed_at = None  # another owner's yes
        camera.zone_id, camera.owner = zone, owners[entry.owner]
        camera.changed_at, camera.version = at, camera.version + 1
    fields = [f.name for f in Camera._meta.concrete_fields if f.name not in _KEPT_ON_CHANGE]
    Camera.objects.bulk_create(
        [held[entry.code] for entry in entries], batch_size=A_BATCH, update_conflicts=True, unique_fields=["code"], update_fields=fields
    )
    Camera.objects.filter(code__in=elsewhere).update(credential=b"")  # a password is not carried to another machine


def _tell(checked: Checked, station: str, by: Who, at: datetime) -> None:
    touched = [row for row in checked.rows if row.fate in {Fate.NEW, Fate.CHANGED}]
    changed(Thing("camera", row.code, station) for row in touched)
    if touched:
        tell(CameraChanged(codes=tuple(row.code for row in touched), station=station, by=by.name, at=at))
    sharing = {row.code for row in touched if {"tier", "live_radius_m", "contract_until"} & set(row.differs)}
    for camera in Camera.objects.filter(code__in=sharing):
        tell(
            SharingChanged(
                code=camera.code, station=station, tier=camera.tier, paused=camera.paused_at is not None,
                withdrawn=camera.withdrawn_at is not None, by=by.name, at=at,
            )
        )  # fmt: skip
