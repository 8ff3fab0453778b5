"""Addresses of the survey on a phone, under /survey/."""

from django.urls import path

from safetyzone.senses.cameras.views import proposal, survey, surveys

urlpatterns = [
    path("", survey.page, name="survey"),
    path("cameras.json", survey.carried, name="survey_cameras"),
    path("send", survey.send, name="survey_send"),
    path("photo/<uuid:photo_id>.jpg", survey.photo, name="survey_photo"),
    path("conflicts/", survey.conflicts, name="survey_conflicts"),
    path("conflicts/<uuid:survey_id>", survey.settle, name="survey_settle"),
    path("gone/<uuid:survey_id>", survey.settle_gone, name="survey_gone"),
    path("list/", surveys.listed, name="surveys"),
    path("new/<uuid:survey_id>/", proposal.page, name="survey_proposal"),
    path("new/<uuid:survey_id>/dismiss", proposal.dismiss, name="survey_dismiss"),
    path("manifest.webmanifest", survey.manifest, name="survey_manifest"),
    path("worker.js", survey.worker, name="survey_worker"),
]
