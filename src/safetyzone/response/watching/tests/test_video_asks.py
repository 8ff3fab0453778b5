"""The video program's own client before the real web: what one says, the other understands."""

import asyncio

import pytest

from safetyzone.contracts.video import Running
from safetyzone.kernel.settings import settings as station_settings
from safetyzone.programs.video.asking import Web, WebAway

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ask(live_server):
    """Asks the web as the video program does; with another station's key, if told so."""

    def asked(question, *, master: str = ""):
        async def once():
            given = {"web_host": "127.0.0.1", "web_port": live_server.thread.port, **({"secret_key": master} if master else {})}
            web = Web(station_settings().model_copy(update=given) if not master else type(station_settings())(**given))
            try:
                return await question(web)
            finally:
                await web.close()

        return asyncio.run(once())

    return asked


def test_a_withdrawal_reaches_the_video_program_at_its_next_question(town, malee, ask):
    look = town.ticket(malee, town.camera(kind="police")).look

    async def before(web):
        first, again = await web.pulls(), await web.pulls()
        return first, again, await web.standing([Running(look=look, seconds=2.0)], [])

    pulls, again, close = ask(before)
    assert [(pull.code, pull.record_hours) for pull in pulls] == [("C1", 72.0)]
    assert again is None, "nothing has changed"
    assert close == []
    town.change("C1", withdrawn_at=town.now)

    async def after(web):
        return await web.pulls(), await web.standing([Running(look=look, seconds=4.0)], [])

    pulls, close = ask(after)
    assert pulls == []
    assert [(each.look, each.en) for each in close] == [(look, "The owner has withdrawn this camera.")]


def test_a_video_program_of_another_station_hears_nothing(town, ask):
    async def pulls(web):
        return await web.pulls()

    with pytest.raises(WebAway):
        ask(pulls, master="another-station-" * 3)
