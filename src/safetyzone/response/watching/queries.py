"""Which cameras the video program holds open, and which of them see an incident."""

from base64 import b64encode
from datetime import datetime

from safetyzone.contracts.video import Pull
from safetyzone.ground.officers.access import Who
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.refusals import NotFound
from safetyzone.kernel.settings import Settings
from safetyzone.response.watching import circumstances, rules
from safetyzone.senses.cameras import seeing_queries, terms_queries
from safetyzone.senses.cameras.seeing_queries import SeesSpot
from safetyzone.senses.cameras.terms_queries import Source

HOURS_A_DAY = 24.0
TILES = 4
AMONG = 12
"""Of so many cameras that see the spot, four that may be opened; the order is that of the best picture from different sides."""


def pulls(of: Settings, *, at: datetime) -> list[Pull]:
    """By code: cameras shared at any time always, those shared during incidents while one is open near them, all others never.

    So nothing of a camera of the second kind is ever kept from before an incident.
    """
    sources = terms_queries.sources()
    here = circumstances.of({each.terms.code: each.terms for each in sources}, at=at)
    found = []
    for each in sources:
        call = here.call(each.terms, None)
        if each.terms.may_open(rules.LIVE, nearest_m=call.metres if call else None, at=at).yes and (each.address or of.media_server):
            found.append(_pull(each, of))
    return found


def _pull(source: Source, of: Settings) -> Pull:
    code, kind = source.terms.code, source.terms.owner_kind
    hours = of.recording_hours.get(kind, 0.0)
    if source.retention_days:
        hours = min(hours, source.retention_days * HOURS_A_DAY)
    if of.media_server:  # it holds the camera's own address and password; ours would open the camera a second time
        return Pull(code=code, address=of.media_server.replace("{code}", code), record_hours=hours, disk_class=kind)
    return Pull(
        code=code, address=source.address, sub_address=source.sub_address, credential=b64encode(source.credential).decode(),
        record_hours=hours, disk_class=kind,
    )  # fmt: skip


def watching(station: str, spot: Point, *, incident_open: bool, for_: Who, at: datetime) -> list[SeesSpot]:
    """The four working cameras that see the spot best and from different sides: those that may be opened before those that may not."""
    try:
        found = seeing_queries.seeing(station, spot, at=at, for_=for_, incident_open=incident_open, most=AMONG)
    except NotFound:  # a station without a zone has no ground to look over
        return []
    return sorted((each for each in found if each.sees), key=lambda each: not each.may_open)[:TILES]
