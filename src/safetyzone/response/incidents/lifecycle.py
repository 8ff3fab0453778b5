"""The life of an incident, as a table. Buttons, guards, the diagram in the docs and the tests are made from it."""

from enum import StrEnum

from safetyzone.kernel.refusals import OutOfOrder


class Status(StrEnum):
    """สถานะของเหตุ."""

    NEW = "new"  # เหตุใหม่
    ANSWERED = "answered"  # รับเหตุแล้ว
    VERIFIED = "verified"  # ยืนยันเหตุแล้ว
    ASSIGNED = "assigned"  # สั่งการแล้ว
    EN_ROUTE = "en_route"  # กำลังเดินทาง
    ON_SCENE = "on_scene"  # ถึงที่เกิดเหตุ
    RESOLVED = "resolved"  # ระงับเหตุแล้ว
    FALSE_PRESS = "false_press"  # กดผิดหรือกดเล่น
    TEST = "test"  # ทดสอบ
    DUPLICATE = "duplicate"  # ซ้ำกับเหตุอื่น
    CLOSED = "closed"  # ปิดเหตุ


_JUDGED = (Status.FALSE_PRESS, Status.TEST, Status.DUPLICATE)

MAY_BECOME: dict[Status, tuple[Status, ...]] = {
    Status.NEW: (Status.ANSWERED, Status.ASSIGNED, Status.DUPLICATE),
    Status.ANSWERED: (Status.NEW, Status.VERIFIED, Status.ASSIGNED, Status.RESOLVED, *_JUDGED),
    Status.VERIFIED: (Status.ASSIGNED, Status.RESOLVED, *_JUDGED),
    Status.ASSIGNED: (Status.EN_ROUTE, Status.ON_SCENE, Status.NEW, Status.ANSWERED, Status.VERIFIED, Status.RESOLVED, *_JUDGED),
    Status.EN_ROUTE: (Status.ON_SCENE, Status.ASSIGNED, Status.NEW, Status.ANSWERED, Status.VERIFIED, Status.RESOLVED, *_JUDGED),
    Status.ON_SCENE: (Status.RESOLVED, Status.ANSWERED, Status.VERIFIED, *_JUDGED),
    Status.RESOLVED: (Status.CLOSED, Status.ANSWERED),
    Status.FALSE_PRESS: (Status.CLOSED, Status.ANSWERED),
    Status.TEST: (Status.CLOSED, Status.ANSWERED),
    # Undoing a join gives back the status that the incident had; the timeline remembers which.
    Status.DUPLICATE: (Status.NEW, Status.ANSWERED, Status.VERIFIED, Status.ASSIGNED, Status.EN_ROUTE, Status.ON_SCENE),
    Status.CLOSED: (),
}

OPEN = frozenset(MAY_BECOME) - {Status.CLOSED, Status.DUPLICATE}
"""Still on somebody's desk."""

UNANSWERED = frozenset({Status.NEW})


def check(now: Status, then: Status) -> None:
    """Refuse a step that the table does not have.

    Raises:
        OutOfOrder: the incident's present status does not lead there.
    """
    if then not in MAY_BECOME[now]:
        raise OutOfOrder(
            "An incident that is {now} may not become {then}.", "เหตุที่อยู่ในสถานะ {now} เปลี่ยนเป็น {then} ไม่ได้", now=now, then=then
        )
