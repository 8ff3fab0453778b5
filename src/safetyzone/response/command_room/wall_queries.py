"""Reading the saved views of the video wall."""

from dataclasses import dataclass

from django.db.models import Q

from safetyzone.ground.officers.access import Who
from safetyzone.response.command_room.models import WallScreen, WallView


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view that this officer may open; ``shared``: the station's."""

    id: int
    number: int
    name: str
    layout: str
    cameras: list[str | None]
    carousel_s: int
    shared: bool
    saved_ms: int


def views(station: str, *, for_: Who) -> list[SavedView]:
    """The officer's own and the station's, by number, his own first."""
    found = WallView.objects.filter(Q(officer_id=for_.officer_id) | Q(officer__isnull=True), station=station)
    each = [
        SavedView(v.pk, v.number, v.name, v.layout, v.cameras, v.carousel_s, v.officer_id is None, round(v.saved_at.timestamp() * 1000))
        for v in found
    ]
    return sorted(each, key=lambda view: (view.number, view.shared))


def view_on_screen(station: str, screen: int, *, for_: Who) -> int | None:
    """The id of the view with which this screen opens: the one chosen for it, else that of the same number."""
    own = WallScreen.objects.filter(station=station, officer_id=for_.officer_id or 0, screen=screen)
    numbered = (view.id for view in views(station, for_=for_) if view.number == screen)
    return own.values_list("view_id", flat=True).first() or next(numbered, None)
