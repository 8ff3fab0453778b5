"""Photos of surveys end when their term is over; the newest of a camera stay; what was deleted is on record."""

import os
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import connection
from PIL import Image
from psycopg import connect

from safetyzone.ground.officers.access import SYSTEM, Who
from safetyzone.kernel.settings import settings
from safetyzone.senses.cameras import actions
from safetyzone.senses.cameras.models import Survey, SurveyPhoto
from safetyzone.senses.cameras.photo_actions import FORGOTTEN, forget_photos
from safetyzone.senses.cameras.survey_actions import Found, record_survey
from safetyzone.senses.cameras.survey_photos import BEING_COPIED
from safetyzone.senses.cameras.survey_rules import Condition, Pose
from safetyzone.senses.cameras.tests.town import NIGHT, PLANNER, STATION
from safetyzone.trust.audit.queries import acts_on

WALKER = Who(name="walker", grants=frozenset({(STATION, "survey_cameras")}))
TERM = timedelta(days=400)


@pytest.fixture
def folder(add, monkeypatch, tmp_path) -> Path:
    monkeypatch.setattr(settings(), "state", tmp_path)
    add("LPN-C001")
    return tmp_path / "survey"


def photo(grey: int) -> bytes:
    file = BytesIO()
    Image.new("RGB", (16, 16), (grey, grey, grey)).save(file, "JPEG")
    return file.getvalue()


def survey(at: datetime, *greys: int) -> UUID:
    found = Found(id=uuid4(), camera="LPN-C001", made_at=at, base_version=1, condition=Condition.GOOD, measured=Pose())
    shown = dict(zip(("view", "mount"), map(photo, greys), strict=False))
    record_survey(found=found, photos=shown, by=WALKER, at=at)
    return found.id


def age(folder: Path, at: datetime) -> None:
    """As if the files had lain there since."""
    for file in folder.glob("*/*"):
        os.utime(file, (at.timestamp(), at.timestamp()))


def forget(at: datetime, run) -> int:
    with run(execute=True):
        return forget_photos(by=SYSTEM, at=at)


def files(folder: Path) -> list[str]:
    return sorted(file.relative_to(folder).as_posix() for file in folder.glob("*/*"))


def test_older_than_their_term_they_go_and_the_newest_of_the_camera_stay(folder, django_capture_on_commit_callbacks):
    survey(NIGHT, 10, 20)
    newest = survey(NIGHT + timedelta(days=1), 30)
    survey(NIGHT + timedelta(days=2))  # without a photo: it takes no photo's place
    age(folder, NIGHT)
    assert forget(NIGHT + TERM, django_capture_on_commit_callbacks) == 0, "on the last day they are still there"
    assert forget(NIGHT + TERM + timedelta(days=9), django_capture_on_commit_callbacks) == 2
    left = SurveyPhoto.objects.get()
    assert (left.survey_id, files(folder)) == (newest, [left.file])
    assert Survey.objects.count() == 3, "what was measured stays"
    act = acts_on(f"survey_photos:{STATION}")[-1]
    assert (act.action, act.actor, act.facts) == (FORGOTTEN, "system", {"photos": 2, "days": 400})
    assert forget(NIGHT + TERM + timedelta(days=9), django_capture_on_commit_callbacks) == 0
    assert len(acts_on(f"survey_photos:{STATION}")) == 1, "a night in which nothing ended leaves no act"


def test_of_a_camera_that_left_the_register_all_go(folder, django_capture_on_commit_callbacks):
    survey(NIGHT, 10)
    actions.retire_camera(code="LPN-C001", why="gone", by=PLANNER, at=NIGHT)
    age(folder, NIGHT)
    assert forget(NIGHT + 2 * TERM, django_capture_on_commit_callbacks) == 1
    assert files(folder) == []


def test_a_file_that_a_younger_survey_shows_as_well_stays(folder, django_capture_on_commit_callbacks):
    survey(NIGHT, 10)
    survey(NIGHT + TERM, 10)
    age(folder, NIGHT)
    assert forget(NIGHT + TERM + timedelta(days=2), django_capture_on_commit_callbacks) == 1
    assert files(folder) == [SurveyPhoto.objects.get().file]


def test_a_file_without_a_row_goes_only_when_it_is_old(folder, django_capture_on_commit_callbacks):
    survey(NIGHT, 10)
    SurveyPhoto.objects.all().delete()
    age(folder, NIGHT)
    forget(NIGHT + timedelta(hours=2), django_capture_on_commit_callbacks)
    assert len(files(folder)) == 1, "its survey may still be being written"
    forget(NIGHT + timedelta(days=2), django_capture_on_commit_callbacks)
    assert files(folder) == []


def test_while_a_backup_copies_the_folder_nothing_goes(folder, django_capture_on_commit_callbacks):
    survey(NIGHT, 10)
    survey(NIGHT + timedelta(days=1), 20)
    age(folder, NIGHT)
    backup = connect(**connection.get_connection_params() | {"cursor_factory": None, "context": None, "prepare_threshold": None})
    with backup:
        backup.execute("SELECT pg_advisory_lock_shared(hashtext(%s))", [BEING_COPIED])
        assert forget(NIGHT + 2 * TERM, django_capture_on_commit_callbacks) == 0
        assert len(files(folder)) == 2
    backup.close()
    assert forget(NIGHT + 2 * TERM, django_capture_on_commit_callbacks) == 1
    assert len(files(folder)) == 1
