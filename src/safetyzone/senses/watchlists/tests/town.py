"""A station with two chains of command, cameras, a case, evaluations and lists: for this room's tests and for the proof."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import numpy as np

from safetyzone.contracts.vision import Alternative, FaceCandidate, FieldsSure, PlateReading, PlateSaid
from safetyzone.ground.officers import queries as officers
from safetyzone.ground.officers.access import SYSTEM, Who
from safetyzone.ground.officers.models import Duty, Officer, Posting
from safetyzone.senses.cameras.models import Camera, CameraOwner
from safetyzone.senses.watchlists import accuracy_actions, actions, activation_actions, list_actions, ports
from safetyzone.senses.watchlists.activation_actions import Switch
from safetyzone.senses.watchlists.list_actions import Photo, Wanted
from safetyzone.senses.watchlists.models import LegalBasis
from safetyzone.trust.cases import actions as cases

AT = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOON = AT + timedelta(minutes=3)
STATION, OTHER = "lumphini", "huai-khwang"
BKK = "กรุงเทพมหานคร"
MODEL = "sface-test-1a2b3c4d"
ALL_DUTIES = "see_room see_cameras keep_cases make_lists approve_lists judge_hits check_accuracy stop_matching answer close dispatch"


class FacesInMemory:
    """An embedder that makes the photo's first bytes into a vector: twin of the real one. ``b"none"`` shows no face, ``b"two"`` two."""

    def embed(self, photo: bytes) -> ports.Embedding | None:
        if photo.startswith(b"none"):
            return None
        vector = np.random.default_rng(int.from_bytes(photo[:8], "little")).standard_normal(128).astype("<f4")
        unit = (vector / np.linalg.norm(vector)).astype("<f4").tobytes()
        return ports.Embedding(unit, 0.2 if photo.startswith(b"poor") else 0.9, MODEL, faces=2 if photo.startswith(b"two") else 1)


def person(name: str, home: str = STATION, *, may: str = ALL_DUTIES, at: datetime = AT) -> Who:
    """An officer of ``home`` with permissions at the station of these tests."""
    duty, _ = Duty.objects.get_or_create(
        code=f"x-{abs(hash(may)) % 10**8}", defaults={"name_th": "ก", "name_en": "x", "permissions": may.split()}
    )
    officer = Officer.objects.create(username=name, station_id=home)
    Posting.objects.create(officer=officer, duty=duty, station_id=STATION, valid_from=at - 400 * DAY, given_by="test")
    return officers.who(officer, at=at)


def camera(code: str, *, lon: float = 100.54, lat: float = 13.73) -> None:
    owner, _ = CameraOwner.objects.get_or_create(station=STATION, name="สน.", defaults={"id": uuid4(), "kind": "police", "added_at": AT})
    Camera.objects.create(
        code=code,
        station=STATION,
        owner=owner,
        name_th=f"กล้อง {code}",
        name_en=f"Camera {code}",
        lon=lon,
        lat=lat,
        height_m=4,
        azimuth_deg=0,
        tilt_deg=10,
        hfov_deg=80,
        width_px=1920,
        height_px=1080,
        state_since=AT,
        added_at=AT,
        changed_at=AT,
        tier="always",
    )


def basis(code: str, kind: str, purpose: str, offences: list[str], *, needs_court: bool = False) -> int:
    found, _ = LegalBasis.objects.get_or_create(
        code=code,
        version=1,
        defaults={
            "kind": kind,
            "purpose": purpose,
            "law_th": "กฎหมายทดสอบ",
            "law_en": "a law for tests",
            "offences": offences,
            "needs_court": needs_court,
            "longest_days": 90,
            "valid_from": AT - 400 * DAY,
        },
    )
    return found.pk


def evaluation(kind: str, by: Who, *, camera_class: str = "street", at: datetime = AT, threshold: float = 0.5) -> int:
    figures = {
        "kind": kind,
        "model": MODEL,
        "camera_class": camera_class,
        "evaluated_at": at - DAY,
        "threshold": threshold,
        "passages": 400,
        "missed": 12,
        "strangers": 100_000,
        "false_matches": 2,
        "groups": {"day": 0.98, "night": 0.94},
        "test_set": "ชุดทดสอบจำลอง 1",
    }
    return accuracy_actions.enter_evaluation(station=STATION, figures=figures, by=by, at=at)


@dataclass
class Town:
    """The people and the papers."""

    asks: Who
    approves: Who
    outside: Who
    judge: Who
    second: Who
    cameras: list[str] = field(default_factory=list)
    case: str = "412/2569"
    case_id: int = 0
    bases: dict[str, int] = field(default_factory=dict)

    def make(self, name: str = "stolen", *, at: datetime = AT, lasts: timedelta = 60 * DAY) -> int:
        return list_actions.make_list(
            station=STATION,
            basis_id=self.bases[name],
            name_th=f"บัญชี {name}",
            name_en=name,
            who="มีคดีและคำร้องทุกข์",
            where="ทั้งเขต",
            expires_at=at + lasts,
            by=self.asks,
            at=at,
        )

    def wanted(self, list_id: int, *, at: datetime = AT, lasts: timedelta = DAY, **more) -> Wanted:
        said = {"list_id": list_id, "case": self.case, "reason": "ลักรถหน้าตลาด", "expires_at": at + lasts, "subject": "ผู้เสียหายรายหนึ่ง"}
        return Wanted(**(said | more))

    def plate(self, list_id: int, plate: PlateSaid | None = None, *, at: datetime = AT, approved: bool = True, **more) -> int:
        made = list_actions.ask_plate(wanted=self.wanted(list_id, at=at, **more), plate=plate or said(), by=self.asks, at=at)
        if approved:
            list_actions.approve_entry(entry_id=made, no_relation=True, by=self.approves, at=at)
        return made

    def face(self, list_id: int, content: bytes = b"12345678", *, at: datetime = AT, approved: bool = True, **more) -> int:
        photo = Photo(content=content, source="court_file")
        wanted = self.wanted(list_id, at=at, **({"warrant": "ศาลอาญา 77/2569"} | more))
        made = list_actions.ask_face(wanted=wanted, photo=photo, by=self.asks, at=at)
        if approved:
            list_actions.approve_entry(entry_id=made, no_relation=True, by=self.outside, at=at)
        return made

    def switch(self, list_id: int, *, at: datetime = AT, lasts: timedelta = DAY, cameras: list[str] | None = None, **more) -> Switch:
        said = {"reason": "รถผ่านย่านนี้บ่อย", "dpia": "DPIA-7/2569", "court": ""} | more
        return Switch(list_id=list_id, cameras=cameras or self.cameras, starts_at=at, ends_at=at + lasts, **said)

    def on(self, list_id: int, *, by: Who | None = None, at: datetime = AT, **more) -> int:
        made = activation_actions.activate(switch=self.switch(list_id, at=at, **more), by=self.asks, at=at)
        activation_actions.approve(activation_id=made, no_relation=True, by=by or self.outside, at=at)
        return made


def said(series: str = "6กพ", number: str = "7414", province: str = BKK) -> PlateSaid:
    return PlateSaid(series=series, number=number, province=province, vehicle_class="car")


def reading(
    code: str = "C1", plate: PlateSaid | None = None, *, at: datetime = AT, accepted: bool = True, sure: float = 0.97, others=()
) -> PlateReading:
    ms = int(at.timestamp() * 1000)
    return PlateReading(
        id=uuid4(),
        camera=code,
        at_ms=ms,
        first_ms=ms - 400,
        last_ms=ms + 400,
        track="7",
        plate=plate or said(),
        sure=sure,
        accepted=accepted,
        fields=FieldsSure(series=0.98, number=0.99, province=0.95),
        frames=5,
        box=(4, 4, 90, 40),
        vehicle="car",
        crop=b"crop",
        scene=b"scene",
        alternatives=tuple(Alternative(plate=one, sure=share) for one, share in others),
        model="reader-1",
    )


def candidate(
    entry: int, activation: int, *, code: str = "C1", at: datetime = AT, score: float = 0.71, id: UUID | None = None, **more
) -> FaceCandidate:
    said = {"model": MODEL, "quality": 0.8, "frames": 2} | more
    return FaceCandidate(
        id=id or uuid4(),
        camera=code,
        at_ms=int(at.timestamp() * 1000),
        track="9",
        activation=activation,
        entry=entry,
        score=score,
        threshold=0.5,
        box=(1, 1, 50, 50),
        scene=b"scene",
        crop=b"crop",
        **said,
    )


def passes(*readings: PlateReading, at: datetime = SOON) -> list[int]:
    """What passes is compared; returns the hits."""
    return actions.compare(list(readings), by=SYSTEM, at=at)


def hit_of(*, at: datetime = SOON, code: str = "C1") -> int:
    """The listed plate passes."""
    return passes(reading(code, at=at), at=at)[0]


def a_town(*, at: datetime = AT) -> Town:
    """Everything that must be there before anything is compared."""
    ports.use(FacesInMemory)
    town = Town(person("asks"), person("approves"), person("outside", OTHER), person("judge"), person("second"))
    for number, code in enumerate(("C1", "C2"), start=1):
        camera(code, lon=100.54 + number * 0.002)
        accuracy_actions.describe_camera(
            camera=code, camera_class="street", people_a_day=4000, vehicles_a_day=9000, by=town.judge, at=at - 2 * DAY
        )
        town.cameras.append(code)
    for kind in ("plate", "face"):
        evaluation(kind, town.judge, at=at)
    town.case_id = cases.open_case(number=town.case, unit=STATION, offence="vehicle_theft", officers=["asks"], by="asks", at=at - DAY)
    cases.open_case(number="77/2569", unit=STATION, offence="warrant", officers=["asks"], by="asks", at=at - DAY)
    cases.open_case(number="78/2569", unit=STATION, offence="missing", officers=["asks"], by="asks", at=at - DAY)
    every = ["vehicle_theft", "warrant", "missing", "robbery"]
    for code, kind, purpose in (
        ("stolen", "plate", "stolen_vehicle"),
        ("warrant", "face", "warrant"),
        ("missing", "face", "missing"),
        ("lost-car", "plate", "missing"),
    ):
        town.bases[code] = basis(code, kind, purpose, every)
    return town
