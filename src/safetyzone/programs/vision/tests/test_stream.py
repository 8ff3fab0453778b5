"""One camera's pictures: asleep it costs key frames alone, a wake-up looks back; a broken packet or a clock that is set stops nothing."""

from dataclasses import dataclass

import av
import pytest

from safetyzone.programs.vision.stream import AWAKE_S, LEARNS_S, Watch
from safetyzone.programs.vision.tests.street import RATE, film

BEGAN_S = 1_790_000_000.0
CAR_S = 24.0


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    """Half a minute of nothing, then a car."""
    return film(tmp_path_factory.mktemp("films") / "quiet.mp4", cars=((11, CAR_S),), seconds=30, gop_s=2.0)


@dataclass
class Run:
    watch: Watch
    seen: list
    decoded_at: list[tuple[float, int]]


def run(path, *, wall=lambda at_s: BEGAN_S + at_s, spoil=lambda number, packet: packet) -> Run:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        watch, seen, decoded = Watch(stream.codec_context), [], []
        second = float(stream.time_base)
        for number, packet in enumerate(container.demux(stream)):
            if not packet.size:
                continue
            at_s = packet.dts * second
            for one in watch.packet(spoil(number, packet), second=second, now_s=wall(at_s), clock_s=at_s):
                seen.append((at_s, one.at_ms, bool(one.moved)))
            decoded.append((at_s, watch.counted.decoded))
        return Run(watch, seen, decoded)


def decoded_between(found: Run, begin_s: float, end_s: float) -> int:
    inside = [count for at_s, count in found.decoded_at if begin_s <= at_s <= end_s]
    return inside[-1] - inside[0]


def test_asleep_only_key_frames_are_decoded_and_a_wake_up_looks_back_to_before_the_car_moved(quiet):
    found = run(quiet)
    begin = LEARNS_S + AWAKE_S + 2
    assert decoded_between(found, begin, CAR_S - 0.3) <= (CAR_S - begin) / 2 + 1
    moved = [at_ms / 1000 - BEGAN_S for _, at_ms, is_moved in found.seen if is_moved and at_ms / 1000 - BEGAN_S > begin]
    assert moved, "the car was not seen"
    assert moved[0] <= CAR_S + 0.6  # from when it drove in, though a key frame came later
    assert len([at for at in moved if CAR_S <= at <= CAR_S + 3.2]) >= 0.7 * 3 * RATE
    assert moved == sorted(moved)


def test_no_picture_is_seen_twice(quiet):
    times = [at_ms for _, at_ms, _ in run(quiet).seen]
    assert len(times) == len(set(times))


def test_broken_packets_are_counted_and_cost_no_more_than_what_they_broke(quiet):
    def spoil(number, packet):
        if number % 17 or number < 20:
            return packet
        raw = bytearray(bytes(packet))
        raw[5 : len(raw) : 3] = bytes(len(raw[5 : len(raw) : 3]))
        broken = av.Packet(bytes(raw))
        broken.dts, broken.pts, broken.time_base, broken.is_keyframe = packet.dts, packet.pts, packet.time_base, packet.is_keyframe
        return broken

    found = run(quiet, spoil=spoil)
    assert [one for one in found.seen if one[2]], "nothing was seen any more"


@pytest.mark.parametrize("jump_s", [3600.0, -3600.0])
def test_a_clock_that_is_set_by_an_hour_is_followed_at_the_next_key_frame(quiet, jump_s):
    found = run(quiet, wall=lambda at_s: BEGAN_S + at_s + (jump_s if at_s >= 6.0 else 0.0))
    late = [(at_s, at_ms) for at_s, at_ms, _ in found.seen if at_s >= CAR_S]
    assert late
    assert all(abs(at_ms / 1000 - (BEGAN_S + at_s + jump_s)) < 5 for at_s, at_ms in late)
