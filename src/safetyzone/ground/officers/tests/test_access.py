"""Who may do what, as truth tables: every permission, every duty, here, elsewhere, before and after."""

from datetime import UTC, datetime, timedelta

import pytest

from safetyzone.ground.officers import access, actions, queries
from safetyzone.ground.officers.access import COMMAND_LINE, SYSTEM, Who
from safetyzone.ground.officers.models import Officer, Permission, Posting
from safetyzone.kernel.refusals import NotYours

AT = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
A_SHIFT = timedelta(hours=8)
ROOM = {"see_room", "answer", "dispatch", "close", "shift"}
CAMERAS = {"see_cameras", "manage_cameras", "survey_cameras", "plan_cameras"}
PICTURES = {"watch_live", "watch_recorded", "lock_evidence"}
ALLOWS = {
    "commander": ROOM | CAMERAS | PICTURES | {
        "run_drill", "read_audit", "export_evidence", "unblur_evidence", "keep_cases", "approve_lists", "judge_hits", "check_accuracy",
        "stop_matching",
    },
    "operator": ROOM | PICTURES | {"see_cameras", "judge_hits", "stop_matching"},
    "patrol": {"patrol", "survey_cameras"},
    "planner": {"see_room", "edit_procedures", "edit_ground"} | CAMERAS,
    "technician": {"manage_devices", "see_cameras", "manage_cameras", "survey_cameras"},
    "administrator": {"manage_officers", "edit_ground"},
    "overseer": {"read_audit", "check_accuracy", "stop_matching"},
    "investigator": {"keep_cases", "make_lists", "judge_hits", "search_sightings", "see_cameras"},
    "approver": {"approve_lists", "stop_matching"},
}
SYSTEM_MAY = {"see_room", "answer", "dispatch", "close"}
COMMAND_LINE_MAY = {
    "manage_devices", "manage_officers", "edit_procedures", "edit_ground", "read_audit", "run_drill", "see_cameras",
    "manage_cameras", "plan_cameras",
}  # fmt: skip


def posted(duty: str, station: str, *, begins: datetime = AT, ends: datetime | None = AT + A_SHIFT) -> Officer:
    officer = Officer.objects.create(username=f"{duty}-{station}", station_id=station)
    Posting.objects.create(
        officer=officer, duty_id=duty, station_id=station, valid_from=begins, valid_until=ends, given_by="test"
    )
    return officer


def test_the_table_knows_every_duty_and_uses_every_permission(station: str):
    assert {duty.code: set(duty.permissions) for duty in queries.duties()} == ALLOWS
    assert set().union(*ALLOWS.values()) == set(Permission.values)


@pytest.mark.parametrize("permission", Permission.values)
@pytest.mark.parametrize("duty", ALLOWS)
def test_a_duty_allows_its_own_permissions_at_its_own_station_in_its_own_time(station: str, duty: str, permission: str):
    officer = posted(duty, station)
    allowed = permission in ALLOWS[duty]
    for at, here in (
        (AT - timedelta(microseconds=1), False),
        (AT, allowed),
        (AT + A_SHIFT - timedelta(microseconds=1), allowed),
        (AT + A_SHIFT, False),
    ):
        who = queries.who(officer, at=at)
        assert access.may(who, permission, station=station) is here
        assert access.may(who, permission, station="pattaya") is False
        assert (officer.username in queries.on_duty(station, permission, at)) is here
        assert queries.on_duty("pattaya", permission, at) == []


@pytest.mark.parametrize("permission", Permission.values)
def test_the_guard_is_nothing_but_the_predicate(permission: str):
    can = Who(name="a", grants=frozenset({("lumphini", permission)}))
    access.must(can, permission, station="lumphini")
    for who, station in ((can, "pattaya"), (can, ""), (Who(name="b"), "lumphini"), (None, "lumphini")):
        assert not access.may(who, permission, station=station)
        with pytest.raises(NotYours):
            access.must(who, permission, station=station)


@pytest.mark.parametrize("permission", Permission.values)
def test_the_loop_and_the_command_line_may_only_what_they_need(permission: str):
    assert access.may(SYSTEM, permission, station="lumphini") is (permission in SYSTEM_MAY)
    assert access.may(COMMAND_LINE, permission, station="lumphini") is (permission in COMMAND_LINE_MAY)


def test_a_retired_officer_may_nothing_whatever_her_postings_say(station: str):
    officer = posted("commander", station)
    officer.is_active = False
    officer.save()
    assert queries.who(officer, at=AT).grants == frozenset()
    assert queries.on_duty(station, "dispatch", AT) == []


def test_a_posting_without_end_lasts_and_two_duties_add_up(station: str):
    officer = posted("patrol", station, ends=None)
    actions.post(officer_id=officer.pk, duty="operator", station="pattaya", by=COMMAND_LINE, at=AT)
    who = queries.who(officer, at=AT + timedelta(days=900))
    assert access.stations_where(who, "patrol") == {"lumphini"}
    assert access.stations_where(who, "dispatch") == {"pattaya"}
    assert access.stations_where(None, "dispatch") == frozenset()


def test_a_superuser_flag_opens_nothing(station: str):
    root = Officer.objects.create(username="root", is_superuser=True, is_staff=True, station_id=station)
    assert queries.who(root, at=AT).grants == frozenset()


def test_many_officers_are_asked_in_one_question_and_answered_as_each_alone(station: str, django_assert_num_queries):
    people = {duty: posted(duty, station) for duty in ALLOWS}
    people["operator"].is_active = False
    people["operator"].save()
    names = {duty: officer.username for duty, officer in people.items()}
    for at in (AT, AT + A_SHIFT - timedelta(seconds=1), AT + A_SHIFT, AT - timedelta(seconds=1)):
        alone = {name: queries.who(people[duty], at=at) for duty, name in names.items()}
        with django_assert_num_queries(1):
            together = queries.who_are([*names.values(), "nobody"], at=at)
        assert together == {name: who for name, who in alone.items() if who.grants}


def test_a_permission_is_named_by_the_duty_that_grants_it_at_each_station(station: str):
    officer = posted("patrol", station)
    actions.post(officer_id=officer.pk, duty="operator", station="pattaya", by=COMMAND_LINE, at=AT)
    actions.post(officer_id=officer.pk, duty="commander", station="pattaya", by=COMMAND_LINE, at=AT + timedelta(seconds=1))
    later = AT + timedelta(seconds=2)
    assert queries.duty_names(officer.pk, "watch_live", at=later) == {"pattaya": ("เจ้าหน้าที่ศูนย์สั่งการ", "Operator")}, "the older one"
    assert queries.duty_names(officer.pk, "patrol", at=later) == {"lumphini": ("สายตรวจ", "Patrol")}
    assert queries.duty_names(officer.pk, "unblur_evidence", at=later) == {"pattaya": ("ผู้บัญชาการเหตุการณ์", "Duty commander")}
    assert queries.duty_names(None, "watch_live", at=later) == {}


def test_grants_do_not_print_themselves(station: str):
    assert "dispatch" not in repr(queries.who(posted("operator", station), at=AT))


def test_an_unknown_user_name_is_nobody(station: str):
    assert queries.who_is("nobody", at=AT) is None
    posted("patrol", station)
    somebody = queries.who_is("patrol-lumphini", at=AT)
    assert somebody is not None
    assert access.may(somebody, "patrol", station=station)
