"""Addresses of the command room."""

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from safetyzone.response.command_room.views import bar, deeds, map, poles, screen, shift, video_wall
from safetyzone.response.command_room.views.edge import LARGEST_ID
from safetyzone.response.command_room.views.look import FRAGMENTS


class IncidentNumber(IntConverter):
    """A number that an incident can have; a larger one is no address at all, rather than a fault of the database."""

    def to_python(self, value: str) -> int:
        if len(value) > len(str(LARGEST_ID)) or (found := int(value)) > LARGEST_ID:
            raise ValueError
        return found


register_converter(IncidentNumber, "incident")

urlpatterns = [
    path("", screen.room, name="room"),
    path("panel/incident/<incident:incident_id>/", screen.panel, {"name": "incident"}, name="room_panel_incident"),
    path("panel/<slug:name>/", screen.panel, name="room_panel"),
    path("wall/", video_wall.wall, name="room_video_wall"),
    path("wall/view", video_wall.save, name="room_wall_view"),
    path("wall/view/<incident:view>/remove", video_wall.remove, name="room_wall_view_remove"),
    path("wall/screen", video_wall.choose, name="room_wall_screen"),
    path("_parts", screen.parts, name="room_parts"),
    *(path(f"_{name}", screen.one_fragment, {"name": name}, name=f"room_{name}") for name in FRAGMENTS),
    path("_incident/", screen.one_fragment, {"name": "incident"}, name="room_no_incident"),
    path("_incident/<incident:incident_id>", screen.one_fragment, {"name": "incident"}, name="room_incident"),
    path("map.json", map.map_data, name="room_map"),
    path("shown", deeds.shown, name="room_shown"),
    path("still-here", deeds.still_here, name="room_still_here"),
    path("command", bar.run, name="room_command"),
    path("command/undo/send/<str:orders>", bar.undo_send, name="room_undo_send"),
    path("command/undo/duty/<slug:made>/<slug:before>/<path:call_sign>", bar.undo_duty, name="room_undo_duty"),
    path("incident/<incident:incident_id>/<slug:verb>", deeds.deed, name="room_deed"),
    path("order/<uuid:dispatch_id>/<slug:verb>", deeds.order, name="room_order"),
    path("unit/<str:call_sign>/duty", deeds.duty, name="room_duty"),
    path("unit/<str:call_sign>/well", deeds.well, name="room_well"),
    path("shift/", shift.shift, name="room_shift"),
    path("shift/<incident:shift_id>/", shift.frozen, name="room_shift_frozen"),
    path("shift/<slug:verb>", shift.deed, name="room_shift_deed"),
    path("poles/", poles.poles, name="room_poles"),
    path("poles/<slug:code>/test", poles.self_test, name="room_pole_test"),
]
