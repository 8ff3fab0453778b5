"""A life is a table: every status has a row, can be reached, has a Thai name, and is drawn as it is."""

import re

import pytest

from tests.architecture.diagrams import PAGE, lifecycles, page, reachable, table_of, words_of

ALL = lifecycles()
THAI = re.compile(r"[\u0e01-\u0e5b]")


def test_incidents_and_orders_have_lifecycles():
    assert {"response/incidents", "response/dispatch"} <= set(ALL)


@pytest.mark.parametrize("room", ALL)
def test_every_status_has_a_row(room):
    table = table_of(ALL[room])
    assert set(table) == set(type(next(iter(table))))


@pytest.mark.parametrize("room", ALL)
def test_every_status_can_be_reached(room):
    table = table_of(ALL[room])
    assert set(table) - reachable(table) == set()


@pytest.mark.parametrize("room", ALL)
def test_every_life_can_end(room):
    """From every status some path leads to one that has no successor."""
    table = table_of(ALL[room])
    ends = {state for state, then in table.items() if not then}
    assert [state for state in table if not reachable({state: table[state], **table}) & ends] == []


@pytest.mark.parametrize("room", ALL)
def test_the_lifecycle_refuses_what_its_table_does_not_have(room):
    module, table = ALL[room], table_of(ALL[room])
    from safetyzone.kernel.refusals import OutOfOrder

    for now in table:
        for then in table:
            if then in table[now]:
                module.check(now, then)
            else:
                with pytest.raises(OutOfOrder):
                    module.check(now, then)


@pytest.mark.parametrize("room", ALL)
def test_every_status_has_its_thai_name_beside_it(room):
    words = words_of(ALL[room])
    assert [state.value for state in table_of(ALL[room]) if not THAI.search(words.get(state.value, ""))] == []


def test_the_drawing_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == page(), "type: make docs"


def test_a_status_that_nothing_leads_to_is_found():
    from safetyzone.response.incidents.lifecycle import MAY_BECOME, Status

    without = {now: tuple(t for t in then if t is not Status.RESOLVED) for now, then in MAY_BECOME.items()}
    assert Status.RESOLVED in set(without) - reachable(without)
