"""Addresses of work orders, under /works/."""

from django.urls import path

from safetyzone.prevention.works import views

urlpatterns = [
    path("", views.listed, name="works"),
    path("export.csv", views.export, name="works_export"),
    path("order/<slug:kind>", views.order, name="work_order"),
    path("<uuid:work_id>/", views.one, name="work"),
    path("<uuid:work_id>/<slug:verb>", views.deed, name="work_deed"),
]
