"""A command to a device that may be away: said again when it is heard, the last one only, and never when its time is over."""

from datetime import UTC, datetime, timedelta

import pytest

from safetyzone.kernel.models import OutboxMessage
from safetyzone.kernel.outbox import SAID_AGAIN_AFTER, SAID_AGAIN_AT_MOST, command_done, post, say_again

NIGHT = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
LAMP, TEST = "cmd.LPN-P001.status", "cmd.LPN-P001.selftest"
pytestmark = pytest.mark.django_db


def after(seconds: float) -> datetime:
    return NIGHT + timedelta(seconds=seconds)


def said(subject: str = LAMP, *, at: datetime = NIGHT, lasts_s: float | None = 900) -> int:
    """A message that the bus has had at this moment."""
    post(subject=subject, body={}, at=at, expires_at=at + timedelta(seconds=lasts_s) if lasts_s else None)
    OutboxMessage.objects.filter(published_at=None).update(published_at=at)
    return OutboxMessage.objects.latest("id").pk


def due() -> list[int]:
    return list(OutboxMessage.objects.filter(published_at=None).order_by("id").values_list("id", flat=True))


def test_a_command_is_said_again_when_its_device_is_heard_and_to_nobody_else() -> None:
    mine, other = said(), said("cmd.LPN-P002.status")
    assert say_again([LAMP, TEST], at=after(60)) == 1
    assert due() == [mine]
    assert other not in due()


def test_a_command_whose_time_is_over_is_not_said_again() -> None:
    said(lasts_s=900)
    assert say_again([LAMP], at=after(900)) == 0
    assert say_again([LAMP], at=after(899)) == 1


def test_only_the_last_command_of_a_kind_is_said_again() -> None:
    older, newer = said(), said(at=after(5))
    assert say_again([LAMP], at=after(60)) == 1
    assert due() == [newer] != [older]


def test_an_older_command_does_not_come_back_when_the_last_one_is_over() -> None:
    said(lasts_s=900)
    said(at=after(5), lasts_s=10)
    assert say_again([LAMP], at=after(60)) == 0


def test_a_device_that_has_just_been_told_is_left_time_to_answer() -> None:
    said()
    assert say_again([LAMP], at=NIGHT + SAID_AGAIN_AFTER - timedelta(milliseconds=1)) == 0
    assert say_again([LAMP], at=NIGHT + SAID_AGAIN_AFTER) == 1
    assert say_again([LAMP], at=after(30)) == 0, "it waits for the bus already"


def test_a_device_that_never_says_that_it_did_is_not_told_for_ever() -> None:
    said()
    told = 0
    for beat in range(1, 20):
        told += say_again([LAMP], at=after(20 * beat))
        OutboxMessage.objects.filter(published_at=None).update(published_at=after(20 * beat))
    assert told == SAID_AGAIN_AT_MOST


def test_what_was_done_is_not_said_again() -> None:
    said(TEST)
    assert command_done([TEST], at=after(20)) == 1
    assert say_again([TEST], at=after(40)) == 0


def test_a_message_without_an_end_is_no_command() -> None:
    said(lasts_s=None)
    assert say_again([LAMP], at=after(60)) == 0
