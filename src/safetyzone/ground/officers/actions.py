"""The only writers of officers and their duties. Each act is in the audit log, without real names."""

from datetime import datetime

from django.db import transaction

from safetyzone.ground.officers.access import Who
from safetyzone.ground.officers.models import Officer
from safetyzone.trust.audit.actions import Act, record


@transaction.atomic
def choose_language(*, language: str, by: Who, at: datetime) -> None:
    """The officer's own choice of ``th`` or ``en``, for every screen she opens from now on."""
    officer = Officer.objects.select_for_update().get(pk=by.officer_id)
    if officer.language == language:
        return
    officer.language = language
    officer.save(update_fields=["language"])
    record(Act(
        actor=by.name, action="officer.language_chosen", object=f"officer:{officer.pk}", station=officer.station_id or "",
        at=at, facts={"language": language},
    ))
