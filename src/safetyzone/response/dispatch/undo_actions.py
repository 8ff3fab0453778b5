"""Taking back what a person did a moment ago: only while nobody has acted on it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from safetyzone.ground.officers.access import Who
from safetyzone.kernel.refusals import OutOfOrder
from safetyzone.response.dispatch.actions import stand_down
from safetyzone.response.dispatch.holding import hold, hold_unit
from safetyzone.response.dispatch.lifecycle import State
from safetyzone.response.dispatch.models import Dispatch, Unit
from safetyzone.response.dispatch.unit_actions import set_duty

UNDONE = "undo"
"""The reason that is recorded."""


@transaction.atomic
def take_back(*, dispatch_id: UUID, by: Who, at: datetime) -> Dispatch:
    """An order that was given by mistake is stood down. Safe to repeat.

    Raises:
        OutOfOrder: the unit has answered already; to call off officers who ride is a decision of its own, with a reason.
    """
    order = hold(dispatch_id, by=by).order
    if order.state not in (State.OFFERED, State.STOOD_DOWN):
        raise OutOfOrder(
            "{unit} has answered already. To call it off, stand it down with a reason.",
            "{unit} ตอบแล้ว ถ้าต้องการยกเลิก ให้ยกเลิกคำสั่งพร้อมเหตุผล", unit=order.unit_id,
        )  # fmt: skip
    return stand_down(dispatch_id=dispatch_id, why=UNDONE, by=by, at=at)


@transaction.atomic
def undo_duty(*, call_sign: str, made: str, before: str, by: Who, at: datetime) -> Unit:
    """A unit's duty is what it was. Safe to repeat. A place forgotten when it went off comes back with its phone's next word.

    Raises:
        OutOfOrder: somebody changed it again meanwhile, or it has a job in hand.
    """
    unit = hold_unit(call_sign)
    if unit.duty not in (made, before):
        raise OutOfOrder("{unit} was changed again meanwhile.", "{unit} เปลี่ยนสถานะไปแล้วอีกครั้ง", unit=call_sign)
    return set_duty(call_sign=call_sign, duty=before, by=by, at=at)
