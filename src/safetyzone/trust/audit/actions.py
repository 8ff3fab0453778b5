"""Writing the audit log. Append-only: there is no other verb here but erasing a payload, and that leaves the chain whole."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from django.db import connection, transaction

from safetyzone.kernel.bulk import insert_rows
from safetyzone.trust.audit.chain import GENESIS, Link, commitment, link_hash


@dataclass(frozen=True, kw_only=True)
class Act:
    """One thing done. ``personal`` is kept apart under a salt and can be erased; nothing else here may name a private person."""

    actor: str
    action: str
    object: str
    station: str
    at: datetime
    why: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    personal: Mapping[str, Any] | None = None

    def __repr__(self) -> str:
        return f"<Act {self.action} on {self.object} by {self.actor}>"


def record(*acts: Act, lane: str = "desk") -> None:
    """Chain the acts onto the lane, in the caller's transaction: the deed and its record stand or fall together.

    Call it last in an action: it locks the lane's head until the transaction ends.
    """
    if not acts:
        return
    with connection.cursor() as cursor:
        seq, head = _locked_head(cursor, lane)
        rows, payloads, head = _linked(acts, lane, seq, head)
        insert_rows("audit_leaf", _COLUMNS, rows)
        if payloads:
            cursor.execute(_INSERT_PAYLOADS, [*(list(column) for column in zip(*payloads, strict=True)), lane])
        cursor.execute("UPDATE audit_lane SET seq = %s, head = %s WHERE name = %s", [seq + len(acts), head, lane])


def _locked_head(cursor: Any, lane: str) -> tuple[int, bytes]:
    """The number and hash of the lane's last leaf, locked until the transaction ends; a lane begins when it is first used."""
    while True:
        cursor.execute("SELECT seq, head FROM audit_lane WHERE name = %s FOR UPDATE", [lane])
        found = cursor.fetchone()
        if found is not None:
            return found[0], bytes(found[1])
        cursor.execute(
            "INSERT INTO audit_lane (name, seq, head) VALUES (%s, 0, %s) ON CONFLICT (name) DO NOTHING", [lane, GENESIS]
        )


_COLUMNS = (
    "lane", "seq", "at", "actor", "action", "object", "station", "why", "facts", "commitment", "previous", "hash",
)  # fmt: skip
_INSERT_PAYLOADS = """
    INSERT INTO audit_payload (leaf_id, salt, body)
    SELECT leaf.id, given.salt, given.body
    FROM unnest(%s::bigint[], %s::bytea[], %s::bytea[]) AS given(seq, salt, body)
    JOIN audit_leaf AS leaf ON leaf.lane = %s AND leaf.seq = given.seq
"""


def _linked(
    acts: tuple[Act, ...], lane: str, seq: int, head: bytes
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]], bytes]:
    """Rows for the leaves and their payloads, and the new head."""
    rows, payloads = [], []
    for number, act in enumerate(acts, start=seq + 1):
        bound = b""
        if act.personal is not None:
            salt, body = os.urandom(16), orjson.dumps(act.personal)
            bound = commitment(salt, body)
            payloads.append((number, salt, body))
        link = Link(
            lane=lane, seq=number, at=act.at, actor=act.actor, action=act.action, object=act.object,
            station=act.station, why=act.why, facts=act.facts, commitment=bound,
        )  # fmt: skip
        hashed = link_hash(head, link)
        rows.append(
            (
                lane, number, act.at, act.actor, act.action, act.object, act.station, act.why, act.facts, bound, head,
                hashed,
            )
        )  # fmt: skip
        head = hashed
    return rows, payloads, head


@transaction.atomic
def erase_payload(*, leaf_id: int, by: str, at: datetime, why: str) -> None:
    """Destroy the personal data behind one leaf; the leaf, its commitment and the chain stay, and the erasure is itself recorded."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE audit_payload SET salt = '', body = '', erased_at = %s WHERE leaf_id = %s AND erased_at IS NULL"
            " RETURNING (SELECT station FROM audit_leaf WHERE id = leaf_id)",
            [at, leaf_id],
        )
        row = cursor.fetchone()
    if row is not None:
        record(Act(actor=by, action="audit.payload_erased", object=f"leaf:{leaf_id}", station=row[0], at=at, why=why))
