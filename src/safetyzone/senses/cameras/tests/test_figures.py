"""The trend: a figure is kept when it has changed, and only then."""

from datetime import timedelta

import pytest

from safetyzone.ground.officers.access import COMMAND_LINE, SYSTEM
from safetyzone.ground.zones.actions import load_ground
from safetyzone.senses.cameras import figures_queries
from safetyzone.senses.cameras import standing as standings
from safetyzone.senses.cameras.figures_actions import keep_figures
from safetyzone.senses.cameras.models import Camera
from safetyzone.senses.cameras.standing import standing
from safetyzone.senses.cameras.tests import junction
from safetyzone.senses.cameras.tests.junction import NOON, STATION, ZONE


@pytest.mark.django_db
def test_a_figure_is_kept_when_it_has_changed(monkeypatch):
    load_ground(by=COMMAND_LINE, at=NOON)
    made = junction.ground()
    monkeypatch.setattr(standings, "ground_of", lambda _station: made)
    monkeypatch.setattr(standings, "_standing", {})
    junction.eight_cameras()
    assert figures_queries.stations_with_cameras() == [STATION]
    assert keep_figures(standing(STATION), by=SYSTEM, at=NOON) > 0
    assert keep_figures(standing(STATION), by=SYSTEM, at=NOON + timedelta(minutes=15)) == 0
    later = NOON + timedelta(minutes=30)
    Camera.objects.filter(code="CAM-01").update(state=Camera.State.OFFLINE, state_since=later, changed_at=later)
    assert keep_figures(standing(STATION), by=SYSTEM, at=later) > 0
    trend = figures_queries.trend(ZONE, 25, since=NOON)
    assert [figure.working for figure in trend] == [8, 7]
    assert [figure.at for figure in trend] == [NOON, later]
    assert len(figures_queries.trend(ZONE, 25, since=later - timedelta(minutes=1))) == 2, "what held before begins the line"
