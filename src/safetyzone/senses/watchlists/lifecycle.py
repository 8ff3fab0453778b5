"""The life of an entry of a list, and of an activation on cameras, as a table."""

from enum import StrEnum

from safetyzone.kernel.refusals import OutOfOrder


class State(StrEnum):
    """การอนุมัติรายการและการเปิดใช้บัญชีเฝ้าดู."""

    ASKED = "asked"  # รอผู้อนุมัติ
    URGENT = "urgent"  # เปิดใช้ฉุกเฉิน รอผู้อนุมัติ
    APPROVED = "approved"  # อนุมัติแล้ว
    REFUSED = "refused"  # ไม่อนุมัติ
    STOPPED = "stopped"  # หยุดแล้ว


MAY_BECOME: dict[State, tuple[State, ...]] = {
    # Only an activation may be urgent: one person begins it where a life is in danger, and another must agree within a day.
    State.ASKED: (State.URGENT, State.APPROVED, State.REFUSED),
    State.URGENT: (State.APPROVED, State.STOPPED),
    State.APPROVED: (State.STOPPED,),
    State.REFUSED: (),
    State.STOPPED: (),
}


def check(now: State, then: State) -> None:
    """Refuse a step that the table does not have.

    Raises:
        OutOfOrder: the present state does not lead there.
    """
    if then not in MAY_BECOME[now]:
        raise OutOfOrder("What is {now} may not become {then}.", "สถานะ {now} เปลี่ยนเป็น {then} ไม่ได้", now=now, then=then)
