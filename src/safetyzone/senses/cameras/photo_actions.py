"""Photos of surveys end when their term is over. The rows go first, with an act on record; then every file that no row names."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Count, F, OuterRef, Q, Subquery

from safetyzone.ground.officers.access import Who
from safetyzone.kernel.settings import settings
from safetyzone.senses.cameras.models import Survey, SurveyPhoto
from safetyzone.senses.cameras.survey_photos import BEING_COPIED
from safetyzone.trust.audit.actions import Act, record

YOUNG = timedelta(days=1)
"""A file without a row may be so young that its survey is still being written."""
FORGOTTEN = "survey.photos_forgotten"


@transaction.atomic
def forget_photos(*, by: Who, at: datetime) -> int:
    """Delete photos whose survey came longer ago than ``survey_photo_days``; returns how many.

    The photos of the newest survey that has any stay for every camera in service: they show how it hangs. While a backup copies the
    folder nothing is deleted; the next night does it.
    """
    if not _alone():
        return 0
    days = settings().survey_photo_days
    newest = Survey.objects.filter(camera=OuterRef("survey__camera"), photos__isnull=False).order_by("-at", "-id").values("id")[:1]
    over = SurveyPhoto.objects.filter(survey__received_at__lt=at - timedelta(days=days)).annotate(newest=Subquery(newest))
    stay = Q(survey__camera__isnull=False, survey__camera__retired_at=None, survey_id=F("newest"))
    numbers = list(over.exclude(stay).values_list("id", flat=True))
    stations = list(SurveyPhoto.objects.filter(id__in=numbers).values("survey__station").annotate(photos=Count("id")).order_by())
    SurveyPhoto.objects.filter(id__in=numbers).delete()
    for one in stations:
        facts = {"photos": one["photos"], "days": days}
        station = one["survey__station"]
        record(Act(actor=by.name, action=FORGOTTEN, object=f"survey_photos:{station}", station=station, at=at, facts=facts))
    transaction.on_commit(lambda: _sweep(settings().state / "survey", at))
    return len(numbers)


def _alone() -> bool:
    """Until the end of this transaction no backup copies the folder; False: one does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", [BEING_COPIED])
        return bool(cursor.fetchone()[0])


@transaction.atomic
def _sweep(folder: Path, at: datetime) -> None:
    """Delete the files that no row names: of photos just forgotten, and of a process that died between the two."""
    if not _alone():
        return
    kept = set(SurveyPhoto.objects.values_list("file", flat=True))
    for file in _files(folder):
        if file.relative_to(folder).as_posix() not in kept and file.stat().st_mtime < (at - YOUNG).timestamp():
            file.unlink(missing_ok=True)


def _files(folder: Path) -> Iterator[Path]:
    return (file for file in sorted(folder.glob("*/*")) if file.is_file())
