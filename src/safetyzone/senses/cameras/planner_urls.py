"""Addresses of the planner and of the cameras on a map."""

from django.urls import path

from safetyzone.senses.cameras.views import camera_map, planner

urlpatterns = [
    path("cameras/map.json", camera_map.dots, name="camera_dots"),
    path("cameras/outlines.json", camera_map.outlines, name="camera_outlines"),
    path("cameras/card", camera_map.card, name="camera_card"),
    path("cameras/inside", camera_map.inside, name="cameras_inside"),
    path("planner/", planner.page, name="planner"),
    path("planner/_<slug:name>", planner.part, name="planner_part"),
    path("planner/streets.json", planner.streets, name="planner_streets"),
    path("planner/try.json", planner.try_turn, name="planner_try"),
    path("planner/ask", planner.ask, name="planner_ask"),
    path("planner/advice/<uuid:advice_id>/<slug:verb>", planner.deed, name="planner_advice"),
    path("planner/<slug:name>.csv", planner.export, name="planner_export"),
]
