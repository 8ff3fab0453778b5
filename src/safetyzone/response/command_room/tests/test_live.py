"""The live channel against the real PostgreSQL: what is committed is heard by those who may, and nothing is missed."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection, connections, transaction

from safetyzone.ground.officers.models import Duty, Officer, Posting
from safetyzone.ground.zones.models import Province, Station
from safetyzone.kernel.live import Thing, changed
from safetyzone.response.command_room import hub as hub_module
from safetyzone.response.command_room import live
from safetyzone.response.command_room.tests.consoles import SOON_S, Console

pytestmark = pytest.mark.django_db(transaction=True)

HERE, ELSEWHERE = "here", "elsewhere"


@asynccontextmanager
async def console(cookie: str, query: str = "", last_id: int | None = None) -> AsyncIterator[Console]:
    """Connected and listening, or refused."""
    ours = Console(cookie, query, last_id)
    running = asyncio.create_task(live.live_application(ours.scope, ours.receive, ours.send))
    await ours.until(lambda: bool(ours.events) or ours.closed)
    try:
        yield ours
    finally:
        ours.reads = True
        ours.leave()
        await running


def play(story: Callable[[], Awaitable[None]]) -> None:
    """Run a story in a loop of its own, and leave no connection behind."""

    async def whole() -> None:
        try:
            await story()
        finally:
            await hub_module.hub().stop()
            await sync_to_async(connections.close_all)()

    asyncio.run(whole())


def signed_in(username: str) -> str:
    """The session key of an officer who has signed in."""
    officer = Officer.objects.get(username=username)
    session = SessionStore()
    session[SESSION_KEY] = str(officer.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = officer.get_session_auth_hash()
    session.create()
    assert session.session_key
    return session.session_key


@pytest.fixture
def cookie() -> str:
    """An operator of the station ``here``, signed in."""
    province = Province.objects.create(code="00", name_th="ก", name_en="A", bureau="M", lon=100.5, lat=13.7)
    for code in (HERE, ELSEWHERE):
        Station.objects.create(
            code=code, name_th=code, name_en=code, province=province, lon=100.5, lat=13.7,
            command_room_lon=100.5, command_room_lat=13.7,
        )  # fmt: skip
    duty = Duty.objects.create(code="operator-x", name_th="ก", name_en="A", permissions=["see_room"])
    officer = Officer.objects.create_user("operator", password="x")
    Posting.objects.create(
        officer=officer, duty=duty, station_id=HERE, valid_from=datetime.now(UTC) - timedelta(days=1), given_by="test"
    )
    return signed_in("operator")


@sync_to_async
def change(*keys: str, kind: str = "incident", station: str = HERE, fails: bool = False) -> None:
    """A transaction that changes things, and perhaps fails at its end."""
    with suppress(ZeroDivisionError), transaction.atomic():
        changed(Thing(kind, key, station) for key in keys)
        if fails:
            raise ZeroDivisionError


@sync_to_async
def end_the_listening_backend(pid: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 2000)", [pid])


def test_what_is_committed_is_heard_and_what_is_rolled_back_is_not(cookie: str) -> None:
    async def story() -> None:
        async with console(cookie) as ours:
            await change("41")
            await change("42", fails=True)
            await change("43")
            await ours.hears(("incident", "43"))
            assert ours.things == [("incident", "41"), ("incident", "43")]

    play(story)


def test_changes_of_another_station_never_arrive(cookie: str) -> None:
    async def story() -> None:
        async with console(cookie) as ours:
            await change("7", station=ELSEWHERE)
            await change("8")
            await ours.hears(("incident", "8"))
            last = ours.last_id
        assert ours.things == [("incident", "8")]
        async with console(cookie, last_id=last) as again, console(cookie, query="age=20") as fresh:
            assert set(again.things) == set(fresh.things) == {("incident", "8")}

    play(story)


def test_nobody_listens_without_a_session_or_without_the_permission(cookie: str) -> None:
    Officer.objects.create_user("guest", password="x")
    guest = signed_in("guest")

    async def story() -> None:
        async with console("nonsense") as stranger, console(guest) as without_duty:
            assert (stranger.status, without_duty.status) == (401, 403)
            await change("1")
            assert not stranger.events
            assert not without_duty.events

    play(story)


@pytest.mark.parametrize("what", ["posting ends", "session ends", "officer leaves"])
def test_the_stream_ends_when_the_right_or_the_session_does(
    cookie: str, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "ASK_AGAIN_S", 0.2)

    @sync_to_async
    def withdraw() -> None:
        if what == "posting ends":
            Posting.objects.update(valid_until=datetime.now(UTC))
        elif what == "session ends":
            Session.objects.all().delete()
        else:
            Officer.objects.update(is_active=False)

    async def story() -> None:
        async with console(cookie) as ours:
            await change("1")
            await ours.hears(("incident", "1"))
            await withdraw()
            await ours.until(lambda: ours.closed)
            assert ours.events[-1][0] == "ended"
            await change("2")
            assert ("incident", "2") not in ours.things

    play(story)


def test_nothing_is_missed_when_the_listening_backend_is_killed(cookie: str) -> None:
    async def story() -> None:
        async with console(cookie) as ours:
            await change("1")
            await ours.hears(("incident", "1"))
            before = hub_module.hub().backend_pid
            await end_the_listening_backend(before)
            for key in range(2, 30):
                await change(str(key))
            await ours.hears(*(("incident", str(key)) for key in range(1, 30)))
            assert hub_module.hub().backend_pid != before
            assert len(ours.things) == len(set(ours.things)), "the hub knows what it has already handed out"

    play(story)


def test_a_console_that_comes_again_hears_what_it_missed(cookie: str) -> None:
    async def story() -> None:
        async with console(cookie) as ours:
            await change("1")
            await ours.hears(("incident", "1"))
        await change("2", "3")
        async with console(cookie, last_id=ours.last_id) as again:
            await again.hears(("incident", "2"), ("incident", "3"))
            assert again.last_id is not None
            assert ours.last_id is not None
            assert again.last_id > ours.last_id

    play(story)


def test_a_change_numbered_early_and_committed_late_is_replayed(cookie: str) -> None:
    """The number is drawn at the INSERT; another transaction may draw a later one and commit first."""
    drawn, may_commit = asyncio.Event(), asyncio.Event()

    def slow(loop: asyncio.AbstractEventLoop) -> None:
        with transaction.atomic():
            changed([Thing("incident", "slow", HERE)])
            loop.call_soon_threadsafe(drawn.set)
            asyncio.run_coroutine_threadsafe(may_commit.wait(), loop).result(SOON_S)
        connections.close_all()

    async def story() -> None:
        async with console(cookie) as ours:
            slowly = asyncio.create_task(asyncio.to_thread(slow, asyncio.get_running_loop()))
            await drawn.wait()
            await change("quick")
            await ours.hears(("incident", "quick"))
        may_commit.set()
        await slowly
        async with console(cookie, last_id=ours.last_id) as again:
            await again.hears(("incident", "slow"))

    play(story)


def test_a_new_page_hears_what_changed_while_it_was_loading(cookie: str) -> None:
    async def story() -> None:
        await change("while loading")
        async with console(cookie, query="age=2.5") as ours:
            await ours.hears(("incident", "while loading"))

    play(story)


@pytest.mark.parametrize("query", ["last=999999999", "age=86400"])
def test_who_was_away_too_long_is_told_to_fetch_everything(cookie: str, query: str) -> None:
    async def story() -> None:
        async with console(cookie, query=query) as ours:
            assert "reset" in [event for event, _, _ in ours.events]

    play(story)


def test_a_console_that_stops_reading_delays_nobody_and_is_told_to_start_anew(
    cookie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "RING", 16)

    async def story() -> None:
        async with console(cookie) as slow, console(cookie) as quick:
            slow.reads = False
            for key in range(40):
                await change(str(key))
                await quick.hears(("incident", str(key)))
            slow.reads = True
            await slow.until(lambda: any(event == "reset" for event, _, _ in slow.events))
            assert not any(event == "reset" for event, _, _ in quick.events)

    play(story)


def test_a_beat_comes_while_the_hub_hears_and_stops_while_it_does_not(
    cookie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "BEAT_S", 0.05)

    async def story() -> None:
        async with console(cookie) as ours:
            await ours.until(lambda: len(ours.events) > 3)
            assert {event for event, _, _ in ours.events} == {"beat"}
            await hub_module.hub().stop()
            hub_module.hub()._hears.clear()
            silent_from = len(ours.events)
            await asyncio.sleep(0.4)
            assert len(ours.events) <= silent_from + 1

    play(story)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_state_plus_changes_equals_state_fetched_again(cookie: str, seed: int) -> None:
    """Three writers, rollbacks, killed backends and a console that comes and goes: its copy ends up the truth."""
    chance = random.Random(seed)  # noqa: S311 - a story that can be told again

    def fetch(keys: list[str] | None = None) -> dict[str, str]:
        wanted = Duty.objects.filter(code__startswith="thing-")
        return dict((wanted.filter(code__in=keys) if keys is not None else wanted).values_list("code", "name_en"))

    def write(number: int, seed: int) -> None:
        ours = random.Random(seed)  # noqa: S311
        for turn in range(30):
            with suppress(ZeroDivisionError), transaction.atomic():
                keys = [f"thing-{ours.randrange(12)}" for _ in range(ours.randrange(1, 4))]
                for key in sorted(set(keys)):
                    Duty.objects.update_or_create(code=key, defaults={"name_th": "-", "name_en": f"{number}.{turn}"})
                changed(Thing("duty", key, HERE) for key in keys)
                if ours.random() < 0.2:
                    raise ZeroDivisionError
        connections.close_all()

    async def listen_and_copy(mine: dict[str, str], done: asyncio.Event) -> None:
        last: int | None = None
        mine |= await sync_to_async(fetch)()
        while True:
            finishing = done.is_set()
            async with console(cookie, query="" if last else "age=0", last_id=last) as ours:
                stay = asyncio.sleep(0.6 if finishing else chance.uniform(0.02, 0.2))
                await stay
                if chance.random() < 0.3 and not finishing:
                    await end_the_listening_backend(hub_module.hub().backend_pid)
                for event, _, data in list(ours.events):
                    if event == "change":
                        mine |= await sync_to_async(fetch)([key for _, key in data["things"]])
                    elif event == "reset":
                        mine |= await sync_to_async(fetch)()
                last = ours.last_id or last
            if finishing:
                return

    async def story() -> None:
        mine: dict[str, str] = {}
        done = asyncio.Event()
        listening = asyncio.create_task(listen_and_copy(mine, done))
        await asyncio.gather(*(asyncio.to_thread(write, number, seed * 10 + number) for number in range(3)))
        done.set()
        await listening
        assert mine == await sync_to_async(fetch)()
        assert len(mine) > 5

    play(story)
