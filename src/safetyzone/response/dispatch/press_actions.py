"""A button pressed on a patrol's phone counts once, however often the phone sends it."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from safetyzone.ground.officers.access import Who
from safetyzone.kernel.refusals import NotYours
from safetyzone.response.dispatch.models import PatrolPress


def press_once(
    *, key: UUID, button: str, pressed_at: datetime, deed: Callable[[], object], by: Who, at: datetime
) -> bool:  # fmt: skip
    """Do the deed and remember its key in one transaction; False when this press was heard before. A refused deed leaves no key.

    Raises:
        NotYours: the key belongs to another officer's press. And whatever the deed refuses.
    """
    if by.officer_id is None:
        raise NotYours
    try:
        with transaction.atomic():
            # The key first: of two sendings at once the second waits here until the first is done, and then finds it.
            PatrolPress.objects.create(
                key=key, officer_id=by.officer_id, button=button, pressed_at=min(pressed_at, at), heard_at=at
            )
            deed()
    except IntegrityError:
        known = PatrolPress.objects.filter(key=key).first()
        if known is None:  # not our key, then: the deed's own fault, and no answer of ours
            raise
        if known.officer_id != by.officer_id:
            raise NotYours from None
        return False
    return True
