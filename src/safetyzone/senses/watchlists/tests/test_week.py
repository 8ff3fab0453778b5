"""A camera's week beside a passage: the same figures as on the page of accuracy, in as many questions for fifty cameras as for two."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from safetyzone.senses.cameras.models import Camera, CameraFault
from safetyzone.senses.watchlists.accuracy_queries import camera_accuracy
from safetyzone.senses.watchlists.models import PassageCheck
from safetyzone.senses.watchlists.tests.town import AT, DAY, HOUR
from safetyzone.senses.watchlists.week_queries import camera_weeks


def checked(camera: str, right: bool | None, *, ago: timedelta = HOUR) -> None:
    PassageCheck.objects.create(
        camera=camera, station="lumphini", reading=uuid4(), passed_at=AT - ago, night=False, accepted=True, right=right, by="asks", at=AT,
    )  # fmt: skip


@pytest.mark.usefixtures("town")
def test_the_week_is_that_of_the_page_of_accuracy():
    for right in (True, True, False, None):
        checked("C1", right)
    checked("C1", True, ago=8 * DAY)
    for _ in range(100):
        checked("C2", True)
    CameraFault.objects.create(camera_id="C2", kind="offline", opened_at=AT - 3 * HOUR, last_at=AT)
    Camera.objects.filter(code="C2").update(state="offline")
    weeks, pages = camera_weeks(["C1", "C2", "C9"], at=AT), camera_accuracy(["C1", "C2", "C9"], at=AT)
    shown = {code: (one.checked, one.right, one.measured, one.offline_h) for code, one in weeks.items()}
    assert shown == {code: (one.checked, one.right, one.measured, one.offline_h) for code, one in pages.items()}
    assert shown == {"C1": (3, pytest.approx(2 / 3), False, None), "C2": (100, 1.0, True, pytest.approx(3.0)), "C9": (0, None, False, None)}


@pytest.mark.usefixtures("town")
def test_many_cameras_cost_no_more_questions_than_one():
    asked = []
    for codes in (["C1"], [f"C{n}" for n in range(50)]):
        with CaptureQueriesContext(connection) as questions:
            camera_weeks(codes, at=AT)
        asked.append(len(questions))
    assert asked == [3, 3]
