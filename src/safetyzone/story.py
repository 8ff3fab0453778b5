"""When this happened, do that: the whole system on one page. Listeners run now, in the transaction that told the news."""

from safetyzone.kernel.happenings import Happening, Listener, listen
from safetyzone.response.incidents import deadlines
from safetyzone.response.incidents.opening import open_incidents
from safetyzone.senses.alerts.news import AlertsRaised

WHEN: dict[type[Happening], tuple[Listener, ...]] = {
    # A call for help, or a pole that cannot make one: it has its incident before anybody is answered.
    AlertsRaised: (open_incidents,),
}

NOBODY_NEEDS_TO_KNOW: frozenset[type[Happening]] = frozenset()
"""News that is told and that no room listens to yet; a test compares both lists with all the news there is."""


def begin() -> None:
    """Connect the rooms. Called once by every program at its start."""
    listen(WHEN)
    deadlines.HANDLERS["offer_nearest"] = _ask_the_nearest_patrol


def _ask_the_nearest_patrol(**whom: object) -> None:
    """The ladder's last rung (row C8)."""
    from safetyzone.response.dispatch.actions import offer_nearest

    offer_nearest(**whom)
