"""What a camera's alerts were found to be, counted for the tripwire and for the pages that show it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from safetyzone.senses.watchlists.models import CameraSuspension, HitFigure, SeenCount
from safetyzone.senses.watchlists.rules import Tally
from safetyzone.senses.watchlists.terms import Kind

BANGKOK = ZoneInfo("Asia/Bangkok")


def tally_of(camera: str, kind: str, at: datetime) -> Tally:
    """What a camera's alerts were found to be: today in Bangkok, in 7 and in 30 days; counted since it was last set going again."""
    lifted = CameraSuspension.objects.filter(camera=camera, kind=kind, lifted_at__lte=at).order_by("-lifted_at").first()
    since = lifted.lifted_at if lifted and lifted.lifted_at else at - timedelta(days=3650)
    midnight = at.astimezone(BANGKOK).replace(hour=0, minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FILTER (WHERE answer = 'false' AND at >= %(midnight)s),
                count(*) FILTER (WHERE answer IN ('true', 'false') AND at > %(week)s),
                count(*) FILTER (WHERE answer = 'false' AND at > %(week)s),
                count(*) FILTER (WHERE answer = 'false' AND at > %(month)s)
            FROM watchlists_hitfigure WHERE camera = %(camera)s AND kind = %(kind)s AND at > %(since)s AND at <= %(at)s
            """,
            {
                "camera": camera, "kind": kind, "midnight": midnight, "week": at - timedelta(days=7), "month": at - timedelta(days=30),
                "since": since, "at": at,
            },
        )  # fmt: skip
        false_today, judged, false_week, false_month = cursor.fetchone()
    days = SeenCount.objects.filter(camera=camera, kind=kind, day__gt=(max(since, at - timedelta(days=30))).astimezone(BANGKOK).date())
    seen = sum(days.values_list("seen", flat=True)) if kind == Kind.FACE else 0
    return Tally(false_today, judged, false_week, seen, false_month)


def false_share(camera: str, kind: str, at: datetime) -> tuple[int, int, float | None]:
    """(false, judged, their share) of a camera's alerts in 30 days; no share where none was judged."""
    found = HitFigure.objects.filter(camera=camera, kind=kind, at__gt=at - timedelta(days=30), at__lte=at)
    judged = found.filter(answer__in=["true", "false"]).count()
    false = found.filter(answer="false").count()
    return false, judged, false / judged if judged else None
