"""Do two alerts speak of one thing, and how urgent is one?"""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from safetyzone.kernel.geometry import Point
from safetyzone.senses.alerts.models import Alert
from safetyzone.senses.alerts.rules import ONE_THING_WITHIN, ONE_THING_WITHIN_M, Seen, may_be_one_thing, urgency

NIGHT = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
HERE = Point(lon=100.5405, lat=13.7445)
metres = st.floats(min_value=-300, max_value=300)
seconds = st.floats(min_value=-600, max_value=600)


@given(east=metres, north=metres, later=seconds)
def test_near_in_place_and_time_whichever_came_first(east, north, later):
    one, other = Seen(HERE, NIGHT), Seen(HERE.moved(east_m=east, north_m=north), NIGHT + timedelta(seconds=later))
    near = HERE.metres_to(other.where) <= ONE_THING_WITHIN_M and abs(other.at - NIGHT) <= ONE_THING_WITHIN
    assert may_be_one_thing(one, other) is may_be_one_thing(other, one) is near


def test_a_place_unknown_is_near_to_nothing():
    assert not may_be_one_thing(Seen(None, NIGHT), Seen(None, NIGHT))


def test_every_kind_of_alert_has_an_urgency_and_only_a_trusted_call_is_for_life():
    assert {kind for kind in Alert.Kind.values if urgency(kind) == 1} == {"sos_pole", "sos_phone"}
