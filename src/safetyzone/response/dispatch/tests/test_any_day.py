"""Any day of offers, answers, silences and second thoughts: what must hold after every single step."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import hypothesis.strategies as st
import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from safetyzone import story
from safetyzone.ground.officers.access import SYSTEM, Who
from safetyzone.kernel.refusals import Refused
from safetyzone.response.dispatch import actions, deadlines, queries
from safetyzone.response.dispatch.lifecycle import ACTIVE, MAY_BECOME, State
from safetyzone.response.dispatch.models import Dispatch, SafetyClock, Unit
from safetyzone.response.dispatch.tests.conftest import NOON, STATION, Ground, lay_ground
from safetyzone.response.incidents import actions as room
from safetyzone.response.incidents import queries as incidents
from safetyzone.response.incidents.lifecycle import Status

UNITS = ("21", "22", "23")
WITH_UNIT = {Status.ASSIGNED, Status.EN_ROUTE, Status.ON_SCENE}
WAITING = {Status.NEW, Status.ANSWERED, Status.VERIFIED}
OVER = {Status.RESOLVED, Status.FALSE_PRESS, Status.TEST, Status.CLOSED}


class Day(RuleBasedStateMachine):
    """Three patrols, a few calls, one of them of the technical class; any order of what people and the loop may do."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        story.begin()
        self.ground: Ground = lay_ground()
        self.at = NOON
        self.before: dict[UUID, str] = {}
        self.by_people: set[tuple[int, str]] = set()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @initialize()
    def morning(self) -> None:
        self.riders: dict[str, Who] = {
            call_sign: self.ground.unit(call_sign, east_m=200.0 * number, at=self.at)
            for number, call_sign in enumerate(UNITS, start=1)
        }
        self.calls = [self.ground.incident(kind) for kind in ("sos", "sos_technical", "reported")]

    def order(self, pick: int) -> Dispatch | None:
        orders = list(Dispatch.objects.order_by("-offered_at", "-id"))
        return orders[pick % len(orders)] if orders else None

    def attempt(self, deed: str, **what: object) -> None:
        with suppress(Refused):
            getattr(actions, deed)(**what, at=self.at)

    @rule(call=st.integers(0, 2), call_sign=st.sampled_from(UNITS))
    def a_person_offers(self, call: int, call_sign: str) -> None:
        self.attempt("offer", incident_id=self.calls[call], call_sign=call_sign, by=self.ground.desk)
        self.by_people.add((self.calls[call], call_sign))

    @rule(call=st.integers(0, 2))
    def the_ladder_asks(self, call: int) -> None:
        self.attempt("offer_nearest", incident_id=self.calls[call], by=SYSTEM)

    @precondition(lambda self: Dispatch.objects.exists())
    @rule(
        pick=st.integers(0, 5), step=st.sampled_from(["acknowledge", "set_out", "arrive", "finish", "i_am_well"]),
        voice=st.booleans(),
    )  # fmt: skip
    def a_step(self, pick: int, step: str, voice: bool) -> None:
        order = self.order(pick)
        if order is not None:
            by = self.ground.desk if voice else self.riders[order.unit_id]
            sent = Dispatch.objects.filter(incident_id=order.incident_id, state__in=ACTIVE, offered_at__gt=order.offered_at)
            too_late = order.state == State.SILENT and sent.exists()
            self.attempt(step, dispatch_id=order.id, by=by)
            assert not too_late or Dispatch.objects.get(id=order.id).state == State.SILENT

    @precondition(lambda self: Dispatch.objects.exists())
    @rule(pick=st.integers(0, 5))
    def straight_to_the_scene(self, pick: int) -> None:
        for step in ("acknowledge", "set_out", "arrive"):
            self.a_step(pick, step, voice=False)

    @precondition(lambda self: Dispatch.objects.exists())
    @rule(pick=st.integers(0, 5), step=st.sampled_from(["decline", "stand_down"]))
    def a_second_thought(self, pick: int, step: str) -> None:
        order = self.order(pick)
        if order is not None:
            by = self.ground.desk if step == "stand_down" else self.riders[order.unit_id]
            self.attempt(step, dispatch_id=order.id, why="เหตุผล", by=by)

    @rule(seconds=st.sampled_from([5, 45, 120, 1300]))
    def time_passes(self, seconds: int) -> None:
        self.at += timedelta(seconds=seconds)
        deadlines.due(self.at)
        assert deadlines.due(self.at) == 0, "what was due is done, and done once"
        for call_sign, rider in self.riders.items():
            if Unit.objects.get(call_sign=call_sign).duty != "off":
                unit = Unit.objects.get(call_sign=call_sign)
                if unit.lon is not None:
                    Unit.objects.filter(call_sign=call_sign).update(fixed_at=self.at)
            assert rider.officer_id

    @rule(call_sign=st.sampled_from(UNITS), duty=st.sampled_from(["free", "off"]))
    def a_duty_changes(self, call_sign: str, duty: str) -> None:
        self.attempt("set_duty", call_sign=call_sign, duty=duty, by=self.riders[call_sign])

    @rule(call=st.integers(0, 2))
    def the_room_resolves(self, call: int) -> None:
        with suppress(Refused):
            room.resolve(incident_id=self.calls[call], outcome="helped", by=self.ground.desk, at=self.at)

    @invariant()
    def a_unit_has_at_most_one_job_and_its_duty_says_so(self) -> None:
        for view in queries.unit_board(STATION, self.at):
            active = Dispatch.objects.filter(unit_id=view.call_sign, state__in=ACTIVE).count()
            assert active <= 1
            assert (view.order is not None) == (active == 1)
            assert not (active and view.duty == "off")
            if view.order is not None and view.order.state is not State.OFFERED:
                assert view.duty == "busy"

    @invariant()
    def the_incident_agrees_with_its_units(self) -> None:
        for number in getattr(self, "calls", []):
            orders = queries.orders(number)
            status = incidents.brief(number).status
            active = [o for o in orders if o.state in ACTIVE]
            if active:
                assert status in WITH_UNIT, (status, active)
            elif not any(o.state is State.DONE for o in orders):
                assert status in WAITING | OVER, (status, orders)
            if status in OVER:
                assert not active

    @invariant()
    def the_machine_never_sends_to_a_technical_press(self) -> None:
        if getattr(self, "calls", []):
            for order in Dispatch.objects.filter(incident_id=self.calls[1]):
                assert order.by == self.ground.desk.name
                assert (order.incident_id, order.unit_id) in self.by_people

    @invariant()
    def orders_only_move_along_the_table(self) -> None:
        for order in Dispatch.objects.all():
            was = State(self.before.get(order.id, order.state))
            now = State(order.state)
            assert now is was or now in _reachable(was), (was, now)
            assert (order.ended_at is None) == (now in ACTIVE)
            self.before[order.id] = order.state

    @invariant()
    def clocks_run_exactly_while_a_crew_is_on_scene(self) -> None:
        for order in Dispatch.objects.all():
            running = SafetyClock.objects.filter(dispatch=order, stopped_at__isnull=True).count()
            assert running == (1 if order.state == State.ON_SCENE else 0)


def _reachable(state: State) -> set[State]:
    """Within one action an order may take more than one step of the table (an incident's end after a late answer)."""
    found: set[State] = set()
    waiting = [state]
    while waiting:
        for then in MAY_BECOME[waiting.pop()]:
            if then not in found:
                found.add(then)
                waiting.append(then)
    return found


@pytest.mark.django_db
def test_any_day_keeps_its_promises() -> None:
    run_state_machine_as_test(
        Day,
        settings=settings(
            max_examples=20, stateful_step_count=20, deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking on a real database takes minutes
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )  # fmt: skip
