"""From faces found in single pictures to what must be covered: a face that was there before and after is there in between. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from safetyzone.trust.evidence.faces import Face

HELD_MS = 1_500
"""A face stays covered so long before it was first found and after it was last: it turned away, or came round a corner."""
BRIDGED_MS = 4_000
"""A face that is lost and found again within so long was there all the time."""
MARGIN = 0.35
"""Covered on every side, as a part of the face's size: hair, ears and chin tell people apart, too."""
DRIFT_A_SECOND = 0.6
"""How far a held cover grows on every side in a second, as a part of its size: the one who is not found may walk."""

PACE_FROM = 4
"""Pictures from which a walker's pace is taken: whether a lost face stays or walks on is not known, so both places are covered."""


@dataclass
class _Track:
    seen: list[tuple[int, Face]] = field(default_factory=list)
    """Number of the picture, and the face in it."""


def covers(times_ms: Sequence[int], found: Sequence[Sequence[Face] | None]) -> list[list[Face] | None]:
    """For every picture what to cover; None: all of it, for it is not known where its faces are."""
    answer: list[list[Face] | None] = [None if faces is None else [] for faces in found]
    for track in _tracks(times_ms, found):
        for number, face in _spread(track, times_ms):
            here = answer[number]
            if here is not None:
                here.append(_grown(face, MARGIN))
    return answer


def _tracks(times_ms: Sequence[int], found: Sequence[Sequence[Face] | None]) -> list[_Track]:
    """Faces joined over time, each to the nearest one that it may be; the surest first."""
    tracks: list[_Track] = []
    for number, faces in enumerate(found):
        alive = [t for t in tracks if times_ms[number] - times_ms[t.seen[-1][0]] <= BRIDGED_MS]
        for face in sorted(faces or (), key=lambda one: -one.score):
            near = [(_apart(t.seen[-1][1], face), t) for t in alive if t.seen[-1][0] != number and t.seen[-1][1].kind == face.kind]
            gap, best = min(near, key=lambda pair: pair[0], default=(9.9, None))
            seconds = (times_ms[number] - times_ms[best.seen[-1][0]]) / 1000 if best else 0.0
            if best is None or gap > 1.0 + 2.0 * seconds:
                best = _Track()
                tracks.append(best)
            best.seen.append((number, face))
    return tracks


def _spread(track: _Track, times_ms: Sequence[int]) -> list[tuple[int, Face]]:
    """A track in every picture that it touches: between its faces, and held before the first and after the last."""
    out = []
    for (a, face_a), (b, face_b) in zip(track.seen, track.seen[1:], strict=False):
        whole = max(times_ms[b] - times_ms[a], 1)
        out += [(n, _between(face_a, face_b, (times_ms[n] - times_ms[a]) / whole)) for n in range(a, b)]
    last, face = track.seen[-1]
    out.append((last, face))
    first, first_face = track.seen[0]
    pace_before, pace_after = _pace(track.seen[:PACE_FROM], times_ms), _pace(track.seen[-PACE_FROM:], times_ms)
    for number, held, step, (east, south) in ((first, first_face, -1, pace_before), (last, face, 1, pace_after)):
        n = number + step
        while 0 <= n < len(times_ms) and (away := abs(times_ms[n] - times_ms[number])) <= HELD_MS:
            stays = _grown(held, DRIFT_A_SECOND * away / 1000)
            passed = times_ms[n] - times_ms[number]
            out += [(n, stays), (n, replace(stays, x=stays.x + east * passed, y=stays.y + south * passed))]
            n += step
    return out


def _pace(seen: Sequence[tuple[int, Face]], times_ms: Sequence[int]) -> tuple[float, float]:
    """Pixels a millisecond, right and down: whoever walked goes on walking."""
    (a, face_a), (b, face_b) = seen[0], seen[-1]
    passed = times_ms[b] - times_ms[a]
    if not passed:
        return 0.0, 0.0
    return (
        (face_b.x + face_b.width / 2 - face_a.x - face_a.width / 2) / passed,
        (face_b.y + face_b.height / 2 - face_a.y - face_a.height / 2) / passed,
    )


def _between(a: Face, b: Face, part: float) -> Face:
    """Between two faces: their place by the part of the way, as large as the larger."""
    width, height = max(a.width, b.width), max(a.height, b.height)
    x = (a.x + a.width / 2) * (1 - part) + (b.x + b.width / 2) * part
    y = (a.y + a.height / 2) * (1 - part) + (b.y + b.height / 2) * part
    return Face(x - width / 2, y - height / 2, width, height, min(a.score, b.score), a.kind)


def _grown(face: Face, part: float) -> Face:
    wide, high = face.width * part, face.height * part
    return Face(face.x - wide, face.y - high, face.width + 2 * wide, face.height + 2 * high, face.score, face.kind)


def _apart(a: Face, b: Face) -> float:
    """How far apart two faces are, in sizes of the larger; a face does not become three times as large at once."""
    size = max(a.width, a.height, b.width, b.height, 1.0)
    small = min(max(a.width, a.height), max(b.width, b.height))
    if small * 3 < size:
        return float("inf")
    dx, dy = a.x + a.width / 2 - b.x - b.width / 2, a.y + a.height / 2 - b.y - b.height / 2
    return float((dx * dx + dy * dy) ** 0.5 / size)
