"""What the pages of looking back say in scripts, in both languages. A template asks for all of them in the reader's."""

from collections.abc import Mapping

Both = tuple[str, str]

PLAYBACK: Mapping[str, Both] = {
    "not_recorded": ("ไม่ได้บันทึก", "not recorded"),
    "before": ("ก่อน", "before"),
    "after": ("หลัง", "after"),
    "jumped": ("ข้ามช่วงที่ไม่ได้บันทึก", "Jumped over what was not recorded:"),
    "no_more": ("ไม่มีภาพหลังจาก", "No recording after"),
    "metres": ("ม.", "m"),
    "arrives": ("เดินถึง", "arrive"),
    "seconds": ("วินาที", "s"),
    "minutes": ("นาที", "min"),
    "make_main": ("ดูเป็นภาพหลัก", "Show large"),
    "remove": ("เอาออก", "Take away"),
    "lost": ("โหลดภาพไม่ได้ กำลังลองใหม่", "The picture cannot be loaded; trying again."),
    "away": ("ติดต่อระบบไม่ได้", "The server cannot be reached."),
    "locked": ("เก็บเป็นหลักฐานแล้ว หมายเลข", "Locked as evidence, number"),
    "open_it": ("เปิดดู", "open it"),
    "nothing_here": ("ไม่มีเหตุหรือที่คั่นในช่วงนี้", "No incident and no bookmark in this time."),
    "cannot_read": ("อ่านเวลาไม่ได้", "This is not a time."),
    "future": ("ยังไม่ถึงเวลานั้น", "not yet"),
    "bookmarked": ("คั่นไว้แล้วที่", "Bookmarked at"),
    "choose_first": ("กด I ที่จุดเริ่มและ O ที่จุดจบก่อน", "Press I where it begins and O where it ends first."),
    "incident": ("เหตุ", "incident"),
}
REVIEW: Mapping[str, Both] = {
    "left": ("เหลือ", "left"),
    "reviewed": ("ตรวจแล้ว", "reviewed"),
    "no_picture": ("ไม่มีภาพบันทึก", "no recording"),
    "no_camera": ("ไม่มีกล้องที่เห็นจุดนี้", "No camera sees this spot."),
    "nothing": ("ไม่มีรายการในวันนี้", "Nothing on this day"),
    "s": ("วินาที", "s"),
    "min": ("นาที", "min"),
    "an_hour": ("รายการต่อชั่วโมง", "an hour"),
    "footage": ("มีภาพ", "has footage"),
    "all_done": ("ตรวจครบแล้ว", "All reviewed"),
    "useful": ("มีประโยชน์", "useful"),
    "false": ("ผิด", "false"),
    "not_ours": ("ไม่ใช่งานเรา", "not ours"),
    "chosen": ("เลือก", "chosen"),
    "away": ("ติดต่อระบบไม่ได้", "The server cannot be reached."),
}
VERDICT: Mapping[str, Both] = {code: REVIEW[code] for code in ("useful", "false", "not_ours")}
FAULT: Mapping[str, Both] = {
    "offline": ("กล้องไม่ตอบ", "camera does not answer"),
    "moved": ("กล้องถูกหัน", "camera was turned"),
    "blurred": ("ภาพเบลอ", "picture is blurred"),
    "dark": ("ภาพมืด", "picture is dark"),
    "masked": ("กล้องถูกบัง", "camera is covered"),
    "broken": ("กล้องชำรุด", "camera is broken"),
    "gone": ("ไม่พบกล้อง", "camera is gone"),
    "no_picture": ("กล้องไม่มีภาพ", "camera shows no picture"),
}
ACTIVITY: Both = ("มีความเคลื่อนไหว", "movement")


def said(table: Mapping[str, Both], language: str) -> dict[str, str]:
    """A table in one language."""
    return {code: pick(both, language) for code, both in table.items()}


def pick(both: Both, language: str) -> str:
    """The words of a pair for a reader."""
    return both[1] if language.startswith("en") else both[0]
