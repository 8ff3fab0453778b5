"""Recordings: fragments on disk, recovered after a kill, cut to what was asked for, given up when they are old."""

import io
import os
from pathlib import Path

import av
import pytest

from safetyzone.contracts.video import EPOCH_S
from safetyzone.programs.video import store
from safetyzone.programs.video.fragments import Muxer, codec_of, scan
from safetyzone.programs.video.quota import Kept, Quota
from safetyzone.programs.video.tests.clips import make_clip
from safetyzone.programs.video.timeline import TICKS, Timeline, wall_ms

BEGAN_S = EPOCH_S + 28_000_000
"""A moment of the year 2026; 800 s after a full hour."""


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("clip") / "clip.mp4", seconds=6)


def record(clip: Path, root: Path, *, segment_s: float = 2, began_s: float = BEGAN_S, close: bool = True) -> int:
    """Record a clip as a puller does; returns how many frames went in."""
    segments, timeline, count = store.Segments(root, "CAM-1", segment_s), Timeline(), 0
    with av.open(str(clip)) as source:
        muxer, held = Muxer(source.streams.video[0]), None
        for packet in source.demux(video=0):
            if not packet.size:
                continue
            key, camera_s = packet.is_keyframe, float(packet.dts * packet.time_base)
            delay = round((packet.pts - packet.dts) * packet.time_base * TICKS)
            tick = timeline.at(camera_s, key=key, now_s=began_s + camera_s)
            fragment = muxer.add(packet, tick, delay)
            if held is not None:
                if held[1] and segments.is_due(held[0]):
                    segments.begin(muxer.init, held[0])
                segments.write(fragment, tick)
                count += 1
            held = tick, key
    if close:
        segments.close()
    return count


def frames(data: bytes) -> int:
    with av.open(io.BytesIO(data)) as played:
        return sum(1 for _ in played.decode(video=0))


def test_a_recording_is_cut_at_key_frames_and_every_frame_is_in_it(clip: Path, tmp_path: Path) -> None:
    count = record(clip, tmp_path)
    found = store.pieces(tmp_path, "CAM-1", BEGAN_S * 1000, BEGAN_S * 1000 + 60_000)
    assert [piece.ms for piece in found] == [2_000, 2_000, 1_900]
    files = [store.path_of(tmp_path, "CAM-1", piece.name) for piece in found]
    assert sum(frames(file.read_bytes()) for file in files if file) == count
    assert found[0].from_ms == BEGAN_S * 1000


def test_a_clip_with_frames_out_of_order_is_played_in_order(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "b.mp4", b_frames=2)
    count = record(clip, tmp_path / "r", segment_s=60)
    [piece] = store.pieces(tmp_path / "r", "CAM-1", BEGAN_S * 1000, BEGAN_S * 1000 + 60_000)
    file = store.path_of(tmp_path / "r", "CAM-1", piece.name)
    assert file is not None
    with av.open(str(file)) as played:
        shown = [frame.pts for frame in played.decode(video=0)]
    assert len(shown) == count
    assert shown == sorted(set(shown))


def test_the_open_piece_is_listed_and_played_as_far_as_it_goes(clip: Path, tmp_path: Path) -> None:
    record(clip, tmp_path, close=False)
    last = store.pieces(tmp_path, "CAM-1", BEGAN_S * 1000, BEGAN_S * 1000 + 60_000)[-1]
    assert last.name.endswith(".part")
    assert last.ms == 1_900
    file = store.path_of(tmp_path, "CAM-1", last.name)
    assert file is not None
    assert frames(b"".join(store.cut(file, last.from_ms, last.from_ms + last.ms))) == 19


@pytest.mark.parametrize("lost", [0, 1, 50, 107, 108, 109, 5_000])
def test_a_kill_loses_nothing_but_the_frame_that_was_being_written(clip: Path, tmp_path: Path, lost: int) -> None:
    record(clip, tmp_path, segment_s=60, close=False)
    [part] = tmp_path.glob("CAM-1/*/*.part")
    whole = scan(part)
    os.truncate(part, whole.end - lost)
    assert store.recover(tmp_path, "CAM-1") == 1
    [kept] = tmp_path.glob("CAM-1/*/*.mp4")
    still = [each for each in whole.fragments if each.end <= whole.end - lost]
    assert frames(kept.read_bytes()) == len(still)
    assert kept.stat().st_size == still[-1].end
    assert not list(tmp_path.glob("CAM-1/*/*.part"))


def test_a_piece_with_nothing_in_it_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = tmp_path / "CAM-1" / store.hour_of(BEGAN_S * 1000)
    folder.mkdir(parents=True)
    (folder / f"{BEGAN_S * 1000}.part").write_bytes(b"\0\0\0\x18ftyp")
    assert store.recover(tmp_path, "CAM-1") == 0
    assert not list(folder.iterdir())


def test_a_cut_begins_at_the_key_frame_before_and_ends_where_it_was_asked_to(clip: Path, tmp_path: Path) -> None:
    record(clip, tmp_path, segment_s=60)
    [file] = tmp_path.glob("CAM-1/*/*.mp4")
    begin = BEGAN_S * 1000 + 2_500
    data = b"".join(store.cut(file, begin, begin + 1_000))
    with av.open(io.BytesIO(data)) as played:
        shown = [EPOCH_S + float(frame.pts * frame.time_base) for frame in played.decode(video=0)]
    assert shown[0] == BEGAN_S + 2.0
    assert BEGAN_S + 3.39 < shown[-1] < BEGAN_S + 3.5
    assert not b"".join(store.cut(file, begin + 60_000, begin + 90_000))
    assert not b"".join(store.cut(file, begin - 90_000, begin - 60_000))


def test_nothing_is_found_of_a_camera_whose_name_is_a_path(clip: Path, tmp_path: Path) -> None:
    record(clip, tmp_path / "r")
    assert store.pieces(tmp_path / "r" / "x", "../CAM-1", BEGAN_S * 1000, BEGAN_S * 1000 + 9_000) == []
    assert store.path_of(tmp_path / "r", "CAM-1", "../../etc/passwd") is None


def test_the_codec_is_named_as_browsers_ask_for_it(clip: Path, tmp_path: Path) -> None:
    with av.open(str(clip)) as source:
        assert codec_of(Muxer(source.streams.video[0]).init).startswith("avc1.42c0")
    with av.open(str(make_clip(tmp_path / "h265.mp4", codec="libx265"))) as source:
        assert codec_of(Muxer(source.streams.video[0]).init).startswith("hvc1.1.6.L")
    assert codec_of(b"something else") == ""


def filled(root: Path, camera: str, hours: int, size: int) -> int:
    """One piece an hour, the newest an hour old; returns now, in ms."""
    now_ms = BEGAN_S * 1000
    for back in range(1, hours + 1):
        from_ms = now_ms - back * store.HOUR_MS
        folder = root / camera / store.hour_of(from_ms)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{from_ms}-60000.mp4").write_bytes(b"\0" * size)
    return now_ms


def kept(root: Path, camera: str) -> int:
    return len(list((root / camera).glob("*/*.mp4")))


def test_what_is_beyond_its_hours_is_deleted_and_nothing_else(tmp_path: Path) -> None:
    now_ms = filled(tmp_path, "LONG", 10, 100)
    filled(tmp_path, "SHORT", 10, 100)
    freed = Quota(tmp_path).enforce({"LONG": Kept(72, "police"), "SHORT": Kept(3, "shop")}, {}, now_ms=now_ms)
    assert (kept(tmp_path, "LONG"), kept(tmp_path, "SHORT")) == (10, 3)
    assert freed == 700


def test_a_full_class_gives_up_its_oldest_first_over_all_its_cameras_and_leaves_other_classes_alone(tmp_path: Path) -> None:
    now_ms = 0
    for camera in ("A", "B", "C"):
        now_ms = filled(tmp_path, camera, 10, 100)
    cameras = {"A": Kept(72, "police"), "B": Kept(72, "police"), "C": Kept(72, "agency")}
    Quota(tmp_path).enforce(cameras, {"police": 1_000, "agency": 5_000}, now_ms=now_ms)
    assert (kept(tmp_path, "A"), kept(tmp_path, "B"), kept(tmp_path, "C")) == (5, 5, 10)


def test_a_camera_that_is_not_recorded_keeps_only_what_an_incident_looks_back_at(clip: Path, tmp_path: Path) -> None:
    record(clip, tmp_path)
    quota, rule = Quota(tmp_path), {"CAM-1": Kept(0, "shop")}
    quota.enforce(rule, {}, now_ms=BEGAN_S * 1000 + 100_000)
    assert kept(tmp_path, "CAM-1") == 3
    quota.enforce(rule, {}, now_ms=BEGAN_S * 1000 + 130_000)
    assert kept(tmp_path, "CAM-1") == 0


def test_a_moment_is_the_same_in_names_and_in_pictures(clip: Path, tmp_path: Path) -> None:
    record(clip, tmp_path)
    for file in tmp_path.glob("CAM-1/*/*.mp4"):
        assert wall_ms(scan(file).fragments[0].tick) == int(file.name.partition("-")[0])
