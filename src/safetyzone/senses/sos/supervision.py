"""The loss of a pole is an alarm of its own: a pole that cannot be heard cannot call for help (EN 50136's pattern, SP5: 90 s)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from safetyzone.ground.officers.access import SYSTEM
from safetyzone.kernel.live import Thing, changed
from safetyzone.senses.alerts.actions import raise_alerts
from safetyzone.senses.alerts.news import Raised
from safetyzone.senses.sos.models import Pole
from safetyzone.senses.sos.pole_actions import pole_alert

LOST_AFTER = timedelta(seconds=75)
"""Three heartbeats of 20 s missed and one more that may be late; with a look every few seconds the loss shows within 90 s."""
TOGETHER_FROM = 3
"""So many poles of one zone lost in one look are one cause (power, a link, or our own ear), and one alarm with a list."""


@transaction.atomic
def due(at: datetime) -> int:
    """Mark and announce poles that have fallen silent; returns how many."""
    silent = list(
        Pole.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("zone")
        .filter(retired_at__isnull=True, lost_at__isnull=True, last_heard_at__lt=at - LOST_AFTER)
        .order_by("code")
    )
    if not silent:
        return 0
    Pole.objects.filter(code__in=[pole.code for pole in silent]).update(lost_at=at)
    alerts: list[Raised] = []
    for zone in sorted({pole.zone_id for pole in silent}):
        alerts.extend(_alerts_of_zone([pole for pole in silent if pole.zone_id == zone], at))
    raise_alerts(alerts, by=SYSTEM, at=at)
    changed(Thing("pole", pole.code, pole.zone.station_id) for pole in silent)
    return len(silent)


def _alerts_of_zone(poles: Sequence[Pole], at: datetime) -> list[Raised]:
    if len(poles) < TOGETHER_FROM:
        return [pole_alert(pole, "pole_lost", at, {"last_heard_at": _said(pole)}) for pole in poles]
    serving = Pole.objects.filter(zone_id=poles[0].zone_id, retired_at__isnull=True, last_heard_at__isnull=False).count()
    facts: dict[str, object] = {"poles": [pole.code for pole in poles], "of": serving, "all": serving == len(poles)}
    return [pole_alert(poles[0], "poles_lost", at, facts)]


def _said(pole: Pole) -> str:
    return pole.last_heard_at.isoformat() if pole.last_heard_at else ""
