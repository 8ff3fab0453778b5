"""``python -m benchmarks watching``: what it costs the web to say who may look, with 100 viewers before 16 tiles each.

Measured at the view, through Django and its middleware, with PostgreSQL as shipped (fsync on): the spot of a press (D4: the web's share of
the second from press to picture), 64 tickets of a wall, and the question of the video program every two seconds (H1, withdrawal <= 5 s).
"""

import os
import statistics
import tempfile
import time
from base64 import urlsafe_b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from benchmarks.outcome import Outcome, table

VIEWERS, TILES, CAMERAS, INCIDENTS = 100, 16, 600, 16
SPOT_MS, STANDING_MS = 30.0, 100.0
"""Goals, medians."""


def run(*, quick: bool, seed: int) -> Outcome:
    """All three; nothing is drawn by chance."""
    from safetyzone.programs.postgres import PostgresServer

    with tempfile.TemporaryDirectory(prefix="sz-watching-") as folder:
        server = PostgresServer(Path(folder) / "server", safe=True)
        os.environ |= {
            "SAFETYZONE_DATABASE_URL": server.start(), "SAFETYZONE_STATE": f"{folder}/state", "SAFETYZONE_MFA_REQUIRED": "false",
            "SAFETYZONE_SECRET_KEY": "only-for-benchmarks-" * 2, "DJANGO_SETTINGS_MODULE": "safetyzone.programs.web.configuration",
        }  # fmt: skip
        try:
            return _measured(Outcome("watching", seed), rounds=15 if quick else 100)
        finally:
            server.stop()


def _measured(outcome: Outcome, *, rounds: int) -> Outcome:
    town, browsers, incident = _town()
    desk = browsers[0]
    first = desk.post(f"/video/spot/{incident}").json()["tiles"]
    if len([tile for tile in first if tile["ticket"] and tile["ticket_loop"]]) != 4:
        outcome.wrong.append("the spot has not four tiles with tickets")
    rows = [("spot: four cameras, eight tickets", _milliseconds(lambda: desk.post(f"/video/spot/{incident}"), rounds))]
    rows.append(("64 tickets", _milliseconds(lambda: _tickets(desk, range(64), incident), rounds)))
    looks = [look for number, each in enumerate(browsers) for look in _tickets(each, range(number * 5, number * 5 + TILES), incident)]
    told = [{"look": look, "seconds": 2.0, "ended": False} for look in looks]

    def standing() -> Any:
        return town.video("post", "standing", {"looks": told}).json()["close"]

    rows.append((f"standing of {len(looks)} looks", _milliseconds(standing, rounds)))
    town.change("B0", withdrawn_at=town.now)
    if {each["en"] for each in standing()} != {"The owner has withdrawn this camera."}:
        outcome.wrong.append("a withdrawal closed other looks than its own, or none")
    table("The web's answer, ms", ("question", "median", "p95"), [(what, *figures) for what, figures in rows])
    spot, wall, all_looks = (figures for _, figures in rows)
    outcome.figures = {"spot_ms": spot, "tickets_64_ms": wall, "standing_ms": all_looks, "looks": len(looks)}
    outcome.goals = {
        f"spot, median <= {SPOT_MS:g} ms": spot[0] <= SPOT_MS, f"standing, median <= {STANDING_MS:g} ms": all_looks[0] <= STANDING_MS,
    }  # fmt: skip
    return outcome


def _milliseconds(do: Callable[[], Any], rounds: int) -> tuple[float, float]:
    took = []
    do()
    for _ in range(rounds):
        begun = time.perf_counter()
        do()
        took.append((time.perf_counter() - begun) * 1000)
    return round(statistics.median(took), 1), round(statistics.quantiles(took, n=20)[-1], 1)


def _tickets(browser: Any, numbers: range, incident: int) -> list[int]:
    """The numbers of the looks that the tickets open."""
    wish = {"cameras": [f"B{number % CAMERAS}" for number in numbers], "incident": incident}
    tiles = browser.post("/video/tickets", orjson.dumps(wish), content_type="application/json").json()["tiles"]
    return [orjson.loads(urlsafe_b64decode(tile["ticket"].split(".")[0] + "=="))["look"] for tile in tiles if tile["ticket"]]


def _town() -> tuple[Any, list[Any], int]:
    """Eight cameras round a junction, hundreds behind them, incidents, and officers who are signed in."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    setup_test_environment()
    call_command("migrate", verbosity=0)
    from safetyzone import story
    from safetyzone.ground.officers import actions as officers
    from safetyzone.ground.officers.access import COMMAND_LINE
    from safetyzone.ground.zones.actions import load_ground
    from safetyzone.kernel import clock
    from safetyzone.response.incidents.models import Incident
    from safetyzone.response.watching.tests.conftest import NIGHT, Town
    from safetyzone.senses.cameras import standing
    from safetyzone.senses.cameras.models import Camera
    from safetyzone.senses.cameras.tests import junction

    story.begin()
    load_ground(by=COMMAND_LINE, at=NIGHT)
    officers.load_duties(by=COMMAND_LINE, at=NIGHT)
    ground = junction.ground()
    standing.ground_of = lambda _station: ground  # the map of a made junction in the place of the station's own
    junction.eight_cameras()
    Camera.objects.update(ir_range_m=60)
    shop = Camera.objects.filter(owner__kind="shop").select_related("owner")[0].owner
    town = Town(clock.HandClock(clock.now()), owners={"lumphini-shop": shop})
    for number in range(CAMERAS):
        town.camera(f"B{number}", east_m=5 * (number % 28), tier="during_incident" if number % 2 else "always")
    browsers = [town.officer(f"viewer-{number}", "operator") for number in range(VIEWERS)]
    incident, *_ = [town.incident(east_m=30 * number) for number in range(INCIDENTS)]
    lon, lat = junction.at(0, 30)
    Incident.objects.filter(pk=incident).update(lon=lon, lat=lat)
    return town, browsers, incident
