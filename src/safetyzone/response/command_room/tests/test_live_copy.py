"""State plus changes equals state fetched again: the promise on which every screen stands."""

import asyncio
import random
from contextlib import suppress

import pytest
from asgiref.sync import sync_to_async
from django.db import connections, transaction

from safetyzone.ground.officers.models import Duty
from safetyzone.kernel.live import Thing, changed
from safetyzone.kernel.settings import settings
from safetyzone.response.command_room import hub as hub_module
from safetyzone.response.command_room.tests.consoles import (
    HERE,
    Console,
    an_operator_here,
    console,
    end_the_listening_backend,
    play,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _password_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "mfa_required", False)


def fetch(keys: list[str] | None = None) -> dict[str, str]:
    """The truth: all things, or some of them."""
    wanted = Duty.objects.filter(code__startswith="thing-")
    return dict((wanted.filter(code__in=keys) if keys is not None else wanted).values_list("code", "name_en"))


def write(number: int, seed: int) -> None:
    """Thirty transactions on a dozen things; one in five is rolled back."""
    chance = random.Random(seed)  # noqa: S311 - a story that can be told again
    for turn in range(30):
        with suppress(ZeroDivisionError), transaction.atomic():
            keys = sorted({f"thing-{chance.randrange(12)}" for _ in range(chance.randrange(1, 4))})
            for key in keys:
                Duty.objects.update_or_create(code=key, defaults={"name_th": "-", "name_en": f"{number}.{turn}"})
            changed(Thing("duty", key, HERE) for key in keys)
            if chance.random() < 0.2:
                raise ZeroDivisionError
    connections.close_all()


async def take_over(told: Console, mine: dict[str, str]) -> None:
    """As a screen does: fetch again what has changed, or everything when told so."""
    for event, _, data in list(told.events):
        if event == "change":
            mine |= await sync_to_async(fetch)([key for _, key in data["things"]])
        elif event == "reset":
            mine |= await sync_to_async(fetch)()


async def listen_and_copy(cookie: str, mine: dict[str, str], chance: random.Random, done: asyncio.Event) -> None:
    """A console that comes and goes, while the backend that listens is killed now and then."""
    last: int | None = None
    mine |= await sync_to_async(fetch)()
    finishing = False
    while not finishing:
        finishing = done.is_set()
        async with console(cookie, query="" if last else "age=0", last_id=last) as ours:
            await asyncio.sleep(0.6 if finishing else chance.uniform(0.02, 0.2))
            if chance.random() < 0.3 and not finishing:
                await end_the_listening_backend(hub_module.hub().backend_pid)
            await take_over(ours, mine)
            last = ours.last_id or last


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_state_plus_changes_equals_state_fetched_again(seed: int) -> None:
    cookie = an_operator_here()

    async def story() -> None:
        mine: dict[str, str] = {}
        done = asyncio.Event()
        listening = asyncio.create_task(listen_and_copy(cookie, mine, random.Random(seed), done))  # noqa: S311
        await asyncio.gather(*(asyncio.to_thread(write, number, seed * 10 + number) for number in range(3)))
        done.set()
        await listening
        assert mine == await sync_to_async(fetch)()
        assert len(mine) > 5

    play(story)
