"""Questions of the vision program."""

from django.urls import path

from safetyzone.senses.readers import views

urlpatterns = [path("leases", views.leases, name="vision_leases")]
