"""Addresses of tickets, of cameras that were turned, and of the video program's questions."""

from django.urls import path

from safetyzone.response.watching import slew_views, views

urlpatterns = [
    path("tickets", views.tickets, name="video_tickets"),
    path("spot/<int:incident_id>", views.spot, name="video_spot"),
    path("slews/<int:incident_id>", slew_views.slews, name="video_slews"),
    path("slews/<int:incident_id>/<str:camera>/<str:verb>", slew_views.deed, name="video_slew_deed"),
    path("pulls", views.pulls, name="video_pulls"),
    path("standing", views.standing, name="video_standing"),
]
