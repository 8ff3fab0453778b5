"""pytest plugin: real servers for the tests. One PostgreSQL for the session, and nats-server for those who ask.

``SAFETYZONE_DATABASE_URL`` names another database; ``SAFETYZONE_PG_SOURCE=celerp`` takes the second maker's binaries;
``SAFETYZONE_TEST_FSYNC=1`` keeps every promise of durability, which unit tests do not need.
"""

import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

_IS_A_WORKER = "PYTEST_XDIST_WORKER"
_STARTED_HERE = "SAFETYZONE_TESTS_STARTED"
"""The settings that this plugin made. Under ``-n`` each worker is told those of the session that began it, and makes its own instead."""

_server = None
_state: Path | None = None


@pytest.hookimpl(wrapper=True)  # a wrapper runs before every plain hook, and pytest-django's reads the settings
def pytest_load_initial_conftests() -> Generator[None, object, object]:
    """Before Django's settings are read, for they name the database."""
    global _server, _state  # noqa: PLW0603 - a plugin of one session
    if _IS_A_WORKER in os.environ:
        for name in os.environ.pop(_STARTED_HERE, "").split():
            del os.environ[name]
    before = set(os.environ)
    _state = Path(tempfile.mkdtemp(prefix="sz-tests-"))
    os.environ.setdefault("SAFETYZONE_STATE", str(_state / "state"))
    os.environ.setdefault("SAFETYZONE_SECRET_KEY", "only-for-tests-" * 3)
    if not os.environ.get("SAFETYZONE_DATABASE_URL"):
        from safetyzone.programs.postgres import PostgresServer

        _server = PostgresServer(
            _state / "server",
            maker=os.environ.get("SAFETYZONE_PG_SOURCE", "embedded"),
            safe=os.environ.get("SAFETYZONE_TEST_FSYNC") == "1",
        )
        os.environ["SAFETYZONE_DATABASE_URL"] = _server.start()
    os.environ[_STARTED_HERE] = " ".join(set(os.environ) - before)
    return (yield)


def pytest_unconfigure() -> None:
    """Also after Ctrl-C. A kill -9 needs nothing: the server dies with us."""
    if _server is not None:
        _server.stop()
    if _state is not None:
        shutil.rmtree(_state, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever touches the database must also pass on the second maker's (``make second-postgres``)."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(fixtures):
            item.add_marker("second_postgres")
        item.add_marker(pytest.mark.xdist_group(f"{_kind(item)} {item.path}"))


def _kind(item: pytest.Item) -> str:
    """Tests of a file that empty the database when they end go together, and to a worker that is done with all others: pytest-django puts
    them last, and ``--dist loadgroup`` keeps the order of groups.
    """
    marker = item.get_closest_marker("django_db")
    empties = bool(marker and marker.kwargs.get("transaction")) or "transactional_db" in getattr(item, "fixturenames", ())
    return "empties" if empties else "keeps"


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """A port that nobody listens on now."""
    return a_free_port


def a_free_port() -> int:
    """A port of this machine that nobody listens on now; another program may still be quicker."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def nats_server(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[object]":
    """nats-server with JetStream and MQTT, synced to disk at every message as at a station."""
    from safetyzone.programs.nats import NatsPlace, NatsServer

    place = NatsPlace(
        url=f"nats://127.0.0.1:{a_free_port()}", user="app", password="for-tests", mqtt_host="127.0.0.1", mqtt_port=a_free_port()
    )
    server = NatsServer(tmp_path_factory.mktemp("nats"), place)
    server.start(poles=())
    yield server
    server.stop()


@pytest.fixture(scope="session")
def nats_place(nats_server: object) -> object:
    """Where the session's bus is (a NatsPlace)."""
    return nats_server.place  # type: ignore[attr-defined]
