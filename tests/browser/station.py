"""A running web with its own database and a scene in it, for the browser tests: other programs, so nothing leaks between tests."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg

from tests.servers import a_free_port

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = "safetyzone_browser"


@dataclass(frozen=True)
class Station:
    """Where it is, and what was made in it."""

    url: str
    environment: dict[str, str]
    web: "subprocess.Popen[bytes]"

    def happen(self, what: str) -> dict[str, int]:
        """Let a scene happen now; returns the incidents that it made, by what they are called in the scene."""
        made = _run(["-m", "tests.browser.happen", what], self.environment).splitlines() or [""]
        return {name: int(number) for name, number in (word.split("=") for word in made[-1].split())}


def _run(arguments: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def _named(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _environment(url: str, state: Path, **more: str) -> dict[str, str]:
    return {
        **os.environ, "SAFETYZONE_DATABASE_URL": url, "SAFETYZONE_STATE": str(state), "SAFETYZONE_SECRET_KEY": "only-for-tests-" * 3,
        "SAFETYZONE_MFA_REQUIRED": "false", "DJANGO_SETTINGS_MODULE": "safetyzone.programs.web.configuration",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", **more,
    }  # fmt: skip


def lay_template(server: str, state: Path) -> None:
    """One database with all tables and a quiet station, from which each test's own is copied within a moment."""
    with psycopg.connect(_named(server, "postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
    environment = _environment(_named(server, TEMPLATE), state)
    _run(["-m", "django", "migrate", "--verbosity", "0"], environment)
    _run(["-m", "tests.browser.happen", "found"], environment)


@contextmanager
def running(server: str, name: str, state: Path) -> Iterator[Station]:
    """The web of a station, until the block ends."""
    with psycopg.connect(_named(server, "postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    port = a_free_port()
    url = f"http://127.0.0.1:{port}"
    environment = _environment(_named(server, name), state, SAFETYZONE_PUBLIC_URL=url)
    target = "safetyzone.programs.web.asgi:application"
    web = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "--port", str(port), "--log-level", "warning", target],
        cwd=ROOT, env={**environment, "SAFETYZONE_PROGRAM": "web"}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait(url, web)
        yield Station(url, environment, web)
    finally:
        web.kill()  # open consoles hold the live channel; there is nothing to save
        web.wait(10)
        with psycopg.connect(_named(server, "postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _wait(url: str, web: "subprocess.Popen[bytes]", seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert web.poll() is None, "the web ended before it began"
        try:
            if httpx.get(f"{url}/healthz", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.2)
    raise TimeoutError(url)
