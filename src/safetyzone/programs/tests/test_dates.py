"""Dates as they are written in Thailand."""

from datetime import UTC, date, datetime

import pytest

from safetyzone.programs.dates import NotADate, end_of_day, read_date


@pytest.mark.parametrize("words", ["31/12/2569", "31/12/2026", "2569-12-31", "2026-12-31", " 31/12/2569 "])
def test_both_eras_and_both_orders_name_the_same_day(words: str) -> None:
    assert read_date(words) == date(2026, 12, 31)


@pytest.mark.parametrize("words", ["", "31/02/2569", "12/31/2569", "31-12-2569", "31/12/69", "พรุ่งนี้"])
def test_what_is_not_a_date_is_refused_with_an_example(words: str) -> None:
    with pytest.raises(NotADate) as no:
        read_date(words)
    assert "31/12/2569" in no.value.say("th")


def test_a_duty_ends_with_the_thai_day() -> None:
    assert end_of_day("31/12/2569") == datetime(2026, 12, 31, 17, tzinfo=UTC)


def test_the_leap_day_of_the_buddhist_era_follows_the_christian_year() -> None:
    assert read_date("29/02/2571") == date(2028, 2, 29)
