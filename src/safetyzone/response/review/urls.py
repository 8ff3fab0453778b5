"""Addresses of looking back: under the room, for people; under video, for the video program."""

from django.urls import path

from safetyzone.response.review.views import activity, playback, queue

urlpatterns = [
    path("room/playback/", playback.playback, name="playback"),
    path("room/playback/around.json", playback.around, name="playback_around"),
    path("room/playback/near.json", playback.near, name="playback_near"),
    path("room/playback/bookmark", playback.bookmark, name="playback_bookmark"),
    path("room/review/", queue.queue, name="review"),
    path("room/review/items.json", queue.items, name="review_items"),
    path("room/review/days.json", queue.days, name="review_days"),
    path("room/review/mark", queue.mark, name="review_mark"),
    path("video/activity", activity.activity, name="video_activity"),
]
