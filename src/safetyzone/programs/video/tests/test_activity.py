"""Movement is told from the sizes of frames."""

import random

from safetyzone.programs.video.activity import LASTS_S, Activity


def watched(seconds: int, *, moves: range = range(0), rate: int = 10, gop: int = 20, seed: int = 1) -> list[int]:
    """The seconds in which a made camera is called active: noise of 30 %, mending after key frames, and something that moves."""
    chance, activity, found = random.Random(seed), Activity(), []  # noqa: S311 - the same at every run
    for number in range(seconds * rate):
        second, place = number // rate, number % gop
        size = chance.randint(1_400, 2_600) * (8 if second in moves else 1) + (9_000 if 0 < place <= 3 else 0)
        if activity.add(120_000 if place == 0 else size, key=place == 0, now_s=1_000 + number / rate) and second not in found:
            found.append(second)
    return found


def test_a_street_that_sleeps_is_quiet_however_its_key_frames_fall() -> None:
    for gop in (5, 10, 20, 40, 100):
        assert watched(300, gop=gop, seed=gop) == []


def test_who_passes_is_noticed_within_a_second_and_for_a_while_after() -> None:
    assert watched(120, moves=range(60, 64)) == list(range(61, 65 + round(LASTS_S) - 1))


def test_a_camera_that_only_just_began_is_not_called_active() -> None:
    assert watched(4, moves=range(4)) == []
