"""Two hands at once, on the real database: exactly one wins, and the other gets an answer, not a fault."""

import threading
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection

from safetyzone.ground.officers.access import SYSTEM
from safetyzone.kernel.refusals import Refused
from safetyzone.response.dispatch import actions, deadlines, queries
from safetyzone.response.dispatch.lifecycle import ACTIVE, State
from safetyzone.response.dispatch.models import Dispatch, PatrolPress
from safetyzone.response.dispatch.press_actions import press_once
from safetyzone.response.dispatch.tests.conftest import NOON, Ground, lay_ground
from safetyzone.response.incidents import actions as room

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def street(transactional_db: None) -> Ground:
    return lay_ground()


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Do all of them at the same moment; each one's answer or its exception."""
    gate = threading.Barrier(len(deeds))
    answers: list[object] = [None] * len(deeds)

    def run(number: int, deed: Callable[[], object]) -> None:
        try:
            gate.wait()
            answers[number] = deed()
        except Exception as wrong:  # whatever it is, the test looks at it
            answers[number] = wrong
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


@pytest.mark.parametrize("round_", range(5))
def test_of_two_operators_who_send_the_same_unit_exactly_one_wins(street: Ground, round_: int) -> None:
    street.unit("21")
    numbers = [street.incident(), street.incident()]
    answers = at_once(
        *(
            lambda n=number: actions.offer(incident_id=n, call_sign="21", by=street.desk, at=NOON)  # type: ignore[misc]
            for number in numbers
        )
    )
    assert sum(isinstance(answer, Dispatch) for answer in answers) == 1
    assert sum(isinstance(answer, actions.UnitTaken) for answer in answers) == 1
    assert Dispatch.objects.filter(unit_id="21", state__in=ACTIVE).count() == 1


@pytest.mark.parametrize("round_", range(5))
def test_an_answer_in_the_last_second_and_the_silence_leave_one_truth(street: Ground, round_: int) -> None:
    rider = street.unit("21")
    street.unit("22", east_m=900)
    order = actions.offer(incident_id=street.incident(), call_sign="21", by=street.desk, at=NOON)
    late = order.answer_by
    answers = at_once(
        lambda: actions.acknowledge(dispatch_id=order.id, by=rider, at=late), lambda: deadlines.due(late)
    )
    state = Dispatch.objects.get(id=order.id).state
    if isinstance(answers[0], Dispatch):
        assert state == State.ACKNOWLEDGED
        assert len(queries.orders(order.incident_id)) == 1
    else:
        assert isinstance(answers[0], Refused)
        assert state == State.SILENT
        assert [o.call_sign for o in queries.orders(order.incident_id)] == ["21", "22"]


def test_two_loops_make_one_silence_and_ask_one_unit(street: Ground) -> None:
    for call_sign in ("21", "22", "23"):
        street.unit(call_sign)
    order = actions.offer_nearest(incident_id=street.incident(), by=SYSTEM, at=NOON)
    assert order is not None
    answers = at_once(*[lambda: deadlines.due(order.answer_by)] * 3)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert len(queries.orders(order.incident_id)) == 2


@pytest.mark.parametrize("round_", range(5))
def test_the_room_resolves_while_the_patrol_presses(street: Ground, round_: int) -> None:
    from safetyzone import story

    story.begin()
    rider = street.unit("21")
    number = street.incident()
    order = actions.offer(incident_id=number, call_sign="21", by=street.desk, at=NOON)
    actions.acknowledge(dispatch_id=order.id, by=rider, at=NOON)
    answers = at_once(
        lambda: room.resolve(incident_id=number, outcome="helped", by=street.desk, at=NOON),
        lambda: actions.arrive(dispatch_id=order.id, by=rider, at=NOON),
        lambda: actions.stop_sharing(call_sign="21", by=rider, at=NOON),
        lambda: actions.need_help(call_sign="21", by=rider, at=NOON),
    )
    assert [a for a in answers if isinstance(a, Exception) and not isinstance(a, Refused)] == []
    assert not Dispatch.objects.filter(state__in=ACTIVE).exists()


def test_the_same_press_sent_twice_at_once_is_done_once(street: Ground) -> None:
    rider = street.unit("21")
    key, done = uuid4(), []
    answers = at_once(
        *[
            lambda: press_once(
                key=key, button="help", pressed_at=NOON, deed=lambda: done.append(1), by=rider, at=NOON
            )
        ]
        * 4
    )
    assert sorted(answers) == [False, False, False, True]  # type: ignore[type-var]
    assert done == [1]
    assert PatrolPress.objects.count() == 1
