"""Is the log whole? Walks every lane from its first leaf, recomputes every hash, and names what does not fit."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.db import connection, transaction

from safetyzone.trust.audit.chain import GENESIS, Link, commitment, link_hash

_AT_A_TIME = 5_000
_LEAVES = """
    SELECT leaf.lane, leaf.seq, leaf.at, leaf.actor, leaf.action, leaf.object, leaf.station, leaf.why, leaf.facts::text,
           leaf.commitment, leaf.previous, leaf.hash, payload.salt, payload.body, payload.erased_at, payload.leaf_id
    FROM audit_leaf AS leaf LEFT JOIN audit_payload AS payload ON payload.leaf_id = leaf.id
    WHERE leaf.lane = %s ORDER BY leaf.seq
"""


@dataclass(frozen=True, slots=True)
class Break:
    """One thing that is wrong: ``what`` is gap, link, content, payload, head or lane."""

    lane: str
    seq: int
    what: str


@dataclass(slots=True)
class Report:
    """What a verification found; ``heads`` can be printed and kept elsewhere, to compare with later."""

    lanes: int = 0
    leaves: int = 0
    broken: list[Break] = field(default_factory=list)
    heads: dict[str, str] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        return not self.broken


def verify(most_breaks: int = 100) -> Report:
    """Check every lane in one snapshot; stops listing after ``most_breaks``, never stops counting leaves.

    Within a transaction of the caller's the snapshot is the caller's; else one is taken, so that a living log can be checked.
    """
    already_within = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if not already_within:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return _verify(most_breaks)


def _verify(most_breaks: int) -> Report:
    report = Report()
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, seq, head FROM audit_lane ORDER BY name")
        lanes = cursor.fetchall()
        cursor.execute("SELECT DISTINCT lane FROM audit_leaf WHERE lane <> ALL(%s)", [[name for name, _, _ in lanes]])
        orphans = [(name, 0, b"") for (name,) in cursor.fetchall()]
    for name, seq, head in lanes + orphans:
        report.lanes += 1
        for wrong in _walk(name, seq, bytes(head), report):
            if len(report.broken) < most_breaks:
                report.broken.append(wrong)
    return report


def _walk(lane: str, claimed_seq: int, claimed_head: bytes, report: Report) -> Iterator[Break]:
    """Every break of one lane, in order."""
    previous, expected = GENESIS, 1
    for row in _rows(lane):
        report.leaves += 1
        seq, link, stored_previous, stored_hash = row[1], _link(row), bytes(row[10]), bytes(row[11])
        if seq != expected:
            yield Break(lane, expected, "gap")
        if stored_previous != previous:
            yield Break(lane, seq, "link")
        if link_hash(stored_previous, link) != stored_hash:
            yield Break(lane, seq, "content")
        if not _payload_fits(row):
            yield Break(lane, seq, "payload")
        previous, expected = stored_hash, seq + 1
    if claimed_seq != expected - 1:
        yield Break(lane, claimed_seq, "lane" if claimed_seq == 0 else "gap")
    elif claimed_head != previous:
        yield Break(lane, claimed_seq, "head")
    report.heads[lane] = previous.hex()


def _rows(lane: str) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(_LEAVES, [lane])
        while rows := cursor.fetchmany(_AT_A_TIME):
            yield from rows


def _link(row: tuple[Any, ...]) -> Link:
    return Link(
        lane=row[0], seq=row[1], at=row[2], actor=row[3], action=row[4], object=row[5], station=row[6], why=row[7],
        facts=orjson.loads(row[8]), commitment=bytes(row[9]),
    )  # fmt: skip


def _payload_fits(row: tuple[Any, ...]) -> bool:
    """A leaf that commits to a payload has it, whole, unless it was erased; one that does not commit has none."""
    bound, salt, body, erased_at, payload = bytes(row[9]), row[12], row[13], row[14], row[15]
    if not bound:
        return payload is None
    if payload is None:
        return False
    return erased_at is not None or commitment(bytes(salt), bytes(body)) == bound
