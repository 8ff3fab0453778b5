"""Nothing is compared before two people, a law, an open case, an evaluation and an end say so; and it falls off by itself."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from safetyzone.kernel.refusals import NotFound, NotYours, OutOfOrder, Refused
from safetyzone.senses.watchlists import activation_actions, list_actions, queries, rules, stop_actions
from safetyzone.senses.watchlists.models import Activation, KillSwitch, ListEntry
from safetyzone.senses.watchlists.tests.town import AT, DAY, HOUR, STATION, evaluation, person, said
from safetyzone.trust.audit.queries import acts_on
from safetyzone.trust.cases import actions as cases


def test_a_listed_plate_is_wanted_at_its_cameras_from_approval_to_its_first_end(town):
    listed = town.make()
    town.plate(listed, lasts=5 * HOUR)
    assert queries.plates_wanted("C1", AT) is None
    town.on(listed, lasts=9 * HOUR, cameras=["C1"])
    assert queries.plates_wanted("C1", AT) == AT + 5 * HOUR
    assert queries.plates_wanted("C2", AT) is None
    assert queries.plates_wanted_at(None, AT) == {"C1": AT + 5 * HOUR}
    assert [
        queries.plates_wanted("C1", AT + t) is not None for t in (-timedelta(seconds=1), 5 * HOUR - timedelta(seconds=1), 5 * HOUR)
    ] == [
        False,
        True,
        False,
    ]


def test_a_face_is_wanted_with_its_template_and_the_cameras_threshold(town):
    listed = town.make("warrant")
    entry = town.face(listed)
    activation = town.on(listed, lasts=3 * DAY)
    work = queries.faces_wanted("C1", AT)
    assert [(one.entry, one.activation, len(one.vector)) for one in work.gallery] == [(entry, activation, 512)]
    assert work.threshold == 0.5
    assert work.until_ms == int((AT + DAY).timestamp() * 1000)
    assert repr(work.gallery[0]) == "<Template>"
    assert queries.faces_wanted("C1", AT + DAY) is None


def test_the_database_holds_neither_template_nor_photo_nor_name_in_the_clear(town):
    entry = ListEntry.objects.get(pk=town.face(town.make("warrant"), b"photo-canary-9"))
    from safetyzone.senses.watchlists.sealing import unseal_bytes

    vector = unseal_bytes(bytes(entry.template), "template")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(e)::text FROM watchlists_listentry e WHERE id = %s", [entry.pk])
        row = cursor.fetchone()[0]
    for canary in (b"photo-canary-9", vector[:16], "ผู้เสียหายรายหนึ่ง".encode()):
        assert canary.hex() not in row
        assert canary not in row.encode()
    assert unseal_bytes(bytes(entry.image), "image") == b"photo-canary-9"


@pytest.mark.parametrize(
    ("purpose", "lasts", "may"),
    [
        ("stolen", 90 * DAY, True),
        ("stolen", 90 * DAY + HOUR, False),
        ("warrant", 30 * DAY, True),
        ("warrant", 30 * DAY + HOUR, False),
        ("missing", 72 * HOUR, True),
        ("missing", 73 * HOUR, False),
        ("stolen", timedelta(0), False),
    ],
)
def test_an_entry_ends_within_what_its_kind_allows(town, purpose, lasts, may):
    listed, make = town.make(purpose), town.plate if purpose == "stolen" else town.face
    if may:
        assert make(listed, lasts=lasts)
    else:
        with pytest.raises(rules.TooLong):
            make(listed, lasts=lasts)


@pytest.mark.parametrize("lasts", [7 * DAY + HOUR, timedelta(0)])
def test_faces_are_switched_on_for_a_week_at_most(town, lasts):
    listed = town.make("warrant")
    town.face(listed)
    with pytest.raises(rules.TooLong):
        town.on(listed, lasts=lasts)


def test_whoever_asked_does_not_approve_and_a_face_needs_another_unit(town):
    plates, faces = town.make(), town.make("warrant")
    plate, face = town.plate(plates, approved=False), town.face(faces, approved=False)
    with pytest.raises(rules.SamePerson):
        list_actions.approve_entry(entry_id=plate, no_relation=True, by=town.asks, at=AT)
    with pytest.raises(rules.OwnCase):
        list_actions.approve_entry(entry_id=plate, no_relation=False, by=town.approves, at=AT)
    with pytest.raises(rules.SameChain):
        list_actions.approve_entry(entry_id=face, no_relation=True, by=town.approves, at=AT)
    list_actions.approve_entry(entry_id=face, no_relation=True, by=town.outside, at=AT)
    with pytest.raises(OutOfOrder):
        list_actions.approve_entry(entry_id=face, no_relation=True, by=town.outside, at=AT)
    cases.assign(case_id=town.case_id, officer="approves", why="ช่วยคดี", by="asks", at=AT)
    with pytest.raises(rules.OwnCase):
        list_actions.approve_entry(entry_id=plate, no_relation=True, by=town.approves, at=AT)


def test_an_entry_needs_an_open_case_of_the_unit_that_the_law_covers(town):
    from safetyzone.trust.cases.queries import NoOpenCase

    listed = town.make()
    cases.open_case(number="9/2569", unit=STATION, offence="fraud", officers=["asks"], by="asks", at=AT)
    cases.open_case(number="10/2569", unit="pattaya", offence="vehicle_theft", officers=["asks"], by="asks", at=AT)
    for number, refused in (("9/2569", rules.NotCovered), ("10/2569", NoOpenCase), ("11/2569", NoOpenCase), ("", NoOpenCase)):
        with pytest.raises(refused):
            town.plate(listed, case=number)
    with pytest.raises(rules.SaysNoReason):
        town.plate(listed, reason=" ")


def test_an_entry_dies_with_its_case(town):
    listed = town.make()
    town.plate(listed)
    town.on(listed)
    assert queries.plates_wanted("C1", AT + HOUR)
    cases.close(case_id=town.case_id, why="ได้รถคืน", by="asks", at=AT + HOUR)
    assert queries.plates_wanted("C1", AT + HOUR) is None


def test_a_withdrawn_warrant_is_dead_at_once_and_an_unchecked_one_after_two_days(town):
    listed = town.make("warrant")
    entry = town.face(listed, lasts=20 * DAY)
    town.on(listed, lasts=7 * DAY)
    soon = AT + 48 * HOUR
    assert [queries.faces_wanted("C1", at) is not None for at in (soon - timedelta(seconds=1), soon)] == [True, False]
    list_actions.recheck(entry_id=entry, by=town.asks, at=soon + HOUR)
    assert queries.faces_wanted("C1", soon + HOUR)
    list_actions.withdraw(entry_id=entry, why="ศาลเพิกถอนหมาย", by=town.approves, at=soon + 2 * HOUR)
    assert queries.faces_wanted("C1", soon + 2 * HOUR) is None


def test_the_kill_switch_is_signed_and_stops_its_kind_at_its_station_at_once(town):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from safetyzone.trust.evidence.signing import public_key

    plates, faces = town.make(), town.make("warrant")
    town.plate(plates)
    town.face(faces)
    town.on(plates)
    town.on(faces)
    stop_actions.kill(station=STATION, kind="face", why="คำร้องของประชาชน", by=town.judge, at=AT + HOUR)
    assert queries.matching_off(STATION, AT + HOUR) == {"face"}
    assert queries.matching_off(STATION, AT) == frozenset()
    assert queries.faces_wanted("C1", AT + HOUR) is None
    assert queries.plates_wanted("C1", AT + HOUR)
    kept = KillSwitch.objects.get()
    signed = rules.switch_line(STATION, "face", off=True, at=kept.at)
    Ed25519PublicKey.from_public_bytes(public_key()).verify(bytes.fromhex(kept.signature), signed.encode())
    with pytest.raises(rules.SamePerson):
        stop_actions.release(station=STATION, kind="face", why="ตรวจแล้ว", by=town.judge, at=AT + 2 * HOUR)
    with pytest.raises(rules.IsStopped):
        town.on(faces, at=AT + 2 * HOUR)
    stop_actions.release(station=STATION, kind="face", why="ตรวจแล้ว", by=town.approves, at=AT + 2 * HOUR)
    assert queries.faces_wanted("C1", AT + 2 * HOUR)


def test_nothing_is_compared_without_an_evaluation_of_twelve_months(town):
    listed = town.make()
    town.plate(listed, lasts=20 * DAY)
    town.on(listed, lasts=20 * DAY)
    late = AT + 363 * DAY + 25 * HOUR
    from safetyzone.senses.watchlists.planning import plan

    assert plan(listed, ["C1"], at=late)[0].why_not == "no_evaluation"
    from safetyzone.senses.watchlists.accuracy_actions import withdraw_evaluation
    from safetyzone.senses.watchlists.models import EvaluationRecord

    card = EvaluationRecord.objects.get(kind="plate")
    withdraw_evaluation(evaluation_id=card.pk, station=STATION, why="เปลี่ยนโมเดล", by=town.judge, at=AT + HOUR)
    assert queries.plates_wanted("C1", AT + HOUR) is None
    with pytest.raises(rules.NoEvaluation):
        town.on(listed, at=AT + HOUR)
    evaluation("plate", town.judge, at=AT + 2 * HOUR)
    town.on(listed, at=AT + 2 * HOUR)


def test_at_a_protected_place_faces_need_a_court(town):
    from safetyzone.kernel.geometry import Point

    listed = town.make("warrant")
    town.face(listed)
    running = town.on(listed, cameras=["C1", "C2"], lasts=2 * DAY)
    stop_actions.protect(
        station=STATION,
        kind="hospital",
        name_th="โรงพยาบาล",
        centre=Point(lon=100.542, lat=13.73),
        radius_m=60,
        since=AT + HOUR,
        until=None,
        by=town.approves,
        at=AT + HOUR,
    )
    assert queries.faces_wanted("C1", AT + HOUR) is None
    assert queries.faces_wanted("C2", AT + HOUR)
    with pytest.raises(rules.NeedsCourt):
        town.on(listed, at=AT + HOUR)
    court = town.on(listed, at=AT + HOUR, court="ศาลอาญา 5/2569")
    assert {one.activation for one in queries.faces_wanted("C1", AT + HOUR).gallery} == {court}
    assert {one.activation for one in queries.faces_wanted("C2", AT + HOUR).gallery} == {court, running}


def test_in_an_emergency_one_person_switches_on_for_an_hour_and_the_approvers_are_paged(town):
    listed = town.make("missing")
    town.face(listed)
    with pytest.raises(rules.TooLong):
        activation_actions.break_glass(switch=town.switch(listed, lasts=61 * timedelta(minutes=1)), by=town.asks, at=AT)
    made = activation_actions.break_glass(switch=town.switch(listed, lasts=HOUR), by=town.asks, at=AT)
    assert queries.faces_wanted("C1", AT)
    assert queries.faces_wanted("C1", AT + HOUR) is None
    paged = next(act.facts["paged"] for act in acts_on(f"activation:{made}") if act.action == "activation.urgent")
    assert "outside" in paged


def test_a_child_is_listed_only_when_missing_and_a_photo_must_show_one_good_face(town):
    from safetyzone.senses.watchlists.list_actions import Photo

    listed = town.make("warrant")
    for photo in (
        Photo(content=b"none", source="family"),
        Photo(content=b"two", source="family"),
        Photo(content=b"poor", source="family"),
        Photo(content=b"12345678", source="facebook"),
        Photo(content=b"", source="family"),
        Photo(content=b"12345678", source="family", minor=True),
    ):
        with pytest.raises(rules.PoorPicture):
            list_actions.ask_face(wanted=town.wanted(listed, warrant="ศาลอาญา 77/2569"), photo=photo, by=town.asks, at=AT)
    with pytest.raises(rules.NeedsCourt):
        list_actions.ask_face(wanted=town.wanted(listed), photo=Photo(content=b"12345678", source="family"), by=town.asks, at=AT)


def test_only_those_who_may_make_approve_and_stop(town):
    listed, stranger = town.make(), person("patrol", may="patrol")
    judge = person("only-judge", may="judge_hits")
    with pytest.raises(NotFound):
        list_actions.ask_plate(wanted=town.wanted(listed), plate=said(), by=stranger, at=AT)
    with pytest.raises(NotYours):
        list_actions.ask_plate(wanted=town.wanted(listed), plate=said(), by=judge, at=AT)
    with pytest.raises(NotYours):
        stop_actions.kill(station=STATION, kind="plate", why="ทดสอบ", by=judge, at=AT)


def test_every_deed_is_on_record_without_the_plate_or_the_person(town):
    listed = town.make()
    entry = town.plate(listed)
    activation = town.on(listed)
    acts = acts_on(f"entry:{entry}") + acts_on(f"activation:{activation}") + acts_on(f"list:{listed}")
    assert [act.action for act in acts] == ["entry.asked", "entry.approved", "activation.asked", "activation.approved", "list.made"]
    assert "7414" not in repr(acts)
    assert "ผู้เสียหาย" not in repr(acts)


def test_what_cannot_be_recorded_does_not_happen(town, monkeypatch):
    listed = town.make()

    def broken(*acts, lane="desk"):
        raise DatabaseError("the audit log is full")

    monkeypatch.setattr(list_actions, "record", broken)
    with pytest.raises(DatabaseError):
        town.plate(listed, approved=False)
    assert not ListEntry.objects.exists()
    monkeypatch.setattr(stop_actions, "record", broken)
    with pytest.raises(DatabaseError):
        stop_actions.kill(station=STATION, kind="plate", why="ทดสอบ", by=town.judge, at=AT)
    assert not KillSwitch.objects.exists()


def test_a_stopped_activation_stays_stopped(town):
    listed = town.make()
    town.plate(listed)
    made = town.on(listed)
    activation_actions.suspend(activation_id=made, why="เสร็จแล้ว", by=town.asks, at=AT + HOUR)
    assert queries.plates_wanted("C1", AT + HOUR) is None
    with pytest.raises(Refused):
        activation_actions.approve(activation_id=made, no_relation=True, by=town.outside, at=AT + HOUR)
    with pytest.raises(IntegrityError), transaction.atomic():
        Activation.objects.filter(pk=made).update(stopped_at=None, stopped_by="", stopped_why="", state="approved")
