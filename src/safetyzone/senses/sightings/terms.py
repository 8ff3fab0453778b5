"""What a search may be for, in the words of the page. Pure."""

from safetyzone.contracts.laws import LAWS
from safetyzone.contracts.vision import Paint
from safetyzone.senses.sightings.search_rules import FITS

Both = tuple[str, str]

PURPOSE: dict[str, Both] = {
    "stolen": ("ติดตามรถที่ถูกลัก", "a stolen vehicle"),
    "wanted": ("บุคคลตามหมายจับ", "an arrest warrant"),
    "missing": ("คนหาย", "a missing person"),
    "crime": ("รถที่ใช้ในการกระทำผิดของคดีนี้", "a vehicle used in this case's offence"),
    "accident": ("อุบัติเหตุ ชนแล้วหนี", "an accident, hit and run"),
}
LAW: dict[str, Both] = {law.value: (f"{one.th} · {one.about_th}", f"{one.en} · {one.about_en}") for law, one in LAWS.items()}
_NOT_SAID: Both = ("ไม่ได้ระบุ", "not said")
VEHICLE: dict[str, Both] = {
    "car": ("รถยนต์ กระบะ ตู้", "car, pick-up, van"), "motorcycle": ("จักรยานยนต์", "motorcycle"), "bus": ("รถโดยสาร", "bus"),
    "truck": ("รถบรรทุก", "truck"),
}  # fmt: skip
PAINT: dict[str, Both] = {
    Paint.WHITE: ("ขาว", "white"), Paint.GREY: ("เทา เงิน", "grey, silver"), Paint.BLACK: ("ดำ", "black"), Paint.RED: ("แดง", "red"),
    Paint.ORANGE: ("ส้ม", "orange"), Paint.BROWN: ("น้ำตาล", "brown"), Paint.YELLOW: ("เหลือง", "yellow"), Paint.GREEN: ("เขียว", "green"),
    Paint.BLUE: ("น้ำเงิน ฟ้า", "blue"), Paint.PINK: ("ชมพู ม่วง", "pink, purple"),
}  # fmt: skip
KIND: dict[str, Both] = {"car": ("รถยนต์", "car"), "motorcycle": ("จักรยานยนต์", "motorcycle"), "foot": ("เดินเท้า", "on foot")}


def laws() -> list[tuple[str, str, str, str]]:
    """Code, Thai, English, and the purposes for which it may be named, as a form's options need them."""
    return [(law.value, *LAW[law.value], " ".join(sorted(purposes))) for law, purposes in FITS.items()]


def ground(purpose: str, law: str) -> Both:
    """What a search is for and by which law, in one line."""
    what, by = PURPOSE[purpose], LAW.get(law, _NOT_SAID)
    return f"{what[0]} · {by[0]}", f"{what[1]} · {by[1]}"


def looks(kind: str, paint: str) -> Both:
    """A vehicle's kind and paint in a few words; empty where nothing is known of either."""
    both = [named for named in (VEHICLE.get(kind), PAINT.get(paint)) if named]
    return " · ".join(th for th, _ in both), " · ".join(en for _, en in both)
