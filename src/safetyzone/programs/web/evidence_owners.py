"""What the owner of a camera is told when its pictures become evidence, leave the house, or are watched there (row H6)."""

from safetyzone.contracts.video import session_mark
from safetyzone.ground.officers import queries as officers
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.senses.looks import actions as looks
from safetyzone.trust.evidence import queries


def tell_owners(request: OfficerRequest, item_id: int, *, kind: str, permission: str, words: str, only: str = "") -> None:
    """Put a look on record for each camera of an item (or for one): its owner reads in what duty, when and for which kind of case.

    ``kind`` is ``export`` or ``recorded``. Call it in the transaction of the deed: what cannot be put on record does not happen.
    """
    item, at = queries.item(item_id), request.now
    duty_th, duty_en = officers.duty_names(request.who.officer_id, permission, at=at).get(item.station, ("", ""))
    from_ms, to_ms = (round(moment.timestamp() * 1000) for moment in (item.from_at, item.to_at))
    wanted = [
        looks.Wanted(
            item.station, camera.code, kind, "incident" if item.incident else "review", words, duty_th, duty_en, item.incident,
            item.incident_kind, item.incident_kind, from_ms, to_ms,
        )
        for camera in queries.cameras(item_id)
        if not only or camera.code == only
    ]  # fmt: skip
    begun = looks.begin(wanted, session=session_mark(request.session.session_key or ""), by=request.who, at=at)
    seconds = (to_ms - from_ms) / 1000
    looks.progress(dict.fromkeys(begun, seconds), by=request.who, at=at)
    looks.end([looks.Ending(look, seconds, "left") for look in begun], by=request.who, at=at)
