"""How long a camera stays turned, how often it is tried, and the words of it. Pure."""

from datetime import datetime, timedelta

LONGEST = timedelta(minutes=30)
"""What a camera was hung up to watch goes unwatched meanwhile."""
HAND_FOR = timedelta(minutes=30)
"""Whoever takes a camera by hand and forgets it gives it back then."""
MOST = 4
"""Cameras that are turned to one incident."""
TRIES_TO_TURN, TRIES_HOME = 2, 8
LONGEST_WAIT_S = 120
SETTLES = timedelta(seconds=30)
"""After it came home its picture is not judged for so long: it may still be on its way."""

STATE: dict[str, tuple[str, str]] = {
    "wanted": ("กำลังหันไปที่เสา", "turning to the pole"),
    "turning": ("กำลังหันไปที่เสา", "turning to the pole"),
    "turned": ("หันมาเพื่อเหตุนี้", "turned for this incident"),
    "by_hand": ("เจ้าหน้าที่ควบคุมเอง", "an operator has it by hand"),
    "homeward": ("กำลังหันกลับที่เดิม", "turning back"),
    "home": ("หันกลับที่เดิมแล้ว", "looks where it looked before"),
    "failed": ("หันไปที่เสาไม่ได้", "could not be turned"),
    "lost": ("หันกลับที่เดิมไม่ได้", "does not come back"),
}
WHY_NOT: dict[str, tuple[str, str]] = {
    "no address": ("ไม่มีที่อยู่กล้อง", "it has no address"),
    "outside": ("อยู่นอกเครือข่ายกล้อง", "it is outside the camera networks"),
    "no answer": ("กล้องไม่ตอบ", "it does not answer"),
    "password": ("รหัสผ่านไม่ถูกต้อง", "its password is wrong"),
    "no motors": ("กล้องไม่มีบริการหัน (ONVIF PTZ)", "it offers no ONVIF PTZ"),
    "in use": ("มีผู้อื่นกำลังหันอยู่", "somebody else is moving it"),
    "no way": ("หันไปถึงจุดนี้ไม่ได้ และไม่มีตำแหน่งที่ตั้งไว้", "it does not reach that far, and no preset of it shows the pole"),
    "refused": ("กล้องไม่ยอมหัน", "it refuses to turn"),
    "not back": ("กล้องไม่กลับที่เดิม", "it does not arrive"),
    "terms": ("เจ้าของไม่ให้หันแล้ว", "its owner does not let it be turned any more"),
}
"""Why it did not turn."""
WHY_HOME: dict[str, tuple[str, str]] = {
    "closed": ("เหตุปิดแล้ว", "the incident is over"),
    "too long": ("ครบเวลา", "its time is over"),
    "terms": WHY_NOT["terms"],
    "given back": ("เจ้าหน้าที่คืนกล้อง", "an operator gave it back"),
}
NOT_AGAIN = frozenset({"failed", "lost", "too long", "given back"})
"""Of statuses and reasons: for the same incident such a camera is not turned a second time."""


def next_try(tries: int, at: datetime) -> datetime:
    """Two seconds after the first failure, then each time twice as long."""
    return at + timedelta(seconds=min(2**tries, LONGEST_WAIT_S))


def words(status: str, why: str) -> tuple[str, str]:
    """Thai and English, with the reason where something went wrong."""
    th, en = STATE[status]
    reason = WHY_NOT.get(why) if status in {"failed", "lost"} else None
    return (f"{th}: {reason[0]}", f"{en}: {reason[1]}") if reason else (th, en)
