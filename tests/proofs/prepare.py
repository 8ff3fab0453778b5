"""Furnish a station's database as its people would: ground, duties, officers with a session each, poles with their credentials.

A process of its own (``python -m tests.proofs.prepare``), because Django reads its settings once. What it makes is written to
``--file`` for the driver: the poles' credentials and the cookies of the officers.
"""

import argparse
import hashlib
import os
from pathlib import Path
from typing import Any

import django
import orjson

STATION, ZONE, OTHER_STATION = "lumphini", "ratchaprasong", "huai-khwang"
PASSWORD = "a long phrase for proofs only"


def furnish(*, poles: int, officers: int, cameras_port: int = 0) -> dict[str, Any]:
    """Everything through the rooms' own actions; the session alone is written as a finished sign-in would leave it."""
    from django.core.management import call_command

    from safetyzone import story
    from safetyzone.ground.officers import actions as officer_actions
    from safetyzone.ground.officers.access import COMMAND_LINE
    from safetyzone.ground.zones.actions import load_ground
    from safetyzone.kernel import clock
    from safetyzone.kernel.geometry import Point
    from safetyzone.senses.cameras.actions import import_list
    from safetyzone.senses.cameras.register.sheet import Format, sheet
    from safetyzone.senses.sos.actions import add_pole

    story.begin()
    call_command("migrate", verbosity=0, interactive=False)
    by_at: dict[str, Any] = {"by": COMMAND_LINE, "at": clock.now()}
    load_ground(**by_at)
    officer_actions.load_duties(**by_at)
    cookies = []
    for station, prefix, many in ((STATION, "room", officers), (OTHER_STATION, "other", 1)):
        for number in range(many):
            officer = officer_actions.add_officer(username=f"{prefix}{number}", password=PASSWORD, station=station, **by_at)
            officer_actions.post(officer_id=officer, duty="commander", station=station, **by_at)
            cookies.append(_session(officer))
    made, rows = [], []
    for number in range(poles):
        # 150 m apart: two poles are never offered as one call
        place = Point(100.52 + (number % 20) * 0.0014, 13.73 + (number // 20) * 0.0014)
        code = f"P{number:04d}"
        rows += _cameras(code, place, cameras_port) if cameras_port else []
        pole = add_pole(code=code, zone=ZONE, name_th=f"เสา {code}", name_en=f"Pole {code}", point=place, **by_at)
        made.append({"code": pole.code, "password": pole.mqtt_password, "key": pole.signing_key_hex})
    if rows:
        listed = sheet(Format.CSV, list(rows[0]), [(line, list(row.values())) for line, row in enumerate(rows, start=2)])
        import_list(station=STATION, sheet=listed, sha256=hashlib.sha256(repr(rows).encode()).hexdigest(), only_good=False, **by_at)
    return {"poles": made, "cookies": cookies, "cameras": [row["code"] for row in rows]}


def _cameras(pole: str, place: Any, port: int) -> list[dict[str, Any]]:
    """Four cameras of the police that look at a pole from four sides, 15 m away."""
    found = []
    for number, (east, north) in enumerate(((15, 0), (0, 15), (-15, 0), (0, -15)), start=1):
        where, code = place.moved(east_m=east, north_m=north), f"{pole}-{number}"
        found.append(
            {
                "code": code, "owner": "สน.ลุมพินี (สมมุติ)", "owner_kind": "police", "name_th": f"กล้อง {code}", "name_en": f"Camera {code}",
                "lon": round(where.lon, 7), "lat": round(where.lat, 7), "height_m": 4.0, "azimuth_deg": round(where.bearing_to(place), 1),
                "tilt_deg": 12.0, "hfov_deg": 90.0, "width_px": 1280, "height_px": 720, "ir_range_m": 40.0, "retention_days": 3,
                "tier": "always", "address": f"rtsp://127.0.0.1:{port}/{code}",
            }
        )  # fmt: skip
    return found


def _session(officer_id: int) -> str:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
    from django.contrib.sessions.backends.db import SessionStore

    officer = get_user_model().objects.get(pk=officer_id)
    session = SessionStore()
    session[SESSION_KEY] = str(officer.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = officer.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--poles", type=int, default=1)
    parser.add_argument("--officers", type=int, default=1)
    parser.add_argument("--cameras-port", type=int, default=0, help="of the pretend cameras, four round each pole")
    parser.add_argument("--file", type=Path, required=True)
    given = parser.parse_args()
    django.setup()
    with os.fdopen(os.open(given.file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(orjson.dumps(furnish(poles=given.poles, officers=given.officers, cameras_port=given.cameras_port)))
