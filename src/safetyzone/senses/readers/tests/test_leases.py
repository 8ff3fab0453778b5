"""Cameras shared out among programs that read, on a real PostgreSQL."""

from datetime import UTC, datetime, timedelta

import pytest

from safetyzone.contracts.vision import LEASE_FOR_S, LeaseAsk
from safetyzone.ground.officers.access import SYSTEM
from safetyzone.senses.readers import actions, queries
from safetyzone.senses.readers.rules import fair_share, to_let_go

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 21, 4, tzinfo=UTC)
WANTED = [f"CAM-{n}" for n in range(6)]


def ask(worker: str, held: list[str], *, room: int = 10, seconds: float = 0, wanted: list[str] = WANTED) -> list[str]:
    said = LeaseAsk(worker=worker, held=tuple(held), room=room)
    return actions.lease(said, wanted=wanted, by=SYSTEM, at=AT + timedelta(seconds=seconds))


def test_one_program_holds_all_and_renews_what_it_holds() -> None:
    held = ask("one", [])
    assert held == WANTED
    assert ask("one", held, seconds=LEASE_FOR_S - 1) == WANTED
    assert ask("one", held, seconds=2 * LEASE_FOR_S - 2) == WANTED


def test_a_second_program_gets_its_half_and_no_camera_is_read_twice() -> None:
    first = ask("one", [])
    assert ask("two", [], seconds=1) == []
    first = ask("one", first, seconds=2)
    second = ask("two", [], seconds=3)
    assert len(first) == len(second) == 3
    assert sorted([*first, *second]) == WANTED


def test_the_cameras_of_a_killed_program_are_anothers_when_its_lease_has_ended() -> None:
    first = ask("one", [])
    first = ask("one", first, seconds=1)
    second = ask("two", [], seconds=2)
    first = ask("one", first, seconds=2)
    second = ask("two", second, seconds=3)
    assert len(second) == 3
    second = ask("two", second, seconds=2 + LEASE_FOR_S + 0.1)
    assert second == WANTED
    assert queries.reader_of("CAM-0", AT + timedelta(seconds=11)) == "two"


def test_what_is_no_longer_wanted_is_let_go_at_the_next_question() -> None:
    held = ask("one", [])
    assert ask("one", held, seconds=2, wanted=WANTED[:2]) == WANTED[:2]
    assert queries.reader_of("CAM-5", AT + timedelta(seconds=2)) == ""


def test_a_program_that_says_it_does_not_hold_a_camera_gets_it_as_a_new_one() -> None:
    ask("one", [])
    assert ask("one", [], seconds=1) == WANTED  # it was started again under the same name


def test_nobody_holds_more_than_he_has_room_for() -> None:
    assert ask("one", [], room=2) == WANTED[:2]
    assert ask("two", [], room=9, seconds=1) == WANTED[2:5]


@pytest.mark.parametrize(("wanted", "workers", "room", "share"), [(6, 1, 9, 6), (6, 2, 9, 3), (7, 2, 9, 4), (7, 2, 1, 1), (0, 0, 4, 0)])
def test_shares_are_even(wanted: int, workers: int, room: int, share: int) -> None:
    assert fair_share(wanted, workers, room) == share


def test_the_same_cameras_are_let_go_at_every_question() -> None:
    assert to_let_go(["c", "a", "b"], 2) == ["c"]
    assert to_let_go(["b", "a"], 2) == []
