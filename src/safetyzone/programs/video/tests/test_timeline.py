"""The media time is the wall clock, smoothed by the camera's own."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from safetyzone.contracts.video import EPOCH_S
from safetyzone.programs.video.timeline import TICKS, Timeline, tick_of, wall_ms

NOW_S = EPOCH_S + 28_000_000.0


def test_frames_keep_the_distance_that_the_camera_gave_them_however_late_they_arrive() -> None:
    timeline = Timeline()
    late = (0.0, 0.09, 0.02, 0.15)
    ticks = [timeline.at(100 + n * 0.04, key=n == 0, now_s=NOW_S + n * 0.04 + late[n]) for n in range(4)]
    assert [after - before for before, after in itertools.pairwise(ticks)] == [3_600] * 3
    assert wall_ms(ticks[0]) == round(NOW_S * 1000)


def test_a_camera_clock_that_runs_away_is_set_again_at_a_key_frame_and_only_there() -> None:
    timeline = Timeline()
    timeline.at(0, key=True, now_s=NOW_S)
    between = timeline.at(5, key=False, now_s=NOW_S + 6)
    assert wall_ms(between) == round((NOW_S + 5) * 1000)
    assert wall_ms(timeline.at(5.04, key=True, now_s=NOW_S + 6.04)) == round((NOW_S + 6.04) * 1000)


def test_a_camera_clock_that_leaps_does_not_take_the_picture_with_it() -> None:
    timeline = Timeline()
    timeline.at(0, key=True, now_s=NOW_S)
    assert wall_ms(timeline.at(90_000, key=False, now_s=NOW_S + 0.04)) == round((NOW_S + 0.04) * 1000)
    assert wall_ms(timeline.at(3, key=False, now_s=NOW_S + 0.08)) == round((NOW_S + 0.08) * 1000)


@given(st.lists(st.tuples(st.one_of(st.none(), st.floats(-1e5, 1e5)), st.booleans(), st.floats(0, 1e4)), min_size=2, max_size=40))
def test_time_never_stands_still_whatever_the_clocks_say(frames: list[tuple[float | None, bool, float]]) -> None:
    timeline = Timeline()
    ticks = [timeline.at(camera_s, key=key, now_s=NOW_S + late_s) for camera_s, key, late_s in frames]
    assert all(after > before for before, after in itertools.pairwise(ticks))


def test_a_tick_is_a_moment_and_back() -> None:
    assert tick_of(EPOCH_S * 1000 + 1_500) == TICKS * 3 // 2
    assert wall_ms(tick_of(1_795_406_874_789)) == 1_795_406_874_789
