"""For every test: the order they run in, and how a database whose audit log refuses to be emptied is emptied between two."""

from typing import Any

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations


@pytest.fixture(autouse=True, scope="session")
def _tests_may_empty_the_audit_log() -> Any:
    """Django empties the tables after a test with real transactions; the append-only trigger stops even its owner.

    ``session_replication_role`` silences triggers for that one session and statement; it needs a superuser, which only
    the database of the tests has.
    """
    with pytest.MonkeyPatch.context() as patched:
        flush = DatabaseOperations.execute_sql_flush

        def flush_all(self: DatabaseOperations, sql_list: list[str]) -> None:
            flush(self, ["SET session_replication_role = replica", *sql_list, "RESET session_replication_role"])

        patched.setattr(DatabaseOperations, "execute_sql_flush", flush_all)
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Quick ones first, browsers last: a slip is told in seconds, and a browser's event loop worries no other test."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
