"""Two buttons, one fight: offered as one, joined by a person, every source kept, undone as easily (row D16)."""

import pytest

from safetyzone.kernel.refusals import OutOfOrder
from safetyzone.response.incidents import actions, queries
from safetyzone.response.incidents.lifecycle import Status


def offered(malee) -> list[tuple[int, int]]:
    return [(offer.older, offer.newer) for offer in queries.offers("lumphini", for_=malee)]


@pytest.mark.parametrize(
    ("east_m", "seconds", "is_offered"), [(79, 179, True), (81, 10, False), (10, 181, False), (0, 0, True), (-60, 100, True)]
)
def test_eighty_metres_and_three_minutes(call, malee, after, east_m, seconds, is_offered):
    one, other = call(), call(at=after(seconds), east_m=east_m)
    assert offered(malee) == ([(one, other)] if is_offered else [])


def test_nothing_is_joined_unasked(call, malee, after):
    call()
    call(at=after(5), east_m=10)
    assert len(queries.queue("lumphini", for_=malee)) == 2


def test_joined_and_undone_leaves_everything_as_it_was(call, malee, after):
    one, other = call(), call(at=after(60), east_m=40, kind="sos_phone")
    actions.answer(incident_id=other, by=malee, at=after(61))
    before = (queries.timeline(one), queries.incident(other, for_=malee).status)

    actions.join(older_id=one, newer_id=other, by=malee, at=after(70))
    assert [view.id for view in queries.queue("lumphini", for_=malee)] == [one]
    assert queries.incident(one, for_=malee).presses == 2
    assert [line.code for line in queries.timeline(one)] == ["alert_sos_pole", "alert_sos_phone", "joined"]
    assert queries.follow_joins(other) == one

    actions.undo_join(incident_id=other, by=malee, at=after(75))
    assert queries.incident(other, for_=malee).status is before[1] is Status.ANSWERED
    assert [line.code for line in queries.timeline(one)] == ["alert_sos_pole", "joined", "unjoined"]
    assert queries.incident(one, for_=malee).presses == 1
    assert offered(malee) == [], "answered once, not offered again"


def test_a_pair_refused_is_not_offered_again(call, malee, after):
    one, other = call(), call(at=after(5))
    actions.refuse_join(older_id=one, newer_id=other, by=malee, at=after(9))
    assert offered(malee) == []


def test_a_unit_under_way_keeps_its_incident(call, malee, after):
    one, other = call(), call(at=after(5))
    actions.unit_assigned(incident_id=other, call_sign="LPN-1", by=malee, at=after(6))
    with pytest.raises(OutOfOrder, match="unit"):
        actions.join(older_id=one, newer_id=other, by=malee, at=after(7))
    actions.join(older_id=other, newer_id=one, by=malee, at=after(8))


@pytest.mark.parametrize("to_itself", [True, False])
def test_what_cannot_be_joined(call, malee, after, to_itself):
    one = call()
    other = one if to_itself else call(at=after(5))
    if not to_itself:
        actions.join(older_id=one, newer_id=other, by=malee, at=after(6))
    with pytest.raises(OutOfOrder):
        actions.join(older_id=one, newer_id=other, by=malee, at=after(7))


def test_a_joined_incident_offers_only_the_way_back(call, malee, after):
    one, other = call(), call(at=after(5))
    actions.join(older_id=one, newer_id=other, by=malee, at=after(6))
    assert queries.next_steps(queries.incident(other, for_=malee), malee) == ["undo_join", "note"]
