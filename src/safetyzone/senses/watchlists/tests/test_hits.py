"""A reading becomes a hit, people compare, and only what they confirm becomes an alert; the rest is gone in a day."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from safetyzone.ground.officers.access import SYSTEM
from safetyzone.kernel.models import Change
from safetyzone.kernel.refusals import NotFound, OutOfOrder
from safetyzone.response.incidents.models import Incident
from safetyzone.senses.alerts.models import Alert
from safetyzone.senses.watchlists import actions, list_actions, rules
from safetyzone.senses.watchlists.confirmed import ConfirmedHit
from safetyzone.senses.watchlists.models import (
    Hit,
    HitFigure,
    Judgement,
    Outcome,
)
from safetyzone.senses.watchlists.sealing import unseal_bytes, unseal_facts
from safetyzone.senses.watchlists.tests.town import AT, DAY, HOUR, SOON, STATION, candidate, hit_of, passes, person, reading, said
from safetyzone.trust.audit.queries import acts_on


@pytest.fixture
def faces(town):
    listed = town.make("warrant")
    town.entry = town.face(listed, lasts=20 * DAY)
    town.activation = town.on(listed, lasts=6 * DAY)
    return town


def test_a_listed_plate_is_a_hit_with_what_else_it_may_have_been_and_the_consoles_hear_of_it(live):
    others = [(said("6ถพ"), 0.2)]
    (made,) = passes(reading(at=SOON, others=others))
    hit = Hit.objects.get(pk=made)
    read = unseal_facts(bytes(hit.read), "read")
    assert (hit.camera, hit.entry_id, hit.edits, hit.likeness, hit.state) == ("C1", live.entry, 0, 0, "waiting")
    assert read["plate"]["number"] == "7414"
    assert read["alternatives"][0]["plate"]["series"] == "6ถพ"
    assert unseal_bytes(bytes(hit.pictures.crop), "crop") == b"crop"
    assert hit.delete_at == SOON + 24 * HOUR
    assert Change.objects.filter(station=STATION, things__contains=[["hit", str(made)]]).exists()


def test_letters_that_the_reader_confuses_hit_and_say_which_differ(live):
    (made,) = passes(reading(plate=said("6ถพ"), at=SOON))
    hit = Hit.objects.get(pk=made)
    assert hit.edits == 1
    assert [pair for pair in unseal_facts(bytes(hit.read), "read")["signs"] if pair[0] != pair[1]] == [["ถ", "ก"]]


@pytest.mark.parametrize(
    "passing",
    [
        reading(plate=said(number="7415"), at=SOON),
        reading(plate=said(province="ชลบุรี"), at=SOON),
        reading(accepted=False, at=SOON),
        reading(sure=0.3, at=SOON),
        reading("C9", at=SOON),
        reading(at=AT - timedelta(seconds=1)),
        reading(at=SOON + timedelta(minutes=3)),
    ],
    ids=["other", "province", "doubtful", "unsure", "no-such-camera", "before-it-was-listed", "from-the-future"],
)
def test_what_is_not_listed_there_then_or_not_sure_makes_no_hit_and_leaves_nothing(live, passing):
    assert passes(passing) == []
    assert not Hit.objects.exists()
    assert not HitFigure.objects.exists()


def test_a_vehicle_that_stands_there_is_one_hit(live):
    assert len(passes(reading(at=SOON), reading(at=SOON + timedelta(seconds=1)), at=SOON + timedelta(seconds=2))) == 1
    assert passes(reading(at=SOON + timedelta(minutes=4)), at=SOON + timedelta(minutes=4)) == []
    assert len(passes(reading(at=SOON + timedelta(minutes=6)), at=SOON + timedelta(minutes=6))) == 1


def test_a_clock_that_is_a_little_ahead_loses_no_hit(live):
    (made,) = passes(reading(at=SOON + timedelta(seconds=2)))
    assert Hit.objects.get(pk=made).read_at == SOON


def test_a_reading_that_comes_twice_is_one_hit(live):
    one = reading(at=SOON)
    assert len(passes(one)) == 1
    assert passes(one, at=SOON + HOUR) == []


def test_one_person_confirms_a_plate_and_only_then_there_is_an_alert_and_an_incident(live):
    made = hit_of()
    assert not Alert.objects.exists()
    with pytest.raises(rules.SaysNoReason):
        actions.judge(made, answer="same", reason=" ", by=live.judge, at=SOON)
    confirmed = actions.judge(made, answer="same", reason="ตัวอักษร เลข และสีรถตรงกัน", by=live.judge, at=SOON)
    assert isinstance(confirmed, ConfirmedHit)
    alert = Alert.objects.get()
    assert (alert.kind, alert.device, alert.facts) == ("plate_hit", "C1", {"hit": made, "purpose": "stolen_vehicle"})
    assert Incident.objects.get().kind == "watch_hit"
    assert Hit.objects.get().delete_at is None
    with pytest.raises(OutOfOrder):
        actions.judge(made, answer="different", reason="เปลี่ยนใจ", by=live.second, at=SOON)


def test_a_confirmed_hit_is_made_by_judging_and_in_no_other_way():
    with pytest.raises(TypeError):
        ConfirmedHit(hit=1, alert=None, kind="plate", purpose="x", station=STATION, camera="C1", read_at=AT, officers=(), made=object())


def test_a_refused_hit_alerts_nobody_and_its_figure_says_false(live):
    made = hit_of()
    assert actions.judge(made, answer="different", reason="เลขท้ายไม่ตรง", by=live.judge, at=SOON) is None
    assert (Hit.objects.get().state, HitFigure.objects.get().answer, Alert.objects.count()) == ("refused", "false", 0)


def test_a_face_takes_two_different_people_and_the_log_does_not_tell_the_second_what_the_first_said(faces):
    made = actions.take_candidate(candidate(faces.entry, faces.activation, at=SOON), by=SYSTEM, at=SOON)
    assert actions.judge(made, answer="same", reason="โครงหน้าและแผลเป็น", by=faces.judge, at=SOON) is None
    assert "แผลเป็น" not in repr(acts_on(f"hit:{made}"))
    assert "same" not in repr(acts_on(f"hit:{made}"))
    assert not Alert.objects.exists()
    with pytest.raises(OutOfOrder):
        actions.judge(made, answer="same", reason="อีกครั้ง", by=faces.judge, at=SOON)
    confirmed = actions.judge(made, answer="same", reason="หูและคิ้ว", by=faces.second, at=SOON)
    assert confirmed.officers == ("judge", "second")
    assert Alert.objects.get().kind == "face_hit"


@pytest.mark.parametrize("first", ["different", "cannot_tell"])
def test_one_doubt_is_enough_and_the_second_is_asked_all_the_same(faces, first):
    made = actions.take_candidate(candidate(faces.entry, faces.activation, at=SOON), by=SYSTEM, at=SOON)
    actions.judge(made, answer=first, reason="ไม่แน่ใจ", by=faces.judge, at=SOON)
    assert Hit.objects.get().state == "waiting"
    assert actions.judge(made, answer="same", reason="เหมือน", by=faces.second, at=SOON) is None
    assert (Hit.objects.get().state, Alert.objects.count()) == ("refused", 0)
    assert HitFigure.objects.get().answer == ("false" if first == "different" else "unclear")


@pytest.mark.parametrize(
    "wrong",
    [{"score": 0.49}, {"quality": 0.2}, {"model": "another"}, {"code": "C9"}, {"entry": 0}, {"activation": 0}, {"at": AT - HOUR}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_vision_is_not_believed(faces, wrong):
    said_by_vision = {"entry": faces.entry, "activation": faces.activation, "at": SOON} | wrong
    assert (
        actions.take_candidate(
            candidate(said_by_vision.pop("entry"), said_by_vision.pop("activation"), **said_by_vision), by=SYSTEM, at=SOON
        )
        is None
    )


def test_a_score_alone_can_not_alert_even_by_hand_in_the_database(live):
    made = hit_of()
    forged = [
        "UPDATE watchlists_hit SET state = 'confirmed', delete_at = NULL, decided_at = now(), alert = gen_random_uuid()",
        "INSERT INTO alerts_alert (id, kind, station, zone, device, place_th, place_en, at, heard_at, certainty, facts, incident_id,"
        " first_incident_id) VALUES (gen_random_uuid(), 'plate_hit', 'lumphini', '', 'C1', '', '', now(), now(), 1, '{}', 1, 1)",
        "UPDATE watchlists_hit SET delete_at = delete_at + interval '1 hour'",
        f"UPDATE watchlists_hit SET entry_id = entry_id, activation_id = activation_id, camera = 'C2' WHERE id = {made}",
    ]  # fmt: skip
    for sql in forged:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_a_judgement_is_not_rewritten(live):
    made = hit_of()
    actions.judge(made, answer="different", reason="ไม่ตรง", by=live.judge, at=SOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Judgement.objects.update(answer="same")


def test_an_arrest_needs_evidence_independent_of_the_match(live):
    made = hit_of()
    with pytest.raises(OutOfOrder):
        actions.record_outcome(made, found="recovered", by=live.judge, at=SOON)
    actions.judge(made, answer="same", reason="ตรง", by=live.judge, at=SOON)
    with pytest.raises(rules.SaysNoReason):
        actions.record_outcome(made, found="arrest", by=live.judge, at=SOON)
    actions.record_outcome(made, found="arrest", independent_evidence="เลขตัวถังตรงกับใบแจ้งหาย", by=live.judge, at=SOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Outcome.objects.create(hit_id=made, found="arrest", by="x", at=SOON)


def test_editing_a_reading_keeps_the_original(live):
    made = hit_of()
    before = bytes(Hit.objects.get().read)
    actions.correct(made, plate=said(number="7474"), why="เลขที่สามเบลอ", by=live.judge, at=SOON)
    hit = Hit.objects.get()
    assert bytes(hit.read) == before
    assert unseal_facts(bytes(hit.corrections.get().read), "read")["number"] == "7474"


def test_who_may_not_compare_is_not_told_that_there_is_a_hit(live):
    made = hit_of()
    with pytest.raises(NotFound):
        actions.judge(made, answer="same", reason="ตรง", by=person("maker", may="make_lists"), at=SOON)


def test_a_withdrawn_entry_no_longer_hits(live):
    list_actions.withdraw(entry_id=live.entry, why="ได้รถคืน", by=live.asks, at=SOON)
    assert passes(reading(at=SOON - timedelta(seconds=9)), at=SOON + timedelta(seconds=2)) == []
