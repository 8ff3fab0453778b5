"""The first page: sends a person to the place of her duty, or tells her what she may do."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from safetyzone.ground.officers import access, queries
from safetyzone.ground.officers.requests import OfficerRequest

PLACES = (("answer", "/room/"), ("patrol", "/patrol/"))
"""In this order: who may do both sits in the room, and finds the phone's page in the menu."""


def home(request: OfficerRequest) -> HttpResponse:
    """A redirect for those with one place of duty; a plain page for the rest."""
    for permission, path in PLACES:
        if access.stations_where(request.who, permission):
            return redirect(path)
    others = (
        ("see_room", "/room/", _("See the command room")),
        ("see_cameras", "/cameras/", _("Cameras")),
        ("manage_officers", "/officers/", _("Officers and their duties")),
        ("edit_ground", "/ground/", _("Zones and their borders")),
    )
    places = [
        {"path": path, "words": words} for permission, path, words in others if access.stations_where(request.who, permission)
    ]
    thai = (translation.get_language() or "th").startswith("th")
    duties = [each.duty_th if thai else each.duty_en for each in queries.postings_of(request.who.officer_id, at=request.now)]
    return render(request, "home.html", {"places": places, "duties": duties})
