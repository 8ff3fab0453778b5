"""The life of an order to a unit, as a table."""

from enum import StrEnum

from safetyzone.kernel.refusals import OutOfOrder


class State(StrEnum):
    """สถานะของคำสั่ง."""

    OFFERED = "offered"  # เสนองาน
    ACKNOWLEDGED = "acknowledged"  # รับทราบ
    EN_ROUTE = "en_route"  # กำลังไป
    ON_SCENE = "on_scene"  # ถึงแล้ว
    DONE = "done"  # เสร็จสิ้น
    DECLINED = "declined"  # รับงานไม่ได้
    SILENT = "silent"  # ไม่ตอบรับ
    STOOD_DOWN = "stood_down"  # ยกเลิกคำสั่ง


MAY_BECOME: dict[State, tuple[State, ...]] = {
    State.OFFERED: (State.ACKNOWLEDGED, State.DECLINED, State.SILENT, State.STOOD_DOWN),
    State.ACKNOWLEDGED: (State.EN_ROUTE, State.ON_SCENE, State.STOOD_DOWN, State.DONE),
    State.EN_ROUTE: (State.ON_SCENE, State.STOOD_DOWN, State.DONE),
    State.ON_SCENE: (State.DONE, State.STOOD_DOWN),
    # A late "I go" is welcome as long as nobody else was sent meanwhile.
    State.SILENT: (State.ACKNOWLEDGED,),
    State.DONE: (),
    State.DECLINED: (),
    State.STOOD_DOWN: (),
}

ACTIVE = frozenset({State.OFFERED, State.ACKNOWLEDGED, State.EN_ROUTE, State.ON_SCENE})


def check(now: State, then: State) -> None:
    """Refuse a step that the table does not have.

    Raises:
        OutOfOrder: the order's present state does not lead there.
    """
    if then not in MAY_BECOME[now]:
        raise OutOfOrder(
            "An order that is {now} may not become {then}.", "คำสั่งที่อยู่ในสถานะ {now} เปลี่ยนเป็น {then} ไม่ได้", now=now, then=then
        )


NEXT_STEP = {
    State.OFFERED: "acknowledge",
    State.ACKNOWLEDGED: "set_out",
    State.EN_ROUTE: "arrive",
    State.ON_SCENE: "finish",
}
"""The one big button of the patrol's phone, by the order's state."""
