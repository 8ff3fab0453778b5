"""Looks are on record at their beginning and at their end, and the owner reads those that were opened."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from safetyzone.ground.officers.access import SYSTEM, Who
from safetyzone.senses.looks import actions, queries
from safetyzone.senses.looks.actions import Ending, NoWords, Wanted
from safetyzone.senses.looks.models import Bookmark, Look
from safetyzone.trust.audit.models import Lane, Leaf
from safetyzone.trust.audit.verify import verify

NIGHT = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
MALEE, LEK = Who(name="malee"), Who(name="lek")
WANTED = Wanted("lumphini", "A", "live", "incident", "", "เจ้าหน้าที่ศูนย์สั่งการ", "Operator", 41, "ขอความช่วยเหลือ", "call for help")

pytestmark = pytest.mark.django_db


def after(seconds: float) -> datetime:
    return NIGHT + timedelta(seconds=seconds)


def begin(*wanted: Wanted, by: Who = MALEE, at: datetime = NIGHT) -> list[int]:
    return actions.begin(wanted or [WANTED], session="s" * 32, by=by, at=at)


def test_looks_begin_together_and_each_has_its_leaf_in_a_chain_of_their_own():
    numbers = begin(*(replace(WANTED, camera=code) for code in "ABC"))
    assert [Look.objects.get(pk=number).camera for number in numbers] == ["A", "B", "C"]
    leaves = Leaf.objects.filter(lane="looks").order_by("seq")
    assert [(leaf.action, leaf.object, leaf.facts["look"]) for leaf in leaves] == [
        ("camera.looked", f"camera:{code}", number) for code, number in zip("ABC", numbers, strict=True)
    ]
    assert verify().whole
    assert begin() != numbers
    assert actions.begin([], session="s", by=MALEE, at=NIGHT) == []


def test_when_the_record_cannot_be_written_no_look_has_begun():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_leaf ADD CONSTRAINT the_log_is_down CHECK (object <> 'camera:B') NOT VALID")
    with pytest.raises(DatabaseError), transaction.atomic():
        begin(*(replace(WANTED, camera=code) for code in "AB"))
    assert Look.objects.count() == 0
    assert not Lane.objects.filter(name="looks", seq__gt=0).exists()


def test_progress_is_one_statement_and_never_goes_back(django_assert_num_queries):
    numbers = begin(*[WANTED] * 20)
    with django_assert_num_queries(3):  # the statement between savepoint and release
        assert actions.progress(dict.fromkeys(numbers, 8.0), by=SYSTEM, at=after(8)) == 20
    actions.progress({numbers[0]: 3.0}, by=SYSTEM, at=after(10))
    assert Look.objects.get(pk=numbers[0]).seconds == 8.0
    assert Leaf.objects.filter(action="camera.look_ended").count() == 0


def test_an_end_is_recorded_once_with_its_seconds_and_its_reason():
    one, other = begin(WANTED, replace(WANTED, camera="B"))
    actions.progress({one: 12.0}, by=SYSTEM, at=after(12))
    endings = [Ending(one, 11.0, "withdrawn"), Ending(other, 4.04, "left"), Ending(987_654, 1.0, "left")]
    assert actions.end(endings, by=SYSTEM, at=after(13)) == 2
    assert actions.end([Ending(one, 99.0, "left")], by=SYSTEM, at=after(14)) == 0
    ended = Leaf.objects.filter(action="camera.look_ended").order_by("seq")
    assert [(leaf.object, leaf.actor, leaf.why, leaf.facts["seconds"]) for leaf in ended] == [
        ("camera:A", "malee", "withdrawn", 12.0), ("camera:B", "malee", "left", 4.0),
    ]  # fmt: skip
    actions.progress({one: 500.0}, by=SYSTEM, at=after(500))
    assert (Look.objects.get(pk=one).seconds, Look.objects.get(pk=one).ended_at) == (12.0, after(13))
    assert verify().whole


def test_the_nightwatch_ends_what_nobody_tells_of_and_leaves_what_runs():
    silent, runs, unused, fresh = begin(*[WANTED] * 4)
    actions.progress({silent: 5.0}, by=SYSTEM, at=after(5))
    actions.progress({runs: 90.0}, by=SYSTEM, at=after(90))
    Look.objects.filter(pk=fresh).update(began_at=after(40))
    assert actions.end_lost(by=SYSTEM, at=after(100)) == 2
    why = {number: Look.objects.get(pk=number).closed_why for number in (silent, runs, unused, fresh)}
    assert why == {silent: "lost", runs: "", unused: "not_opened", fresh: ""}
    assert Look.objects.get(pk=silent).seconds == 5.0


def test_the_owner_reads_who_looked_by_duty_and_case_and_never_a_name_or_an_officers_words():
    opened, running, unused = begin(*(replace(WANTED, words="ลับ") for _ in range(3)))
    actions.progress({opened: 60.0, running: 61.0}, by=SYSTEM, at=after(60))
    actions.end([Ending(opened, 75.5, "left"), Ending(unused, 0.0, "not_opened")], by=SYSTEM, at=after(76))
    looks = queries.at_cameras(["A", "B"])
    assert looks["B"] == []
    assert [(one.running, one.minutes, one.rest_s) for one in looks["A"]] == [(True, 1, 1), (False, 1, 15)]
    one = looks["A"][1]
    assert (one.duty_en, one.case_en, one.kind, one.at) == ("Operator", "call for help", "live", NIGHT)
    assert not any(word in repr(looks) for word in ("malee", "ลับ"))
    assert len(queries.at_cameras(["A"], most=1)["A"]) == 1


def test_looks_are_found_by_officer_by_incident_and_by_the_number_in_a_saved_stream():
    mine = begin()[0]
    hers = begin(replace(WANTED, incident=42), by=LEK, at=after(60))[0]
    assert [one.look for one in queries.of_officer("malee", since=NIGHT)] == [mine]
    assert queries.of_officer("lek", since=after(61)) == []
    assert [one.look for one in queries.of_incident(42)] == [hers]
    assert queries.look(hers).officer == "lek"
    assert queries.look(987_654) is None
    assert [(one.look, one.has_ended) for one in queries.running([mine, 987_654])] == [(mine, False)]


def test_a_bookmark_says_what_is_to_be_found_and_is_on_record():
    made = actions.bookmark(station="lumphini", camera="A", at_ms=5000, words="  ชายเสื้อแดง \n วิ่ง ", incident=41, by=MALEE, at=NIGHT)
    assert [(one.bookmark, one.words, one.by) for one in queries.bookmarks("A", 5000, 5001)] == [(made, "ชายเสื้อแดง วิ่ง", "malee")]
    assert queries.bookmarks("A", 0, 5000) == queries.bookmarks("B", 0, 9000) == []
    leaf = Leaf.objects.get(action="camera.bookmarked")
    assert leaf.facts == {"bookmark": made, "at_ms": 5000, "incident": 41}
    with pytest.raises(NoWords):
        actions.bookmark(station="lumphini", camera="A", at_ms=1, words=" \n ", by=MALEE, at=NIGHT)
    assert Bookmark.objects.count() == 1
