"""Many rows at once, for the press path: one JSON parameter in, one round trip for what can share it.

Measured on the press path: lists as PostgreSQL arrays cost 80 µs a press in Python alone, JSON under 10. COPY is as cheap, but cannot
share a round trip, and on busy processors each round trip costs a turn at the processor: twenty of them were most of a batch's time.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import orjson
from django.db import connection
from psycopg import sql


@contextmanager
def one_journey() -> Iterator[None]:
    """Statements within are sent without waiting for the last one's answer (libpq's pipeline mode); reading a result waits for it.

    Enter it inside a transaction. An error is raised where the answer is waited for, at the latest on leaving, so before the commit.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


class Answer:
    """A question on its way; ``rows`` waits for the answer. Several may be asked before the first is read."""

    def __init__(self, question: str, given: Sequence[Any]) -> None:
        self._cursor = connection.cursor()
        self._cursor.execute(question, given)

    def rows(self) -> list[tuple[Any, ...]]:
        """All rows, once."""
        with self._cursor:
            found: list[tuple[Any, ...]] = self._cursor.fetchall()
        return found


def insert_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows in the caller's transaction; a row that breaks a constraint undoes the transaction.

    Values are what JSON can say, and times, UUIDs and bytes; a JSON column takes the value itself. Defaults are not used for columns
    named here.
    """
    given = orjson.dumps([dict(zip(columns, row, strict=True)) for row in rows], default=_as_bytea)
    with connection.cursor() as cursor:
        cursor.execute(_insert(table, tuple(columns)), [given.decode()])


@cache
def _insert(table: str, columns: tuple[str, ...]) -> str:
    """Always the same text for the same table, so that PostgreSQL prepares it once."""
    words = "INSERT INTO {table} ({names}) SELECT {names} FROM json_populate_recordset(NULL::{table}, %s)"
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL(words).format(table=sql.Identifier(table), names=names).as_string(None)


def _as_bytea(value: object) -> str:
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    raise TypeError(type(value).__name__)


def asked(rows: Iterable[dict[str, Any]]) -> str:
    """Rows as one JSON parameter, for ``json_to_recordset(%s)``: knows UUIDs and times."""
    return orjson.dumps(list(rows)).decode()


def as_json(value: object) -> str:
    """One value as a JSON parameter."""
    return orjson.dumps(value).decode()
