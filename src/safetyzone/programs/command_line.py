"""What every command needs: the settings, the database wherever it is, and one way to say no."""

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from typing import Any

from rich.console import Console

from safetyzone.kernel.refusals import Refused
from safetyzone.kernel.settings import settings

out = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


def both(th: str, en: str) -> str:
    """Thai first, English second."""
    return f"{th} · {en}"


def refuse(no: Refused) -> None:
    """The answer is no, in one bilingual line."""
    errors.print(both(no.say("th"), no.say("en")), style="bold", markup=False)


def say_json(thing: Any) -> None:
    """For programs: one JSON document on stdout."""
    sys.stdout.write(json.dumps(thing, ensure_ascii=False, default=str) + "\n")


@contextlib.contextmanager
def server() -> Iterator[bool]:
    """The station's database server: the named one, that of the station running now, or our own just for this command (True)."""
    from safetyzone.programs.postgres import PostgresServer, running

    ours = None
    if settings().database_url is None:
        dsn = running(settings().state)
        if dsn is None:
            ours = PostgresServer(settings().state, settings().pg_bin)
            dsn = ours.start()
        os.environ["SAFETYZONE_DATABASE_URL"] = dsn
        settings.cache_clear()
    try:
        yield ours is not None
    finally:
        if ours is not None:
            ours.stop()


@contextlib.contextmanager
def database() -> Iterator[None]:
    """Django, with the station's database; our own is first brought to this version, for no station has done so today."""
    with server() as ours:
        set_up_django()
        from django.db import connections

        try:
            if ours:
                from safetyzone.programs.prepare import prepare

                prepare()
            yield
        finally:
            connections.close_all()


def set_up_django() -> None:
    """Django's rooms are ready and the story is told."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safetyzone.programs.web.configuration")
    django.setup()
