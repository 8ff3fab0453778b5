"""The state machine over the invariants, for as long as a suite may take; ``python -m tests.proofs watchlists`` goes on for longer."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from safetyzone.senses.watchlists.tests.machine import WatchlistMachine


@pytest.mark.django_db
@pytest.mark.timeout(120)
def test_no_order_of_people_cameras_and_time_breaks_an_invariant():
    few = settings(max_examples=12, stateful_step_count=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(WatchlistMachine, settings=few)
