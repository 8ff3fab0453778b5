"""A camera that somebody did not find where the register has it: whoever keeps the register decides, with one key."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from safetyzone.ground.officers.access import Who, must
from safetyzone.kernel.live import Thing, changed
from safetyzone.kernel.refusals import NotFound, OutOfOrder
from safetyzone.senses.cameras import access, health_actions
from safetyzone.senses.cameras.actions import retire_camera
from safetyzone.senses.cameras.models import Camera, Survey
from safetyzone.senses.cameras.survey_rules import Condition
from safetyzone.trust.audit.actions import Act, record

FOUND_AGAIN = "there"
"""Not a condition that a phone sends: it ends what was said from the pole."""


@transaction.atomic
def settle_gone(*, survey: UUID, gone: bool, by: Who, at: datetime) -> None:
    """Decide for good: it is gone and leaves the register, or it hangs there and counts again. Every such survey of it is settled.

    Raises:
        NotFound: no such survey, or not hers to know of. NotYours: she sees the register and does not keep it.
        OutOfOrder: it is decided already.
    """
    code = Survey.objects.filter(id=survey, condition=Condition.GONE).values_list("camera_id", flat=True).first()
    camera = Camera.objects.select_for_update().filter(code=code or "", retired_at=None).first()
    if camera is None or not access.may_see(by, station=camera.station):
        raise NotFound
    must(by, access.MANAGE, station=camera.station)
    waiting = Survey.objects.filter(camera=camera, condition=Condition.GONE, settled_at=None)
    if not waiting.filter(id=survey).exists():  # read after its camera was locked: two who decide at once come one after the other
        raise OutOfOrder("This has been decided already.", "มีผู้ตัดสินรายการนี้แล้ว")
    waiting.update(settled_at=at, settled_by=by.name)
    health_actions.stood_at(camera, condition=FOUND_AGAIN, by=by, at=at)
    if gone:
        retire_camera(code=camera.code, why="สำรวจแล้วไม่พบ · not found by a survey", by=by, at=at)
    changed([Thing("survey", str(survey), camera.station)])
    action = "survey.gone_confirmed" if gone else "survey.gone_refused"
    facts = {"survey": str(survey)}
    record(Act(actor=by.name, action=action, object=f"camera:{camera.code}", station=camera.station, at=at, facts=facts))
