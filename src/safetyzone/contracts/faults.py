"""What is wrong with a message, in both languages, without repeating what a stranger sent."""

from dataclasses import dataclass

from pydantic import ValidationError

_THAI = {
    "missing": "ไม่มีช่องนี้",
    "extra_forbidden": "ไม่รู้จักช่องนี้",
    "json_invalid": "ไม่ใช่ JSON ที่ถูกต้อง",
    "uuid_parsing": "ต้องเป็น UUID",
    "uuid_type": "ต้องเป็น UUID",
    "int_parsing": "ต้องเป็นจำนวนเต็ม",
    "int_type": "ต้องเป็นจำนวนเต็ม",
    "float_type": "ต้องเป็นตัวเลข",
    "finite_number": "ต้องเป็นตัวเลขที่มีค่าจำกัด",
    "string_type": "ต้องเป็นข้อความ",
    "string_too_long": "ข้อความยาวเกินไป",
    "string_pattern_mismatch": "รูปแบบไม่ถูกต้อง",
    "greater_than_equal": "ค่าน้อยเกินไป",
    "less_than_equal": "ค่ามากเกินไป",
    "less_than": "ค่ามากเกินไป",
    "timezone_aware": "เวลาต้องระบุเขตเวลา",
    "datetime_from_date_parsing": "เวลาไม่ถูกต้อง",
    "datetime_parsing": "เวลาไม่ถูกต้อง",
    "literal_error": "ค่านี้ไม่อยู่ในรายการที่กำหนด",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing wrong: which field, and why."""

    field: str
    en: str
    th: str


def first_fault(wrong: ValidationError) -> Fault:
    """The first field that is wrong. Values are left out: they are a stranger's, and may be hostile or personal."""
    fault = wrong.errors(include_input=False, include_url=False, include_context=False)[0]
    field = ".".join(str(part) for part in fault["loc"]) or "message"
    return Fault(field[:64], fault["msg"].partition(":")[0][:160], _THAI.get(fault["type"], "ค่าไม่ถูกต้อง"))


def too_long(limit: int) -> Fault:
    """More bytes than any honest message has."""
    return Fault("message", f"Longer than {limit} bytes", f"ยาวเกิน {limit} ไบต์")
