"""The life of a work order, as a table."""

from enum import StrEnum

from safetyzone.kernel.refusals import OutOfOrder


class Status(StrEnum):
    """สถานะของใบสั่งงาน."""

    ORDERED = "ordered"  # สั่งแล้ว
    DONE = "done"  # ผู้รับงานแจ้งว่าเสร็จ
    CONFIRMED = "confirmed"  # สำรวจยืนยันแล้ว
    REFUSED = "refused"  # ผู้รับงานไม่รับ
    CANCELLED = "cancelled"  # ยกเลิก


MAY_BECOME: dict[Status, tuple[Status, ...]] = {
    # A survey may confirm what nobody reported as done: the street has changed either way.
    Status.ORDERED: (Status.DONE, Status.CONFIRMED, Status.REFUSED, Status.CANCELLED),
    Status.DONE: (Status.CONFIRMED, Status.ORDERED, Status.CANCELLED),
    Status.CONFIRMED: (),
    Status.REFUSED: (),
    Status.CANCELLED: (),
}

OPEN = frozenset({Status.ORDERED, Status.DONE})


def check(now: Status, then: Status) -> None:
    """Refuse a step that the table does not have.

    Raises:
        OutOfOrder: the order's present state does not lead there.
    """
    if then not in MAY_BECOME[now]:
        raise OutOfOrder(
            "Work that is {now} may not become {then}.", "ใบสั่งงานที่อยู่ในสถานะ {now} เปลี่ยนเป็น {then} ไม่ได้", now=now, then=then
        )
