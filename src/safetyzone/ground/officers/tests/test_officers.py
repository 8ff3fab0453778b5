"""Officers are added, posted and retired by those who manage them, and every such act is on record."""

from datetime import UTC, datetime, timedelta

import pytest

from safetyzone.ground.officers import access, actions, queries
from safetyzone.ground.officers.access import COMMAND_LINE, Who
from safetyzone.ground.officers.models import Duty, Officer, Posting
from safetyzone.kernel.refusals import NotFound, NotYours, OutOfOrder
from safetyzone.trust.audit.models import Leaf

AT = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=8)
GOOD = "kratai-nai-suan-9"
MANAGER = Who(name="anong", officer_id=1, grants=frozenset({("lumphini", "manage_officers")}))
COMMANDER = Who(name="somsri", officer_id=2, grants=frozenset({("lumphini", "see_room"), ("lumphini", "dispatch")}))


@pytest.fixture
def malee(station: str) -> int:
    return actions.add_officer(username="malee", password=GOOD, station=station, rank_th="ส.ต.อ.", by=MANAGER, at=AT)


def test_a_new_officer_can_sign_in_and_may_nothing_yet(malee: int):
    officer = Officer.objects.get(pk=malee)
    assert officer.check_password(GOOD)
    assert not officer.is_staff
    assert not officer.is_superuser
    assert queries.who(officer, at=AT).grants == frozenset()


def test_a_posting_gives_the_duty_from_now_and_its_end_takes_it(malee: int):
    posting = actions.post(officer_id=malee, duty="patrol", station="lumphini", by=MANAGER, at=AT)
    assert queries.on_duty("lumphini", "patrol", LATER) == ["malee"]
    actions.end_posting(posting_id=posting, by=MANAGER, at=LATER)
    assert queries.on_duty("lumphini", "patrol", LATER) == []
    assert queries.on_duty("lumphini", "patrol", LATER - timedelta(seconds=1)) == ["malee"]
    with pytest.raises(OutOfOrder):
        actions.end_posting(posting_id=posting, by=MANAGER, at=LATER)


def test_a_posting_that_has_not_begun_is_taken_back_whole(malee: int):
    posting = actions.post(
        officer_id=malee, duty="patrol", station="lumphini", valid_from=LATER, by=MANAGER, at=AT
    )  # fmt: skip
    actions.end_posting(posting_id=posting, by=MANAGER, at=AT)
    assert not Posting.objects.exists()


def test_the_same_duty_twice_at_one_time_is_refused_but_the_next_shift_may_follow(malee: int):
    actions.post(officer_id=malee, duty="patrol", station="lumphini", valid_until=LATER, by=MANAGER, at=AT)
    with pytest.raises(actions.AlreadyPosted):
        actions.post(
            officer_id=malee, duty="patrol", station="lumphini", valid_from=LATER - timedelta(minutes=1), by=MANAGER, at=AT
        )
    actions.post(officer_id=malee, duty="patrol", station="lumphini", valid_from=LATER, by=MANAGER, at=AT)
    actions.post(officer_id=malee, duty="operator", station="lumphini", by=MANAGER, at=AT)
    with pytest.raises(actions.EndsBeforeItBegins):
        actions.post(officer_id=malee, duty="planner", station="lumphini", valid_until=AT, by=MANAGER, at=AT)


def test_every_act_is_on_record_by_number_and_without_her_name(malee: int):
    posting = actions.post(officer_id=malee, duty="patrol", station="lumphini", by=MANAGER, at=AT)
    actions.end_posting(posting_id=posting, by=MANAGER, at=LATER)
    actions.set_password(officer_id=malee, password=GOOD + "0", by=MANAGER, at=LATER)
    actions.retire(officer_id=malee, by=MANAGER, at=LATER)
    acts = Leaf.objects.filter(object=f"officer:{malee}").order_by("id")
    assert [act.action for act in acts] == [
        "officer.added", "officer.posted", "officer.posting_ended", "officer.password_set", "officer.retired"
    ]  # fmt: skip
    assert {(act.actor, act.station) for act in acts} == {("anong", "lumphini")}
    assert GOOD not in str([act.facts for act in acts])


def test_who_retires_loses_every_duty_and_cannot_sign_in(malee: int):
    actions.post(officer_id=malee, duty="patrol", station="lumphini", by=MANAGER, at=AT)
    actions.post(officer_id=malee, duty="operator", station="lumphini", valid_from=LATER, by=MANAGER, at=AT)
    actions.retire(officer_id=malee, by=MANAGER, at=AT + timedelta(hours=1))
    assert not Officer.objects.get(pk=malee).is_active
    assert queries.on_duty("lumphini", "patrol", LATER) == queries.on_duty("lumphini", "answer", LATER) == []
    with pytest.raises(NotFound):
        actions.post(officer_id=malee, duty="patrol", station="lumphini", by=MANAGER, at=LATER)
    with pytest.raises(OutOfOrder):
        actions.retire(officer_id=malee, by=MANAGER, at=LATER)


@pytest.mark.parametrize("username", ["Malee", "ma", "9malee", "มาลี", "malee ", "a" * 33])
def test_a_user_name_that_cannot_be_typed_everywhere_is_refused(station: str, username: str):
    with pytest.raises(actions.BadUsername):
        actions.add_officer(username=username, password=GOOD, station=station, by=MANAGER, at=AT)


def test_a_user_name_is_given_once(malee: int):
    with pytest.raises(actions.UsernameTaken, match="malee"):
        actions.add_officer(username="malee", password=GOOD, station="lumphini", by=MANAGER, at=AT)


@pytest.mark.parametrize("password", ["kwai-9", "123456789012", "password1234", "anchalee2569"])
def test_a_weak_password_is_refused_with_the_reason_in_both_languages(station: str, password: str):
    with pytest.raises(actions.WeakPassword) as no:
        actions.add_officer(username="anchalee", password=password, station=station, by=MANAGER, at=AT)
    assert "password" in no.value.say("en")
    assert "รหัสผ่าน" in no.value.say("th")
    assert password not in no.value.say("en")


@pytest.mark.parametrize("by", [COMMANDER, Who(name="x", grants=frozenset({("pattaya", "manage_officers")}))])
def test_only_those_who_manage_the_officers_of_that_station_may(malee: int, by: Who):
    posting = actions.post(officer_id=malee, duty="patrol", station="lumphini", by=MANAGER, at=AT)
    for attempt in (
        lambda: actions.add_officer(username="wirot", password=GOOD, station="lumphini", by=by, at=AT),
        lambda: actions.post(officer_id=malee, duty="commander", station="lumphini", by=by, at=AT),
        lambda: actions.end_posting(posting_id=posting, by=by, at=LATER),
        lambda: actions.set_password(officer_id=malee, password=GOOD, by=by, at=AT),
        lambda: actions.clear_second_factor(officer_id=malee, by=by, at=AT),
        lambda: actions.retire(officer_id=malee, by=by, at=AT),
    ):
        with pytest.raises(NotYours):
            attempt()


def test_the_list_of_officers_shows_duties_now_and_to_come(malee: int):
    actions.post(officer_id=malee, duty="patrol", station="lumphini", valid_until=LATER, by=MANAGER, at=AT)
    guest = actions.add_officer(username="guest", password=GOOD, station="pattaya", by=COMMAND_LINE, at=AT)
    actions.post(officer_id=guest, duty="overseer", station="lumphini", valid_from=LATER, by=MANAGER, at=AT)
    listed = {each.username: [posting.duty for posting in each.postings] for each in queries.officers("lumphini", at=AT)}
    assert listed == {"malee": ["patrol"], "guest": ["overseer"]}
    later = {each.username: len(each.postings) for each in queries.officers("lumphini", at=LATER)}
    assert later == {"malee": 0, "guest": 1}


def test_what_a_station_changed_in_a_duty_is_not_overwritten(station: str):
    Duty.objects.filter(code="patrol").update(permissions=["patrol", "see_room"])
    assert actions.load_duties(by=COMMAND_LINE, at=AT) == 0
    assert access.may(COMMAND_LINE, "manage_officers", station=station)
    assert Duty.objects.get(code="patrol").permissions == ["patrol", "see_room"]


def test_a_chosen_language_stays_with_the_officer(malee: int):
    actions.choose_language(language="en", by=Who(name="malee", officer_id=malee), at=AT)
    assert queries.who(Officer.objects.get(pk=malee), at=AT).language == "en"
