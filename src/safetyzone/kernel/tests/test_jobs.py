"""Tidying takes what nobody can ask for any more, and nothing else."""

from datetime import timedelta

import pytest

from safetyzone.kernel import clock
from safetyzone.kernel.jobs import tidy
from safetyzone.kernel.models import Change, OutboxMessage


@pytest.mark.django_db
def test_old_changes_and_published_messages_go_and_an_unpublished_message_stays_however_old() -> None:
    at = clock.now()
    for hours in (1, 23, 25, 240):
        Change.objects.create(at=at - timedelta(hours=hours), station="lumphini", things=[["incident", str(hours)]])
    for days, published in ((1, True), (6, True), (8, True), (400, False)):
        sent = at - timedelta(days=days)
        OutboxMessage.objects.create(subject=f"day.{days}", body=b"{}", at=sent, published_at=sent if published else None)
    assert tidy(timestamp=0) == 3
    assert sorted(Change.objects.values_list("things", flat=True)) == [[["incident", "1"]], [["incident", "23"]]]
    assert set(OutboxMessage.objects.values_list("subject", flat=True)) == {"day.1", "day.6", "day.400"}


def test_every_room_s_jobs_are_known_to_the_worker() -> None:
    from procrastinate.contrib.django import app

    names = {periodic.task.name for periodic in app.periodic_registry.periodic_tasks.values()}
    assert {"kernel.tidy", "audit.verify_nightly"} <= names
