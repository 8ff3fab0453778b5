"""Addresses of the search. What is looked for never stands in an address: addresses are logged."""

from django.urls import path

from safetyzone.senses.sightings import views

urlpatterns = [
    path("", views.home, name="sightings"),
    path("begin", views.begin, name="sightings_begin"),
    path("ask", views.ask, name="sightings_ask"),
    path("follow/", views.follow, name="sightings_follow"),
    path("<int:search_id>/", views.found, name="sightings_search"),
    path("<int:search_id>/along", views.along, name="sightings_along"),
    path("<int:search_id>/approve", views.approve, name="sightings_approve"),
]
