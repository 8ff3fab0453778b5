"""The closed lists of words of this room: what a list may be for, where a picture may come from, what a camera is like. Pure."""

from enum import StrEnum

Both = tuple[str, str]


class Kind(StrEnum):
    """What is compared."""

    PLATE = "plate"
    FACE = "face"


class Purpose(StrEnum):
    """What a list may be for. There is no "suspicious person", and none by what somebody is or believes (invariant 11)."""

    STOLEN_VEHICLE = "stolen_vehicle"
    HIT_AND_RUN = "hit_and_run"
    WARRANT = "warrant"
    MISSING = "missing"
    PROTECTED = "protected"


PURPOSE: dict[str, Both] = {
    "stolen_vehicle": ("รถที่ถูกลัก", "stolen vehicle"),
    "hit_and_run": ("ชนแล้วหนี", "hit and run"),
    "warrant": ("บุคคลตามหมายจับ", "arrest warrant"),
    "missing": ("คนหาย", "missing person"),
    "protected": ("คุ้มครองผู้เสียหาย", "protection of a victim"),
}
SEARCHED_FOR: dict[str, str] = {"stolen_vehicle": "stolen", "hit_and_run": "accident", "warrant": "wanted", "missing": "missing"}
"""What a hit of such a list is searched on for, in the words of ``sightings.terms``. Whom we protect we do not track."""
KIND: dict[str, Both] = {"plate": ("ป้ายทะเบียน", "plates"), "face": ("ใบหน้า", "faces")}


class ImageSource(StrEnum):
    """Where the picture of a face may come from. Nothing gathered from the web or social media (invariant 11)."""

    COURT_FILE = "court_file"
    CIVIL_REGISTER = "civil_register"
    CUSTODY = "custody"
    FAMILY = "family"
    CASE_CAMERA = "case_camera"


IMAGE_SOURCE: dict[str, Both] = {
    "court_file": ("สำนวนศาล", "the court's file"),
    "civil_register": ("ทะเบียนราษฎร", "civil register"),
    "custody": ("ภาพควบคุมตัว", "custody picture"),
    "family": ("ครอบครัวให้มา", "given by the family"),
    "case_camera": ("กล้องในคดี", "a camera of the case"),
}


class CameraClass(StrEnum):
    """What a camera's picture is like: accuracy is measured by it, and a camera without a class compares nothing."""

    GATE = "gate"
    STREET = "street"
    OVERVIEW = "overview"


CAMERA_CLASS: dict[str, Both] = {
    "gate": ("จุดผ่านระยะใกล้", "gate, near and frontal"),
    "street": ("ถนนระยะกลาง", "street, middle distance"),
    "overview": ("มุมกว้าง", "overview, far"),
}


class Answer(StrEnum):
    """What a person says who looked at both pictures."""

    SAME = "same"
    DIFFERENT = "different"
    CANNOT_TELL = "cannot_tell"


ANSWER: dict[str, Both] = {
    "same": ("ตรงกัน", "same"),
    "different": ("ไม่ตรง", "not the same"),
    "cannot_tell": ("บอกไม่ได้", "cannot tell"),
}


class Found(StrEnum):
    """What came of a confirmed hit."""

    ARREST = "arrest"
    STOPPED = "stopped"
    FOUND_SAFE = "found_safe"
    RECOVERED = "recovered"
    WRONG = "wrong"
    NOT_FOUND = "not_found"
    NO_ACTION = "no_action"


FOUND: dict[str, Both] = {
    "arrest": ("จับกุม", "arrest"),
    "stopped": ("หยุดตรวจ", "stopped and checked"),
    "found_safe": ("พบตัวปลอดภัย", "found safe"),
    "recovered": ("ได้รถคืน", "vehicle recovered"),
    "wrong": ("ผิดคันหรือผิดคน", "wrong vehicle or person"),
    "not_found": ("ไปแล้วไม่พบ", "not found"),
    "no_action": ("ไม่ดำเนินการ", "no action"),
}


class Place(StrEnum):
    """Where faces are compared only with a court's or prosecutor's reference (invariant 15)."""

    HOSPITAL = "hospital"
    COURT = "court"
    TEMPLE = "temple"
    PROTEST = "protest"
    POLLING = "polling"


PLACE: dict[str, Both] = {
    "hospital": ("โรงพยาบาล", "hospital"),
    "court": ("ศาล", "court"),
    "temple": ("งานวัด", "temple event"),
    "protest": ("การชุมนุม", "protest"),
    "polling": ("หน่วยเลือกตั้ง", "polling place"),
}
VEHICLE: dict[str, Both] = {
    "car": ("รถยนต์นั่งไม่เกิน 7 คน", "car"), "van": ("รถตู้ นั่งเกิน 7 คน", "van"), "pickup": ("กระบะ", "pick-up"),
    "motorcycle": ("จักรยานยนต์", "motorcycle"), "taxi": ("แท็กซี่", "taxi"), "hire": ("รถรับจ้าง", "vehicle for hire"),
    "tuktuk": ("สามล้อ", "tuk-tuk"), "rental": ("รถเช่าและทัศนาจร", "rental"), "trailer": ("รถพ่วง", "trailer"),
    "heavy": ("รถบรรทุกและโดยสารส่วนบุคคล", "truck or bus"), "heavy_hire": ("รถบรรทุกและโดยสารรับจ้าง", "truck or bus for hire"),
    "temporary": ("ป้ายแดง", "temporary plate"), "diplomatic": ("รถทูต", "diplomatic"),
}  # fmt: skip
"""``contracts.plates.VehicleClass``: what a plate's colours and letters say of the vehicle."""
