"""A press is kept once, has its incident, and is answered the same however often it is said."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from safetyzone.contracts.press import PhonePress
from safetyzone.ground.officers.access import SYSTEM
from safetyzone.kernel.settings import settings
from safetyzone.senses.sos import actions, queries
from safetyzone.senses.sos.heard import from_phone, from_pole
from safetyzone.senses.sos.tests.conftest import NIGHT
from safetyzone.trust.audit.queries import acts_on
from safetyzone.trust.audit.verify import verify


def rows(table: str, where: str = "true") -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE {where}")
        return cursor.fetchone()[0]


def column(sql: str) -> list[object]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [row[0] for row in cursor]


def test_a_press_has_its_incident_before_anybody_is_answered(pole_7):
    (answer,) = actions.hear([pole_7.press()], by=SYSTEM, at=NIGHT)

    assert answer.kind == "ordinary"
    assert column("SELECT id FROM incidents_incident") == [answer.incident]
    assert column("SELECT place_th FROM incidents_incident") == ["เสา LPN-P007"]
    assert column("SELECT incident_id FROM alerts_alert") == [answer.incident]
    assert [act.action for act in acts_on(f"incident:{answer.incident}")] == ["press.heard"]
    assert verify().whole


def test_the_same_message_again_gets_the_first_answer_byte_for_byte(pole_7):
    press = pole_7.press()
    first = actions.hear([press], by=SYSTEM, at=NIGHT)[0].model_dump_json()
    again = actions.hear([press, press], by=SYSTEM, at=NIGHT + timedelta(minutes=40))

    assert {answer.model_dump_json() for answer in again} == {first}
    assert (rows("sos_press"), rows("incidents_incident"), rows("sos_press", "resent = 2")) == (1, 1, 1)


def test_the_same_message_twice_in_one_batch_is_one_press(pole_7):
    press = pole_7.press()
    one, other = actions.hear([press, press], by=SYSTEM, at=NIGHT)
    assert one == other
    assert (rows("sos_press"), rows("incidents_incident")) == (1, 1)


def test_pressing_again_is_the_same_call_and_counts(pole_7, after):
    (first,) = actions.hear([pole_7.press()], by=SYSTEM, at=NIGHT)
    batch = [pole_7.press(at=after(20)), pole_7.press(at=after(21))]
    answers = actions.hear(batch, by=SYSTEM, at=after(22))

    assert {answer.incident for answer in answers} == {first.incident}
    assert column("SELECT presses FROM incidents_incident") == [3]
    assert rows("alerts_alert") == 3


def test_pressing_again_within_one_batch_is_one_call(pole_7, pole_8, after):
    batch = [pole_7.press(), pole_8.press(), pole_7.press(), pole_7.press()]
    answers = actions.hear(batch, by=SYSTEM, at=NIGHT)
    assert answers[0].incident == answers[2].incident == answers[3].incident != answers[1].incident
    assert sorted(column("SELECT presses FROM incidents_incident")) == [1, 3]


def test_a_press_after_the_call_was_judged_false_rings_anew(pole_7, after):
    (first,) = actions.hear([pole_7.press()], by=SYSTEM, at=NIGHT)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE incidents_incident SET status = 'false_press', outcome = 'false_press'")
    (second,) = actions.hear([pole_7.press(at=after(30))], by=SYSTEM, at=after(30))
    assert second.incident != first.incident


FORGERIES = {
    "another pole's key": lambda pole, other: pole.press(key=other.key),
    "no key": lambda pole, other: pole.press(key=b""),
    "the master key itself": lambda pole, other: pole.press(key=settings().master_key_cached()),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_forged_press_is_kept_and_shown_as_technical(pole_7, pole_8, forge):
    (answer,) = actions.hear([forge(pole_7, pole_8)], by=SYSTEM, at=NIGHT)
    assert answer.kind == "technical"
    assert column("SELECT kind FROM incidents_incident") == ["sos_technical"]
    assert column("SELECT reasons ->> 0 FROM sos_press") == ["bad_signature"]


def test_a_forged_press_never_swallows_a_real_one(pole_7, pole_8, after):
    (forged,) = actions.hear([pole_7.press(key=pole_8.key)], by=SYSTEM, at=NIGHT)
    (real,) = actions.hear([pole_7.press(at=after(5))], by=SYSTEM, at=after(5))
    assert real.kind == "ordinary"
    assert real.incident != forged.incident


ALTERED = ({"hold_ms": 801}, {"seq": 2}, {"pressed_at": NIGHT + timedelta(microseconds=1)}, {"position": None})


@pytest.mark.parametrize("change", ALTERED, ids=[next(iter(change)) for change in ALTERED])
def test_every_field_is_under_the_signature(pole_7, change):
    press = pole_7.press(position={"lon": 100.54, "lat": 13.74})
    bent = from_pole(press.said.model_copy(update=change), topic_pole="LPN-P007")
    (answer,) = actions.hear([bent], by=SYSTEM, at=NIGHT)
    assert answer.kind == "technical"


def test_an_unknown_pole_is_shown_not_dropped(pole_7):
    stranger = type(pole_7)("NOBODY-1", b"x" * 32)
    (answer,) = actions.hear([stranger.press()], by=SYSTEM, at=NIGHT)
    assert answer.kind == "technical"
    assert column("SELECT reasons ->> 0 FROM sos_press") == ["unknown_pole"]


def test_a_new_credential_ends_the_old(add_pole, pole_7):
    add_pole("LPN-P007")
    (answer,) = actions.hear([pole_7.press()], by=SYSTEM, at=NIGHT)
    assert answer.kind == "technical"


@pytest.mark.parametrize("years", [-10, 10])
def test_a_wrong_clock_changes_the_class_and_loses_nothing(pole_7, years):
    (answer,) = actions.hear([pole_7.press(at=NIGHT + timedelta(days=365 * years))], by=SYSTEM, at=NIGHT)
    assert answer.kind == "technical"
    assert rows("incidents_incident", "pressed_at = heard_at") == 1


def test_a_crowd_on_one_pole_hides_no_other(pole_7, pole_8, after):
    crowd = [pole_7.press(at=after(number / 20)) for number in range(1000)]
    answers = actions.hear([*crowd, pole_8.press(at=after(50))], by=SYSTEM, at=after(51))
    assert rows("sos_press") == 1001
    assert answers[-1].kind == "ordinary"
    ordinary, flood, other = column("SELECT presses FROM incidents_incident ORDER BY id")
    assert (ordinary + flood, other) == (1000, 1)


def test_a_phone_press_lies_where_the_phone_says_or_nowhere(pole_7):
    said = {"phone": uuid4(), "press_id": uuid4(), "pressed_at": NIGHT, "hold_ms": 2000}
    here = PhonePress.model_validate(said | {"position": {"lon": 100.541, "lat": 13.745, "accuracy_m": 20}})
    nowhere = PhonePress.model_validate(said | {"press_id": uuid4(), "phone": uuid4()})
    swapped = PhonePress.model_validate(said | {"press_id": uuid4(), "phone": uuid4(), "position": {"lon": 13.7, "lat": 80}})
    actions.hear([from_phone(one) for one in (here, nowhere, swapped)], by=SYSTEM, at=NIGHT)
    assert column("SELECT zone FROM incidents_incident ORDER BY id") == ["ratchaprasong", "", ""]
    assert column("SELECT lon FROM incidents_incident ORDER BY id") == [100.541, None, None]


def test_the_audit_log_names_no_phone(pole_7):
    phone = uuid4()
    said = PhonePress.model_validate(
        {"phone": phone, "press_id": uuid4(), "pressed_at": NIGHT, "hold_ms": 2000, "words": "ช่วยด้วย"}
    )
    actions.hear([from_phone(said)], by=SYSTEM, at=NIGHT)
    assert str(phone) not in str(column("SELECT row_to_json(audit_leaf)::text FROM audit_leaf"))
    assert "ช่วยด้วย" not in str(column("SELECT row_to_json(audit_leaf)::text FROM audit_leaf"))
    assert "ช่วยด้วย" not in repr(from_phone(said))


def test_the_citizen_finds_her_press_by_its_id_alone(pole_7):
    press = pole_7.press()
    (answer,) = actions.hear([press], by=SYSTEM, at=NIGHT)
    found = queries.press_state(press.press_id)
    assert found is not None
    assert (found.incident, found.technical) == (answer.incident, False)
    assert queries.press_state(uuid4()) is None
