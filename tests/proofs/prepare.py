"""Furnish a station's database as its people would: ground, duties, officers with a session each, poles with their credentials.

A process of its own (``python -m tests.proofs.prepare``), because Django reads its settings once. What it makes is written to
``--file`` for the driver: the poles' credentials and the cookies of the officers.
"""

import argparse
import os
from pathlib import Path
from typing import Any

import django
import orjson

STATION, ZONE, OTHER_STATION = "lumphini", "ratchaprasong", "huai-khwang"
PASSWORD = "a long phrase for proofs only"


def furnish(*, poles: int, officers: int) -> dict[str, Any]:
    """Everything through the rooms' own actions; the session alone is written as a finished sign-in would leave it."""
    from django.core.management import call_command

    from safetyzone import story
    from safetyzone.ground.officers import actions as officer_actions
    from safetyzone.ground.officers.access import COMMAND_LINE
    from safetyzone.ground.zones.actions import load_ground
    from safetyzone.kernel import clock
    from safetyzone.kernel.geometry import Point
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
    made = []
    for number in range(poles):
        # 150 m apart: two poles are never offered as one call
        place = Point(100.52 + (number % 20) * 0.0014, 13.73 + (number // 20) * 0.0014)
        code = f"P{number:04d}"
        pole = add_pole(code=code, zone=ZONE, name_th=f"เสา {code}", name_en=f"Pole {code}", point=place, **by_at)
        made.append({"code": pole.code, "password": pole.mqtt_password, "key": pole.signing_key_hex})
    return {"poles": made, "cookies": cookies}


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
    parser.add_argument("--file", type=Path, required=True)
    given = parser.parse_args()
    django.setup()
    with os.fdopen(os.open(given.file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(orjson.dumps(furnish(poles=given.poles, officers=given.officers)))
