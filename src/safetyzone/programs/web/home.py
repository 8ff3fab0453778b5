"""The first page: sends a person to the place of her duty."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from safetyzone.ground.officers import access
from safetyzone.ground.officers.requests import OfficerRequest

PLACES = (("see_room", "/room/"), ("patrol", "/patrol/"))
"""In this order: who may do both sits in the room, and finds the phone's page in the menu."""


def home(request: OfficerRequest) -> HttpResponse:
    for permission, path in PLACES:
        if access.stations_where(request.who, permission):
            return redirect(path)
    return render(request, "home.html", {"duties": sorted({permission for _, permission in request.who.grants})})
