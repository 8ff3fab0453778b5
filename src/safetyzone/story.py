"""When this happened, do that: the whole system on one page. Listeners run now, in the transaction that told the news."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from safetyzone.kernel.happenings import Happening, Listener, listen
from safetyzone.prevention.works import actions as works
from safetyzone.response.dispatch import actions as dispatch
from safetyzone.response.dispatch.streets import station_ways
from safetyzone.response.incidents import deadlines
from safetyzone.response.incidents.news import IncidentEnded
from safetyzone.response.incidents.opening import open_incidents
from safetyzone.senses.alerts.news import AlertsRaised
from safetyzone.senses.cameras.news import CameraChanged, CameraFaultEnded, CameraFaultFound, CameraSurveyed, SharingChanged
from safetyzone.senses.sightings import ports as sightings
from safetyzone.senses.sightings.news import PlatesRead
from safetyzone.senses.watchlists import actions as watchlists
from safetyzone.senses.watchlists import week_queries


def _free_the_units(news: IncidentEnded) -> None:
    dispatch.incident_ended(incident_id=news.incident_id, why=news.why, by=news.by, at=news.at)


def _compare_plates(news: PlatesRead) -> None:
    watchlists.compare(news.readings, by=news.by, at=news.at)


def _measured(cameras: Iterable[str], at: datetime) -> Mapping[str, sightings.Measured]:
    return week_queries.camera_weeks(cameras, at=at)


WHEN: dict[type[Happening], tuple[Listener, ...]] = {
    # A call for help, or a pole that cannot make one: it has its incident before anybody is answered.
    AlertsRaised: (open_incidents,),
    # Units there are done, those on their way turn round, and the pole's lamp says so.
    IncidentEnded: (_free_the_units,),
    # Work that was ordered on this camera is confirmed, or told by how much it is not as ordered.
    CameraSurveyed: (works.surveyed,),
    # Compared now or never: what is on no list is gone after this, unless a law keeps it.
    PlatesRead: (_compare_plates,),
}

NOBODY_NEEDS_TO_KNOW: frozenset[type[Happening]] = frozenset({CameraChanged, SharingChanged, CameraFaultFound, CameraFaultEnded})
"""News that is told and that no room listens to yet; a test compares both lists with all the news there is."""


def begin() -> None:
    """Connect the rooms. Called once by every program at its start."""
    listen(WHEN)
    # The last rung of the ladder (row C8): nobody in the room took the call, so the nearest patrol is asked.
    deadlines.HANDLERS["offer_nearest"] = dispatch.offer_nearest
    # The search of plates lies below those who know the streets and those who check what cameras read.
    sightings.use_roads(station_ways)
    sightings.use_accuracy(_measured)


