"""Addresses of the patrol's phone, under /patrol/."""

from django.urls import path

from safetyzone.response.dispatch import views

urlpatterns = [
    path("", views.page, name="patrol"),
    path("job.json", views.job, name="patrol_job"),
    path("job/<uuid:dispatch_id>/<slug:code>", views.step, name="patrol_step"),
    path("help", views.help_me, name="patrol_help"),
    path("duty", views.duty, name="patrol_duty"),
    path("position", views.position, name="patrol_position"),
    path("manifest.webmanifest", views.manifest, name="patrol_manifest"),
    path("worker.js", views.worker, name="patrol_worker"),
]
