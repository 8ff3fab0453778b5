"""The only writers of what the video walls show: saved views, and which screen opens which."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from safetyzone.ground.officers.access import Who
from safetyzone.kernel.refusals import NotFound, NotYours
from safetyzone.response.command_room import access
from safetyzone.response.command_room.models import WallScreen, WallView
from safetyzone.response.command_room.wall_rules import must_be_a_screen, must_be_a_view
from safetyzone.trust.audit.actions import Act, record


@transaction.atomic
def save_view(
    *,
    station: str,
    number: int,
    name: str,
    layout: str,
    cameras: Sequence[str | None],
    carousel_s: int,
    shared: bool,
    by: Who,
    at: datetime,
) -> int:
    """Save a view under its number, in the place of the one that had it. Returns its id.

    Args:
        shared: the station's view, for everybody who may watch; else the officer's own.

    Raises:
        NotAView, NotYours.
    """
    (access.must_share_wall if shared else access.must_watch)(by, station=station)
    must_be_a_view(number=number, name=name, layout=layout, cameras=cameras, carousel_s=carousel_s)
    given = {"name": name, "layout": layout, "cameras": list(cameras), "carousel_s": carousel_s, "saved_at": at}
    owner: dict[str, Any] = {"officer_id": None if shared else _officer(by)}
    view, _ = WallView.objects.update_or_create(station=station, number=number, **owner, defaults=given)
    _tell(view, "wall_view.saved", by=by, at=at)
    return view.pk


@transaction.atomic
def remove_view(*, view: int, by: Who, at: datetime) -> None:
    """Remove one's own view, or the station's; screens that opened it open empty.

    Raises:
        NotFound: there is none, or it is another officer's.
        NotYours.
    """
    found = WallView.objects.select_for_update().filter(pk=view).first()
    if found is None or found.officer_id not in (None, by.officer_id) or not access.may_watch(by, station=found.station):
        raise NotFound
    if found.officer_id is None:
        access.must_share_wall(by, station=found.station)
    _tell(found, "wall_view.removed", by=by, at=at)
    found.delete()


@transaction.atomic
def open_on_screen(*, station: str, screen: int, view: int, by: Who, at: datetime) -> None:
    """Let this officer's screen open with this view from now on. Quiet: it changes nothing for anybody else.

    Raises:
        NotAView: no such screen.
        NotFound: no such view, or another officer's.
        NotYours.
    """
    access.must_watch(by, station=station)
    must_be_a_screen(screen)
    found = WallView.objects.filter(pk=view, station=station).first()
    if found is None or found.officer_id not in (None, by.officer_id):
        raise NotFound
    WallScreen.objects.update_or_create(station=station, officer_id=_officer(by), screen=screen, defaults={"view": found})


def _officer(by: Who) -> int:
    if by.officer_id is None:
        raise NotYours
    return by.officer_id


def _tell(view: WallView, action: str, *, by: Who, at: datetime) -> None:
    facts = {"number": view.number, "shared": view.officer_id is None, "cameras": sum(1 for code in view.cameras if code)}
    record(Act(actor=by.name, action=action, object=f"wall_view:{view.pk}", station=view.station, at=at, facts=facts))
