"""The shift: signing on, the log, and the page that hands the room over."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.kernel.refusals import NotFound, Refused
from safetyzone.response.command_room import access, actions, hand_over, queries
from safetyzone.response.command_room.rules import Seat
from safetyzone.response.command_room.views.edge import station_of, text


@require_GET
def shift(request: OfficerRequest) -> HttpResponse:
    """The page as it would be signed now."""
    return _page(request)


def _page(request: OfficerRequest, refused: Refused | None = None) -> HttpResponse:
    station = station_of(request)
    context = {
        "station": station,
        "page": hand_over.page(station, for_=request.who, at=request.now),
        "shift": queries.running_shift(station),
        "past": queries.past_shifts(station),
        "may_command": access.may_command(request.who, station=station),
        "refused": refused,
        "typed": request.POST.get("words", "")[: actions.LONGEST_WORDS] if refused else "",
        "seats": list(Seat),
        "seat": request.session.get("seat", ""),
    }
    return render(request, "command_room/shift.html", context, status=409 if refused else 200)


@require_GET
def frozen(request: OfficerRequest, shift_id: int) -> HttpResponse:
    """A past shift's page as it was signed."""
    station = station_of(request)
    past = queries.past_shift(station, shift_id)
    if past is None:
        raise NotFound
    return render(request, "command_room/shift_frozen.html", {"station": station, "shift": past, "page": past.hand_over})


@require_POST
def deed(request: OfficerRequest, verb: str) -> HttpResponse:
    """Begin a shift, take it over, write a line, or choose the seat of this console."""
    station = station_of(request)
    try:
        match verb:
            case "begin":
                actions.begin_shift(station=station, by=request.who, at=request.now)
            case "take":
                actions.take_command(station=station, by=request.who, at=request.now)
            case "note":
                actions.write_note(station=station, words=text(request, "words"), by=request.who, at=request.now)
            case "seat" if text(request, "seat") in list(Seat):
                access.must_see(request.who, station=station)
                request.session["seat"] = text(request, "seat")
            case _:
                raise NotFound
    except NotFound:
        raise
    except Refused as no:
        if verb not in {"begin", "take", "note"}:
            raise
        return _page(request, refused=no)
    return redirect("room_shift")
