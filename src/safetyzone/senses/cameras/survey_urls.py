"""Addresses of the survey on a phone, under /survey/."""

from django.urls import path

from safetyzone.senses.cameras.views import survey

urlpatterns = [
    path("", survey.page, name="survey"),
    path("cameras.json", survey.carried, name="survey_cameras"),
    path("send", survey.send, name="survey_send"),
    path("photo/<uuid:photo_id>.jpg", survey.photo, name="survey_photo"),
    path("conflicts/", survey.conflicts, name="survey_conflicts"),
    path("conflicts/<uuid:survey_id>", survey.settle, name="survey_settle"),
    path("manifest.webmanifest", survey.manifest, name="survey_manifest"),
    path("worker.js", survey.worker, name="survey_worker"),
]
