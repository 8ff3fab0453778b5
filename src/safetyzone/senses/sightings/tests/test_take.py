"""What is kept of what passes, and what is not."""

from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from safetyzone.ground.officers.access import SYSTEM
from safetyzone.kernel.refusals import NotYours
from safetyzone.senses.sightings import history_actions, retention_actions
from safetyzone.senses.sightings.history_actions import AnotherMustApprove, NotAHistory, Wanted
from safetyzone.senses.sightings.models import History
from safetyzone.senses.sightings.take_actions import PLATES_LOCK, take
from safetyzone.senses.sightings.tests.conftest import read
from safetyzone.senses.watchlists.models import Hit
from safetyzone.senses.watchlists.tests.town import AT, DAY, SOON, Town, person
from safetyzone.trust.audit.queries import acts_on

pytestmark = pytest.mark.django_db


def kept() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sightings_sighting")
        return int(cursor.fetchone()[0])


def texts() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM sightings_platetext")
        return {text for (text,) in cursor.fetchall()}


def test_without_a_history_nothing_of_a_plate_is_kept(town: Town) -> None:
    assert take([read(at=SOON)], by=SYSTEM, at=SOON) == 0
    assert kept() == 0
    assert texts() == set()


def test_with_a_history_it_is_kept_once_however_often_it_is_said(town: Town, history_on: Callable[..., int]) -> None:
    history_on()
    one, two = read(at=SOON), read("1กข", "55", at=SOON)
    assert take([one, two, one], by=SYSTEM, at=SOON) == 2
    assert take([two, read(camera="C2", at=SOON)], by=SYSTEM, at=SOON) == 0
    assert (kept(), texts()) == (2, {"6กพ7414", "1กข55"})


def test_a_listed_plate_hits_where_nothing_is_kept(town: Town) -> None:
    listed = town.make()
    town.plate(listed)
    town.on(listed)
    take([read(at=SOON), read("2กท", "9", at=SOON)], by=SYSTEM, at=SOON)
    assert Hit.objects.count() == 1
    assert kept() == 0


def test_said_again_it_does_not_hit_again(town: Town) -> None:
    listed = town.make()
    town.plate(listed)
    town.on(listed)
    passed = read(at=SOON)
    take([passed], by=SYSTEM, at=SOON)
    take([passed], by=SYSTEM, at=SOON + timedelta(seconds=2))
    assert Hit.objects.count() == 1


def test_a_history_needs_two_people_a_law_and_an_end(town: Town) -> None:
    good = Wanted("C1", "ป.วิ.อ. ม.131", "รถหาย", 7, AT + 20 * DAY)
    for bad in (Wanted("C1", " ", "x", 7, AT + DAY), Wanted("C1", "x", "x", 8, AT + DAY), Wanted("C1", "x", "x", 7, AT + 40 * DAY)):
        with pytest.raises(NotAHistory):
            history_actions.ask(bad, by=town.asks, at=AT)
    made = history_actions.ask(good, by=town.asks, at=AT)
    assert take([read(at=SOON)], by=SYSTEM, at=SOON) == 0
    with pytest.raises(AnotherMustApprove):
        history_actions.approve(made, by=town.asks, at=AT)
    with pytest.raises(NotYours):
        history_actions.approve(made, by=person("searcher", may="search_sightings"), at=AT)
    with pytest.raises(DatabaseError), transaction.atomic():
        History.objects.filter(pk=made).update(approved_by="asks", approved_at=AT)  # the table refuses it, too
    history_actions.approve(made, by=town.approves, at=AT)
    assert take([read(at=SOON)], by=SYSTEM, at=SOON) == 1
    history_actions.end(made, why="พบรถแล้ว", by=town.asks, at=SOON)
    assert take([read(at=SOON)], by=SYSTEM, at=SOON + timedelta(seconds=1)) == 0


def test_a_day_goes_whole_and_what_a_case_holds_stays(town: Town, history_on: Callable[..., int]) -> None:
    history_on(days=7)
    history_on("C2", days=1)
    held, gone, short = read(at=SOON), read("1กข", "55", at=SOON), read("2กข", "66", camera="C2", at=SOON)
    take([held, gone, short], by=SYSTEM, at=SOON)
    assert retention_actions.hold(case_id=town.case_id, station="lumphini", ids=[str(held.id)], by=town.asks, at=SOON) == 1
    assert retention_actions.delete_what_is_over(by=SYSTEM, at=SOON + DAY).rows == 1  # C2 is kept for a day only
    assert kept() == 2
    deleted = retention_actions.delete_what_is_over(by=SYSTEM, at=SOON + 9 * DAY)
    assert (len(deleted.days), deleted.day_rows) == (1, 2)
    assert [act.facts for act in acts_on("sightings")] == [{"rows": 1, "plates": 1, "left": 0}, {"days": [str(SOON.date())], "day_rows": 2}]
    assert kept() == 0
    assert texts() == {"6กพ7414"}


def test_a_plate_is_not_deleted_while_a_passage_of_it_is_being_kept(town: Town, history_on: Callable[..., int]) -> None:
    history_on()
    wants, shares = f"SELECT {PLATES_LOCK.format('')}", f"SELECT {PLATES_LOCK.format('_shared')}"
    with psycopg.connect(**connection.get_connection_params()) as other, connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '300ms'")
        other.execute(shares)
        with pytest.raises(DatabaseError), transaction.atomic():
            retention_actions.delete_what_is_over(by=SYSTEM, at=SOON)
        other.rollback()
        other.execute(wants)
        with pytest.raises(DatabaseError), transaction.atomic():
            take([read(at=SOON)], by=SYSTEM, at=SOON)
        other.rollback()
        other.execute(shares)
        assert take([read(at=SOON)], by=SYSTEM, at=SOON) == 1


def test_a_camera_whose_clock_runs_ahead_is_not_believed(town: Town, history_on: Callable[..., int]) -> None:
    history_on()
    take([read(at=SOON + 3 * DAY)], by=SYSTEM, at=SOON)
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(at) FROM sightings_sighting")
        assert cursor.fetchone()[0] < SOON + timedelta(minutes=5)
