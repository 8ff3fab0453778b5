"""Somebody presses a pole: the cameras that see it are there with the half minute before; a shop withdraws; evidence is kept."""

import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from safetyzone import story
from safetyzone.contracts.video import LOOP_S, internal_key, read, ticket_key
from safetyzone.ground.officers.access import COMMAND_LINE
from safetyzone.kernel.settings import settings
from safetyzone.senses.cameras import actions as cameras
from safetyzone.senses.cameras import queries as camera_queries
from safetyzone.senses.cameras.access import owner
from safetyzone.senses.cameras.register.sheet import Format, sheet
from safetyzone.senses.looks import queries as looks
from safetyzone.trust.audit.verify import verify
from safetyzone.trust.evidence import exporting, kept
from safetyzone.trust.evidence.tests.clips import ms, record
from safetyzone.trust.evidence.tests.conftest import SeesNobody
from tests.stories.town import JUNCTION, STATION, Town

POLICE, SHOP = ("LPN-C1", "LPN-C2", "LPN-C3"), "LPN-SHOP"


@pytest.fixture
def evening(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    """Three cameras of the police and one of a shop look at pole 7 from four sides; those of the police have recorded the last minute."""
    story.begin()
    monkeypatch.setattr(settings(), "state", tmp_path)
    rows = [_row(code, side) for side, code in enumerate((*POLICE, SHOP))]
    listed = sheet(Format.CSV, list(rows[0]), [(line, list(row.values())) for line, row in enumerate(rows, start=2)])
    cameras.import_list(station=STATION, sheet=listed, sha256="0" * 64, only_good=False, by=COMMAND_LINE, at=town.clock.now())
    begin = ms(town.clock.now())
    for code in POLICE:
        for second in range(0, 60, 2):
            record(tmp_path / "recordings", code, begin + second * 1000)
    town.clock.forward(seconds=60)
    return town


def _row(code: str, side: int) -> dict[str, Any]:
    east, north = ((15, 0), (0, 15), (-15, 0), (0, -15))[side]
    where = JUNCTION.moved(east_m=east, north_m=north)
    shop = code == SHOP
    return {
        "code": code, "owner": "ร้านสะดวกซื้อสมมุติ" if shop else "สน.ลุมพินี (สมมุติ)", "owner_kind": "shop" if shop else "police",
        "name_th": f"กล้อง {code}", "name_en": f"Camera {code}", "lon": round(where.lon, 7), "lat": round(where.lat, 7), "height_m": 4.0,
        "azimuth_deg": round(where.bearing_to(JUNCTION), 1), "tilt_deg": 12.0, "hfov_deg": 90.0, "width_px": 1280, "height_px": 720,
        "ir_range_m": 40.0, "retention_days": 7, "tier": "during_incident" if shop else "always",
        "address": f"rtsp://10.20.0.{side + 5}/main",
    }  # fmt: skip


def ask(client: Client, path: str, said: object = None) -> Any:
    """What the video program asks the web."""
    headers = {"X-Video-Key": internal_key(settings().master_key())}
    if said is None:
        return client.get(path, headers=headers).json()
    return client.post(path, said, content_type="application/json", headers=headers).json()


def pulled(client: Client) -> set[str]:
    return {pull["code"] for pull in ask(client, "/video/pulls")}


def test_a_press_shows_what_sees_it_with_the_half_minute_before_and_a_withdrawal_closes_it(evening: Town) -> None:
    console, video = evening.board.client, Client()
    assert pulled(video) == set(POLICE), "nobody looks through a shop's camera while nothing happens"

    incident = evening.press("pole 7").incident
    assert pulled(video) == {*POLICE, SHOP}
    tiles = {tile["camera"]: tile for tile in console.post(f"/video/spot/{incident}").json()["tiles"]}
    assert set(tiles) == {*POLICE, SHOP}
    assert all(tile["ticket"] and tile["why_th"] for tile in tiles.values())
    now_ms, key = ms(evening.clock.now()), ticket_key(settings().master_key())
    loop = read(tiles[POLICE[0]]["ticket_loop"], key, at=evening.clock.now())
    assert now_ms - loop.from_ms == LOOP_S * 1000
    of_shop = tiles[SHOP]["ticket_loop"]
    assert of_shop is None or read(of_shop, key, at=evening.clock.now()).from_ms >= now_ms, "nothing of the shop is from before the press"

    running = [read(tile["ticket"], key, at=evening.clock.now()).look for tile in tiles.values()]
    told = {"looks": [{"look": look, "seconds": 2.0} for look in running]}
    assert ask(video, "/video/standing", told)["close"] == []

    shop = camera_queries.camera(SHOP, for_=COMMAND_LINE)
    evening.clock.forward(seconds=2)
    by_owner = owner(shop.owner_id, station=STATION, language="th")
    cameras.withdraw(code=SHOP, by=by_owner, at=evening.clock.now())
    [closed] = ask(video, "/video/standing", told)["close"]
    assert closed["look"] == read(tiles[SHOP]["ticket"], key, at=evening.clock.now()).look
    assert closed["th"]
    assert closed["en"]
    assert pulled(video) == set(POLICE)
    [seen] = looks.at_cameras([SHOP])[SHOP]
    assert seen.seconds == 2.0, "the shop reads that somebody looked, and how long"
    assert verify().broken == []


def test_what_was_seen_becomes_evidence_that_a_stranger_can_check(evening: Town, tmp_path: Path) -> None:
    begin, incident = ms(evening.clock.now()), evening.press("pole 7").incident
    evening.officer("somchai", "commander")
    desk = Client()
    desk.force_login(get_user_model().objects.get(username="somchai"))
    span = {"camera": list(POLICE), "from_ms": begin - 30_000, "to_ms": begin, "why": "คดีชิงทรัพย์", "incident": incident}
    item = desk.post("/evidence/lock", span, headers={"Accept": "application/json"}).json()["item"]
    for old in (tmp_path / "recordings").rglob("*.mp4"):
        old.unlink()  # what the ring forgets, the lock keeps

    from safetyzone.trust.evidence import export_actions

    at = evening.clock.now() + timedelta(minutes=5)
    export = export_actions.ask(item, why="ส่งพนักงานสอบสวน", by="somchai", at=at)
    assert exporting.work(export, now=lambda: at, finder=SeesNobody(), plates=SeesNobody())
    elsewhere = tmp_path / "another-machine"
    with zipfile.ZipFile(kept.export_file(export)) as package:
        package.extractall(elsewhere)
    assert _verified(elsewhere)
    film = next(elsewhere.rglob("*.mp4"))
    content = bytearray(film.read_bytes())
    content[len(content) // 2] ^= 1
    film.write_bytes(bytes(content))
    assert not _verified(elsewhere), "one changed bit is found"


def _verified(folder: Path) -> bool:
    """By the package's own program, in a bare interpreter."""
    [program] = folder.rglob("verify.py")
    return subprocess.run([sys.executable, "-I", str(program)], cwd=program.parent, capture_output=True, check=False).returncode == 0
