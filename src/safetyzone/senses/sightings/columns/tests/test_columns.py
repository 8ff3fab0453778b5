"""The index answers as plain Python does that looks at every row."""

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safetyzone.senses.sightings.columns import Rows, Sightings, pack, packed, unpack
from safetyzone.senses.sightings.columns.packing import SIGNS

FEW = "กขภ123"
signs = st.text(FEW, min_size=2, max_size=8)
row = st.tuples(st.integers(0, 9), st.integers(0, 4), st.integers(0, 400), st.integers(1, 3))
"""vehicle, camera, second, day on which it must go"""


def levenshtein(one, other):
    before = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        now = [i]
        for j, b in enumerate(other, 1):
            now.append(min(before[j] + 1, now[-1] + 1, before[j - 1] + (a != b)))
        before = now
    return before[-1]


def index_of(plates, rows, *, batch=7):
    made = Sightings()
    made.name(np.arange(len(plates)), packed(plates))
    by_day = defaultdict(list)
    for vehicle, camera, second, day in rows:
        by_day[day].append((vehicle, camera, second * 1000))
    for day, own in by_day.items():
        for first in range(0, len(own), batch):
            columns = np.array(own[first : first + batch], np.int64).T
            made.append(day, Rows(columns[0].astype(np.int32), columns[1].astype(np.int32), columns[2]))
    return made


@given(st.text(SIGNS, min_size=1, max_size=8))
def test_a_plate_is_packed_and_unpacked_again(text):
    assert unpack(pack(text)) == text
    assert pack(text) > 0


@pytest.mark.parametrize("text", ["กขค123456", "A1", "ก ข", "30-1532"])
def test_what_no_plate_carries_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - it says nothing of the plate, on purpose
        pack(text)


@settings(max_examples=150, deadline=None)
@given(st.lists(signs, min_size=1, max_size=30, unique=True), signs, st.data())
def test_near_exact_and_unknown_find_what_looking_at_each_plate_finds(plates, wanted, data):
    made = index_of(plates, [])
    assert made.exact(wanted) == [n for n, text in enumerate(plates) if text == wanted]
    assert made.near(wanted) == [n for n, text in enumerate(plates) if levenshtein(text, wanted) <= 1]
    gap = data.draw(st.integers(0, len(wanted) - 1))
    pattern = wanted[:gap] + "?" + wanted[gap + 1 :]
    fits = [
        n for n, text in enumerate(plates) if len(text) == len(pattern) and all(b in ("?", a) for a, b in zip(text, pattern, strict=True))
    ]
    assert made.unknown(pattern) == fits


@settings(max_examples=100, deadline=None)
@given(st.lists(row, max_size=80), st.integers(0, 9), st.integers(1, 3), st.integers(0, 30), st.integers(0, 200), st.integers(1, 400))
def test_ways_and_companions_are_those_of_every_row_looked_at(rows, vehicle, least, within, since, more):
    made = index_of([f"ก{n}" for n in range(10)], rows)
    until = since + more
    own = [(c, s) for v, c, s, _ in rows if v == vehicle and since <= s < until]
    found = made.of_plates([vehicle], since * 1000, until * 1000)
    assert sorted(zip(found.camera.tolist(), found.at_ms.tolist(), strict=True)) == sorted((c, s * 1000) for c, s in own)
    assert found.at_ms.tolist() == sorted(found.at_ms.tolist(), reverse=True)
    shared = defaultdict(set)
    for v, c, s, _ in rows:
        if v != vehicle and any(c == camera and abs(s - second) <= within for camera, second in own):
            shared[v].add(c)
    expected = sorted(((v, len(c)) for v, c in shared.items() if len(c) >= least), key=lambda one: (-one[1], one[0]))
    along = made.along(vehicle, within_ms=within * 1000, least=least, since_ms=since * 1000, until_ms=until * 1000)
    assert [(one.plate, one.cameras) for one in along] == expected
    at_camera = made.of_camera(2, since * 1000, until * 1000)
    assert sorted(at_camera.plate.tolist()) == sorted(v for v, c, s, _ in rows if c == 2 and since <= s < until)


def test_a_forgotten_day_is_found_no_more_and_the_others_are():
    made = index_of(["กข1", "กข2"], [(0, 0, 10, 1), (0, 0, 20, 2), (1, 0, 15, 1), (0, 1, 30, 3)])
    assert made.forget(1) == 1
    assert made.of_plates([0]).at_ms.tolist() == [30_000, 20_000]
    assert len(made.of_plates([1])) == 0
    assert len(made) == 2


def test_many_small_batches_become_few_segments_and_answer_the_same():
    rows = [(n % 10, n % 5, n, 1) for n in range(400)]
    one, many = index_of([f"ก{n}" for n in range(10)], rows, batch=400), index_of([f"ก{n}" for n in range(10)], [], batch=1)
    for vehicle, camera, second, day in rows:
        many.append(day, Rows(np.array([vehicle], np.int32), np.array([camera], np.int32), np.array([second * 1000])))
        many.of_plates([vehicle])
    assert [one.of_plates([n]).at_ms.tolist() for n in range(10)] == [many.of_plates([n]).at_ms.tolist() for n in range(10)]
    assert one.along(0, least=1) == many.along(0, least=1)
