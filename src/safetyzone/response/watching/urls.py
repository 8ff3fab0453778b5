"""Addresses of tickets and of the video program's questions."""

from django.urls import path

from safetyzone.response.watching import views

urlpatterns = [
    path("tickets", views.tickets, name="video_tickets"),
    path("spot/<int:incident_id>", views.spot, name="video_spot"),
    path("pulls", views.pulls, name="video_pulls"),
    path("standing", views.standing, name="video_standing"),
]
