"""Who may do what, where. Pure: no database, no clock, no framework.

Code asks only for single permissions, never for ranks or duties. A permission is one of the words in ``models.Permission``;
here it is a plain string, so that this module imports no framework.
"""

from dataclasses import dataclass, field

from safetyzone.kernel.refusals import NotYours

NEEDED_BY_THE_LOOP = frozenset({"see_room", "answer", "dispatch", "close"})
"""What the deadline loop and the listeners of ``story.py`` do by themselves: escalate, offer the next unit, fold repeats."""

NEEDED_TO_SET_UP = frozenset(
    {
        "manage_devices", "manage_officers", "edit_procedures", "edit_ground", "read_audit", "run_drill",
        "see_cameras", "manage_cameras", "plan_cameras",
    }
)
"""What the person at the station's own command line may do: set it up. Not: answer, send or close in somebody's stead."""


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who acts, with what she may do at this moment. ``name`` is the user name, which the audit log keeps."""

    name: str
    officer_id: int | None = None
    language: str = "th"
    grants: frozenset[tuple[str, str]] = field(default=frozenset(), repr=False)
    """Pairs of station code and permission."""

    def has(self, permission: str, station: str) -> bool:
        """Whether the permission is granted at that station."""
        return (station, permission) in self.grants


@dataclass(frozen=True, slots=True)
class System(Who):
    """Our own loop, which acts when a time limit has passed. It may do nothing that needs a person."""

    def has(self, permission: str, station: str) -> bool:
        return permission in NEEDED_BY_THE_LOOP


@dataclass(frozen=True, slots=True)
class CommandLine(Who):
    """Whoever runs ``safetyzone`` on the station's own machine: she already holds the disk and the keys."""

    def has(self, permission: str, station: str) -> bool:
        return permission in NEEDED_TO_SET_UP


SYSTEM = System(name="system")
COMMAND_LINE = CommandLine(name="command-line")


def may(who: Who | None, permission: str, *, station: str) -> bool:
    """Hides the button."""
    return who is not None and bool(station) and who.has(permission, station)


def must(who: Who | None, permission: str, *, station: str) -> None:
    """Stops the hand: the same question, refused with :class:`NotYours`."""
    if not may(who, permission, station=station):
        raise NotYours


def stations_where(who: Who | None, permission: str) -> frozenset[str]:
    """The stations at which an officer has the permission; empty for those whose right is not tied to stations."""
    return frozenset(station for station, granted in who.grants if granted == permission) if who else frozenset()
