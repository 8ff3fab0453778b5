"""The live channel against the real PostgreSQL: what is committed is heard by those who may, and nothing is missed."""

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session
from django.db import connections, transaction

from safetyzone.ground.officers.models import Officer, Posting
from safetyzone.kernel.live import Thing, changed
from safetyzone.kernel.settings import settings
from safetyzone.response.command_room import hub as hub_module
from safetyzone.response.command_room import live
from safetyzone.response.command_room.tests.consoles import (
    ELSEWHERE,
    HERE,
    SOON_S,
    an_operator_here,
    change,
    console,
    end_the_listening_backend,
    play,
    signed_in,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _password_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "mfa_required", False)


@pytest.fixture
def cookie() -> str:
    return an_operator_here()


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


def test_who_still_owes_a_second_factor_does_not_listen(cookie: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "mfa_required", True)

    async def story() -> None:
        async with console(cookie) as ours:
            assert ours.status == 401

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


def test_after_a_long_deafness_everybody_is_told_to_fetch_everything(
    cookie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "MOST_MISSED", 5)
    monkeypatch.setattr(hub_module, "PAUSES_S", (1.0,))

    async def story() -> None:
        async with console(cookie) as ours:
            await change("1")
            await ours.hears(("incident", "1"))
            await end_the_listening_backend(hub_module.hub().backend_pid)
            for key in range(2, 12):
                await change(str(key))
            await ours.until(lambda: any(event == "reset" for event, _, _ in ours.events))
            await change("after")
            await ours.hears(("incident", "after"))

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


def test_the_hub_hears_also_when_the_webs_connections_come_from_a_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    pooled = connections["default"].settings_dict
    pooled = {**pooled, "OPTIONS": {**pooled["OPTIONS"], "pool": {"min_size": 2, "max_size": 16, "timeout": 5}}}
    monkeypatch.setattr(hub_module, "django_connection", SimpleNamespace(settings_dict=pooled))

    async def story() -> None:
        assert await hub_module.hub().hears()

    play(story)
