"""Addresses of lists, hits, accuracy, the kill switch and the public page."""

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from safetyzone.senses.watchlists.views import accuracy, deletions, hits, lists, openness, switching

MOST_DIGITS = 18


class RowNumber(IntConverter):
    """A number that a row can have; a larger one is no address at all, rather than a fault of the database."""

    def to_python(self, value: str) -> int:
        if len(value) > MOST_DIGITS:
            raise ValueError
        return int(value)


register_converter(RowNumber, "number")

urlpatterns = [
    path("lists/", lists.listed, name="watchlists"),
    path("lists/make", lists.make, name="watchlists_make"),
    path("lists/stop/", switching.stop, name="matching_stop"),
    path("lists/stop/<slug:kind>", switching.kill, name="matching_kill"),
    path("lists/release/<slug:kind>", switching.release, name="matching_release"),
    path("lists/<number:list_id>/", lists.one, name="watchlist"),
    path("lists/<number:list_id>/add", lists.add, name="watchlist_add"),
    path("lists/<number:list_id>/end", lists.end, name="watchlist_end"),
    path("lists/<number:list_id>/activate", switching.activate, name="watchlist_activate"),
    path("lists/entries/<number:entry_id>/", lists.entry, name="watchlist_entry"),
    path("lists/entries/<number:entry_id>/photo", lists.photo, name="watchlist_entry_photo"),
    path("lists/entries/<number:entry_id>/approve", lists.approve, name="watchlist_entry_approve"),
    path("lists/entries/<number:entry_id>/<slug:verb>", lists.deed, name="watchlist_entry_deed"),
    path("lists/activations/<number:activation_id>/", switching.activation, name="watchlist_activation"),
    path("lists/activations/<number:activation_id>/approve", switching.approve, name="watchlist_activation_approve"),
    path("lists/activations/<number:activation_id>/<slug:verb>", switching.deed, name="watchlist_activation_deed"),
    path("room/hits/", hits.board, name="hits"),
    path("room/hits/rows", hits.rows, name="hits_rows"),
    path("room/hits/<number:hit_id>/", hits.card, name="hit"),
    path("room/hits/<number:hit_id>/<slug:which>.jpg", hits.picture, name="hit_picture"),
    path("room/hits/<number:hit_id>/judge", hits.judge, name="hit_judge"),
    path("room/hits/<number:hit_id>/correct", hits.correct, name="hit_correct"),
    path("room/hits/<number:hit_id>/outcome", hits.outcome, name="hit_outcome"),
    path("accuracy/", accuracy.page, name="accuracy"),
    path("accuracy/camera", accuracy.describe, name="accuracy_camera"),
    path("accuracy/card", accuracy.card, name="accuracy_card"),
    path("accuracy/passage", accuracy.passage, name="accuracy_passage"),
    path("accuracy/suspensions/<number:suspension_id>/<slug:verb>", accuracy.suspension, name="accuracy_suspension"),
    path("deletions/", deletions.page, name="deletions"),
    path("openness/", openness.page, name="openness"),
    path("openness/openness.json", openness.json, name="openness_json"),
]
