"""Poles: their credential, their heartbeat, and the alarm that is their silence."""

import json
from datetime import timedelta

import bcrypt
import pytest
from django.db import connection

from safetyzone.contracts.health import COMMAND_MEANT_FOR, PoleHealth, PoleSelfTest
from safetyzone.ground.officers.access import COMMAND_LINE, SYSTEM
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.models import OutboxMessage
from safetyzone.kernel.refusals import Refused
from safetyzone.senses.sos import actions, queries, supervision
from safetyzone.senses.sos.models import Pole
from safetyzone.senses.sos.tests.conftest import NIGHT, RATCHAPRASONG

BEAT = {"at": NIGHT, "battery_percent": 90}


def beat(*poles: str, at=NIGHT, **more: object) -> None:
    actions.heartbeats([PoleHealth.model_validate(BEAT | {"pole": pole} | more) for pole in poles], by=SYSTEM, at=at)


def incidents() -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, priority FROM incidents_incident ORDER BY id")
        return cursor.fetchall()


def devices_with_alerts() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT device FROM alerts_alert ORDER BY device")
        return [row[0] for row in cursor]


def test_the_password_is_kept_only_as_a_hash_and_the_key_not_at_all(add_pole):
    voice = add_pole("LPN-P001")
    pole = Pole.objects.get()
    given = actions.add_pole(
        code="LPN-P002", zone="ratchaprasong", name_th="เสา", name_en="Pole", point=RATCHAPRASONG, by=COMMAND_LINE, at=NIGHT
    )
    ((_, first_hash), (_, second_hash)) = queries.mqtt_credentials()
    assert bcrypt.checkpw(given.mqtt_password.encode(), second_hash.encode())
    assert not bcrypt.checkpw(given.mqtt_password.encode(), first_hash.encode())
    assert voice.key.hex() not in str(pole.__dict__)
    assert given.mqtt_password not in repr(given)


@pytest.mark.parametrize(
    ("code", "point"),
    [("pole.7", RATCHAPRASONG), ("เสา7", RATCHAPRASONG), ("", RATCHAPRASONG), ("a" * 33, RATCHAPRASONG), ("*", RATCHAPRASONG),
     ("LPN-P009", Point(lon=13.7, lat=100.5)), ("LPN-P009", Point(lon=0, lat=0))],
)  # fmt: skip
def test_a_pole_that_cannot_stand_is_refused_in_both_languages(add_pole, code, point):
    with pytest.raises(Refused) as no:
        actions.add_pole(code=code, zone="ratchaprasong", name_th="เสา", name_en="", point=point, by=COMMAND_LINE, at=NIGHT)
    assert no.value.say("th") != no.value.say("en")
    assert not Pole.objects.exists()


def test_a_pole_heard_is_well_and_one_never_heard_is_waited_for(pole_7, pole_8):
    beat("LPN-P007")
    assert {view.code: view.state for view in queries.poles("lumphini")} == {"LPN-P007": "ok", "LPN-P008": "waiting"}


def test_the_loss_of_a_pole_is_seen_within_ninety_seconds(pole_7, pole_8, after):
    beat("LPN-P007", "LPN-P008")
    beat("LPN-P008", at=after(60))
    assert supervision.due(after(70)) == 0
    assert supervision.due(after(80)) == 1
    assert incidents() == [("device_fault", 4)]
    assert supervision.due(after(85)) == 0, "once, not at every look"


def test_poles_lost_together_are_one_alarm_with_a_list(add_pole, after):
    codes = [f"LPN-P{number:03}" for number in range(1, 21)]
    for code in codes:
        add_pole(code)
    beat(*codes)
    beat(*codes[5:], at=after(60))
    assert supervision.due(after(80)) == 5
    assert incidents() == [("device_fault", 3)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT facts -> 'poles' FROM alerts_alert")
        assert codes[:5] == json.loads(cursor.fetchone()[0])


def test_a_pole_that_speaks_again_is_no_longer_lost(pole_7, after):
    beat("LPN-P007")
    supervision.due(after(80))
    beat("LPN-P007", at=after(90))
    assert queries.poles("lumphini")[0].state == "ok"


def test_tamper_raises_one_alarm_when_it_begins(pole_7, after):
    beat("LPN-P007")
    beat("LPN-P007", at=after(20), tamper=True)
    beat("LPN-P007", at=after(40), tamper=True)
    assert incidents() == [("device_fault", 3)]
    assert queries.poles("lumphini")[0].state == "tamper"


def test_a_failed_part_raises_one_alarm_and_a_good_test_none(pole_7):
    test = {"pole": "LPN-P007", "at": NIGHT, "button": "ok", "lamp": "ok", "battery": "ok"}
    actions.self_tests([PoleSelfTest.model_validate(test)], by=SYSTEM, at=NIGHT)
    assert incidents() == []
    bad = PoleSelfTest.model_validate(test | {"lamp": "failed"})
    for days in (1, 2):
        actions.self_tests([bad], by=SYSTEM, at=NIGHT + timedelta(days=days))
    assert incidents() == [("device_fault", 4)]
    assert queries.poles("lumphini")[0].test_failures == ["lamp"]


def test_a_retired_pole_may_no_longer_speak_on_the_bus(pole_7):
    actions.retire_pole(code="LPN-P007", by=COMMAND_LINE, at=NIGHT, why="ย้ายเสา")
    assert queries.mqtt_credentials() == []
    with pytest.raises(Refused):
        actions.retire_pole(code="LPN-P007", by=COMMAND_LINE, at=NIGHT, why="อีกครั้ง")


@pytest.mark.django_db
def test_what_makes_no_sense_is_counted_by_device_and_reason():
    said = [("LPN-P007", "hold_ms", "too long"), ("LPN-P007", "hold_ms", "too long"), ("LPN-P007", "v", "not 1")]
    actions.count_not_understood(said, by=SYSTEM, at=NIGHT)
    assert [(one.field, one.count) for one in queries.not_understood(at=NIGHT)] == [("hold_ms", 2), ("v", 1)]


def test_a_pole_that_never_answers_its_nightly_test_is_reported(pole_7, pole_8):
    beat("LPN-P007", "LPN-P008")
    assert actions.ask_for_nightly_tests(by=SYSTEM, at=NIGHT) == 2
    assert sorted(OutboxMessage.objects.values_list("subject", flat=True)) == [f"cmd.LPN-P00{n}.selftest" for n in (7, 8)]
    assert all(asked.expires_at - asked.at == COMMAND_MEANT_FOR for asked in OutboxMessage.objects.all())
    good = PoleSelfTest.model_validate({"pole": "LPN-P007", "at": NIGHT, "button": "ok", "lamp": "ok", "battery": "ok"})
    actions.self_tests([good], by=SYSTEM, at=NIGHT + timedelta(minutes=1))
    actions.ask_for_nightly_tests(by=SYSTEM, at=NIGHT + timedelta(hours=25, seconds=1))
    assert devices_with_alerts() == ["LPN-P008"]
