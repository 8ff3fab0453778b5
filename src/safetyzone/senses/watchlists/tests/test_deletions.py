"""The report of deletions: each rule and each day as the log has it, who did it, what is due and still there, and for whom."""

from datetime import UTC, datetime, timedelta

import pytest

from safetyzone.ground.officers.access import SYSTEM
from safetyzone.senses.sightings.retention_actions import delete_what_is_over
from safetyzone.senses.sightings.take_actions import take
from safetyzone.senses.sightings.tests.conftest import history_on, read
from safetyzone.senses.watchlists import actions, activation_actions, deletion_queries, retention_actions
from safetyzone.senses.watchlists.models import Hit
from safetyzone.senses.watchlists.tests.test_pages import enters, hands, text
from safetyzone.senses.watchlists.tests.town import AT, DAY, HOUR, OTHER, SOON, STATION, candidate, hit_of, person
from safetyzone.trust.audit.actions import Act, record

assert hands
assert history_on
NOVEMBER = deletion_queries.month_of("2026-11", AT)
LATER = SOON + 30 * HOUR


@pytest.fixture
def purged(live):
    """Two hits that nobody confirmed, and what came of an urgent activation that nobody approved."""
    hit_of()
    hit_of(code="C2")
    missing = live.make("missing")
    face = live.face(missing)
    urgent = activation_actions.break_glass(switch=live.switch(missing, lasts=HOUR), by=live.asks, at=AT)
    actions.take_candidate(candidate(face, urgent, at=SOON), by=SYSTEM, at=SOON)
    retention_actions.delete_due(by=SYSTEM, at=LATER)
    return live


def lines(month=NOVEMBER, station=STATION):
    return [(one.day.day, one.rule, one.by, one.rows, one.runs, one.left) for one in deletion_queries.deletions(station, month)]


def test_each_rule_has_its_line_of_the_day_with_what_went_and_by_whom(purged):
    assert lines() == [(24, "hits.expired", "system", 2, 1, 0), (24, "hits.urgent", "system", 1, 1, 0)]
    assert all(one.by_rule for one in deletion_queries.deletions(STATION, NOVEMBER))
    sums = {en: rows for _, en, rows in deletion_queries.totals(deletion_queries.deletions(STATION, NOVEMBER))}
    assert sorted(sums.values()) == [0, 0, 0, 0, 1, 2]


def test_a_day_and_a_month_are_those_of_bangkok(purged):
    for at, by in ((datetime(2026, 11, 30, 16, 59, tzinfo=UTC), "a"), (datetime(2026, 11, 30, 17, 0, tzinfo=UTC), "b")):
        record(Act(actor=by, action="audit.payload_erased", object="leaf:1", station=STATION, at=at, why="ตามคำสั่งศาล"))
    december = deletion_queries.after(NOVEMBER)
    assert lines()[0] == (30, "payload", "a", 1, 1, 0)
    assert lines(december) == [(1, "payload", "b", 1, 1, 0)]
    assert deletion_queries.before(december) == NOVEMBER


def test_passages_that_went_are_told_at_every_station_and_hits_at_their_own(purged, history_on):
    history_on("C1")
    take([read(at=AT), read(number="1", at=AT + timedelta(minutes=1))], by=SYSTEM, at=SOON)
    delete_what_is_over(by=SYSTEM, at=AT + 9 * DAY)
    december = deletion_queries.after(NOVEMBER)
    passages = (2, "sightings", "system", 2, 1, 0)
    assert passages in lines(december)
    assert lines(december, OTHER) == [passages]
    assert lines(station=OTHER) == []


def test_what_is_due_and_was_left_is_said(live):
    hit_of()
    over = SOON + DAY
    assert deletion_queries.due(STATION, at=over + timedelta(minutes=19)).hits == 0, "the next run will take it"
    assert deletion_queries.due(STATION, at=over + timedelta(minutes=21)).hits == 1
    assert deletion_queries.due(OTHER, at=over + DAY).hits == 0
    assert deletion_queries.due(STATION, at=AT + 60 * DAY).entries == 0, "an entry stays as long as its hit"
    retention_actions.delete_due(by=SYSTEM, at=over + HOUR)
    assert not Hit.objects.exists()
    assert deletion_queries.due(STATION, at=AT + 60 * DAY) == deletion_queries.Due(0, 1)


@pytest.mark.parametrize("words", ["", "x", "2026", "2026-13", "2026-0", "9999-01", "2026-12", "๒๕๖๙-๑๑", "-", "2026-11-01", "1999-01"])
def test_a_month_that_is_none_or_lies_ahead_is_this_one(words):
    assert deletion_queries.month_of(words, AT) == NOVEMBER


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_overseer_reads_the_report_and_who_does_not_read_the_log_finds_no_such_page(purged, hands, language):
    hands.forward(hours=30)
    person("oversees", may="read_audit check_accuracy stop_matching")
    client = enters("oversees", language=language, confirmed=False)
    page = text(client.get("/deletions/"))
    assert ("ระบบ ตามกฎนี้" if language == "th" else "the system, by this rule") in page
    assert "24 พ.ย. 2569" in page or "24 Nov 2026" in page
    assert 'role="alert"' not in page
    assert "7414" not in page
    assert 'href="/deletions/"' in page
    assert "?station=lumphini&amp;month=2026-10" in page
    assert "2026-12" not in page
    person("compares", may="judge_hits make_lists")
    assert enters("compares", confirmed=False).get("/deletions/").status_code == 404
