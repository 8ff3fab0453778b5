"""What is over is gone, by itself and provably; and a camera that is wrong too often stops."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from safetyzone.ground.officers.access import SYSTEM
from safetyzone.kernel.refusals import NotFound, OutOfOrder
from safetyzone.senses.watchlists import accuracy_actions, actions, activation_actions, queries, retention_actions, rules
from safetyzone.senses.watchlists.models import CameraSuspension, Deletion, Hit, HitFigure, HitPicture, ListEntry
from safetyzone.senses.watchlists.tests.town import AT, DAY, HOUR, SOON, candidate, hit_of, passes, reading
from safetyzone.trust.audit.queries import acts_on


def test_what_nobody_confirmed_is_gone_after_a_day_and_its_destruction_is_proven(live):
    made, kept = hit_of(), hit_of(code="C2")
    actions.judge(kept, answer="same", reason="ตรง", by=live.judge, at=SOON)
    later = SOON + 24 * HOUR
    with pytest.raises(NotFound):  # whether or not the job has run
        actions.judge(made, answer="same", reason="ตรง", by=live.judge, at=later)
    assert retention_actions.delete_due(by=SYSTEM, at=later - timedelta(seconds=1)) == 0
    assert retention_actions.delete_due(by=SYSTEM, at=later) == 1
    assert list(Hit.objects.values_list("pk", flat=True)) == [kept]
    assert list(HitPicture.objects.values_list("pk", flat=True)) == [kept]
    assert HitFigure.objects.filter(hit=None).count() == 1
    proof = Deletion.objects.get()
    assert (proof.hits, proof.left, proof.why) == ([made], 0, "expired")
    assert acts_on(f"deletion:{proof.pk}")[0].facts["hits"] == [made]
    assert retention_actions.delete_due(by=SYSTEM, at=later) == 0


@pytest.mark.parametrize("how", ["nobody", "refused"])
def test_what_one_person_began_and_nobody_approved_is_stopped_and_all_of_it_destroyed(town, how):
    listed = town.make("missing")
    entry = town.face(listed)
    made = activation_actions.break_glass(switch=town.switch(listed, lasts=HOUR), by=town.asks, at=AT)
    hit = actions.take_candidate(candidate(entry, made, at=SOON), by=SYSTEM, at=SOON)
    later = AT + 24 * HOUR
    if how == "refused":
        later = SOON + timedelta(minutes=1)
        activation_actions.refuse(activation_id=made, why="ไม่มีภัยต่อชีวิต", by=town.outside, at=later)
    assert not Hit.objects.filter(queries.visible(later), pk=hit).exists()
    assert retention_actions.delete_due(by=SYSTEM, at=later) == 1
    assert not Hit.objects.exists()
    assert not HitFigure.objects.exists()
    assert Deletion.objects.get(why="urgent").activation == made
    with pytest.raises(OutOfOrder):
        activation_actions.approve(activation_id=made, no_relation=True, by=town.outside, at=later)


def test_what_was_approved_in_time_stays(town):
    listed = town.make("missing")
    entry = town.face(listed)
    made = activation_actions.break_glass(switch=town.switch(listed, lasts=HOUR), by=town.asks, at=AT)
    hit = actions.take_candidate(candidate(entry, made, at=SOON), by=SYSTEM, at=SOON)
    activation_actions.approve(activation_id=made, no_relation=True, by=town.outside, at=AT + 23 * HOUR)
    assert retention_actions.delete_due(by=SYSTEM, at=SOON + 23 * HOUR) == 0
    assert Hit.objects.filter(queries.visible(SOON + 23 * HOUR), pk=hit).exists()


def test_an_entry_that_is_over_for_a_month_loses_plate_and_name_and_no_other_does(live):
    entry = ListEntry.objects.get(pk=live.entry)
    for forged in ({"purged_at": AT, "series": "", "number": "", "subject": b""},):
        with pytest.raises(IntegrityError), transaction.atomic():
            ListEntry.objects.filter(pk=entry.pk).update(**forged)
    assert retention_actions.delete_due(by=SYSTEM, at=AT + 49 * DAY) == 0
    assert retention_actions.delete_due(by=SYSTEM, at=AT + 51 * DAY) == 1
    entry.refresh_from_db()
    assert (entry.number, bytes(entry.subject), entry.state) == ("", b"", "approved")


def test_two_false_alerts_in_a_day_stop_the_camera_and_two_people_let_it_go_on(live):
    for minutes in (10, 20):
        at = AT + timedelta(minutes=minutes)
        made = passes(reading(at=at), at=at)[0]
        actions.judge(made, answer="different", reason="คนละคัน", by=live.judge, at=at)
    stopped = CameraSuspension.objects.get()
    assert (stopped.camera, stopped.why) == ("C1", "false_a_day")
    assert queries.plates_wanted("C1", at) is None
    assert queries.plates_wanted("C2", at)
    with pytest.raises(OutOfOrder):
        accuracy_actions.lift(suspension_id=stopped.pk, by=live.approves, at=at + HOUR)
    accuracy_actions.ask_to_lift(suspension_id=stopped.pk, why="เช็ดเลนส์แล้ว", by=live.judge, at=at + HOUR)
    with pytest.raises(rules.SamePerson):
        accuracy_actions.lift(suspension_id=stopped.pk, by=live.judge, at=at + HOUR)
    accuracy_actions.lift(suspension_id=stopped.pk, by=live.approves, at=at + HOUR)
    assert queries.plates_wanted("C1", at + HOUR)
    at += 2 * HOUR
    made = passes(reading(at=at), at=at)[0]
    actions.judge(made, answer="different", reason="คนละคัน", by=live.judge, at=at)
    assert queries.plates_wanted("C1", at), "its count began anew"
