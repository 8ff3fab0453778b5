"""The life of an export of evidence, as a table."""

from enum import StrEnum

from safetyzone.kernel.refusals import OutOfOrder


class State(StrEnum):
    """สถานะของการส่งออกพยานหลักฐาน."""

    ASKED = "asked"  # รอผู้อนุมัติคนที่สอง
    WAITING = "waiting"  # รอทำ
    RUNNING = "running"  # กำลังทำ
    STOPPED = "stopped"  # หยุดไว้
    FAILED = "failed"  # ทำไม่สำเร็จ
    DONE = "done"  # พร้อมส่งมอบ
    REFUSED = "refused"  # ไม่อนุมัติ
    DELETED = "deleted"  # ลบแล้ว


MAY_BECOME: dict[State, tuple[State, ...]] = {
    State.ASKED: (State.WAITING, State.REFUSED),
    State.WAITING: (State.RUNNING, State.STOPPED),
    # A process that died leaves it running: it waits again, and goes on with what lies there finished.
    State.RUNNING: (State.DONE, State.STOPPED, State.FAILED, State.WAITING),
    State.STOPPED: (State.WAITING, State.DELETED),
    State.FAILED: (State.WAITING, State.DELETED),
    State.DONE: (State.DELETED,),
    State.REFUSED: (),
    State.DELETED: (),
}

UNDER_WAY = frozenset({State.ASKED, State.WAITING, State.RUNNING})
"""An item with such an export is not released: first it is finished, stopped or refused."""


def check(now: State, then: State) -> None:
    """Refuse a step that the table does not have.

    Raises:
        OutOfOrder: the export's present state does not lead there.
    """
    if then not in MAY_BECOME[now]:
        raise OutOfOrder(
            "An export that is {now} may not become {then}.", "การส่งออกที่อยู่ในสถานะ {now} เปลี่ยนเป็น {then} ไม่ได้", now=now, then=then
        )
