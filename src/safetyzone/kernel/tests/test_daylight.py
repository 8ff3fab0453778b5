"""Day and night, against the almanac of Bangkok."""

from datetime import UTC, datetime, timedelta

import pytest

from safetyzone.kernel.daylight import is_dark, sun_height_deg
from safetyzone.kernel.geometry import Point

BANGKOK = Point(lon=100.5, lat=13.75)


@pytest.mark.parametrize(
    ("day", "rises", "sets"),
    [  # sunrise and sunset of Bangkok, local time, to the minute
        ((2026, 3, 20), (6, 22), (18, 28)),
        ((2026, 6, 21), (5, 51), (18, 47)),
        ((2026, 12, 21), (6, 36), (17, 55)),
    ],
)
def test_the_sun_rises_and_sets_when_the_almanac_says(day, rises, sets):
    for hour, minute in (rises, sets):
        moment = datetime(*day, hour, minute, tzinfo=UTC) - timedelta(hours=7)
        assert sun_height_deg(BANGKOK, moment) == pytest.approx(-0.83, abs=0.7)  # refraction and the sun's own radius


def test_it_is_dark_at_midnight_and_not_at_noon_nor_in_twilight():
    assert is_dark(BANGKOK, datetime(2026, 11, 22, 17, 0, tzinfo=UTC))
    assert not is_dark(BANGKOK, datetime(2026, 11, 22, 5, 0, tzinfo=UTC))
    assert not is_dark(BANGKOK, datetime(2026, 11, 22, 11, 5, tzinfo=UTC))
