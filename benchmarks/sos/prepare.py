"""Make the pattern database: our tables, one station, its operators with a session each, and many poles by one INSERT.

Run as a process of its own with the contestant's environment (``python -m benchmarks.sos.prepare --poles N --cookies FILE``): Django
reads its settings once. The session is written as a finished sign-in would write it; no password is made.
"""

import argparse
from datetime import timedelta
from pathlib import Path

import django

STATION, ZONE, DUTY = "benchmark", "benchmark-1", "benchmark-room"
METRES_APART = 300
"""Farther than any rule that offers two calls as one."""

POLES = """
    INSERT INTO sos_pole (code, zone_id, name_th, name_en, lon, lat, generation, mqtt_password_hash, added_at, tamper,
                          button_stuck, test_failures)
    SELECT 'B' || lpad(number::text, 7, '0'), %(zone)s, 'เสาทดสอบ ' || number, 'Benchmark pole ' || number,
           98.5 + (number %% 400) * %(step)s, 12.0 + (number / 400) * %(step)s, 1, '!', now(), false, false, '[]'
    FROM generate_series(0, %(poles)s - 1) AS number
"""


def prepare(*, poles: int, operators: int, cookies: Path) -> None:
    """Everything a fresh database of ours needs before the first press."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command
    from django.db import connection

    from safetyzone.ground.officers.models import Duty, Officer, Posting
    from safetyzone.ground.zones.models import Province, Station, Zone
    from safetyzone.kernel import clock

    call_command("migrate", verbosity=0, interactive=False)
    bangkok = {"name_th": "กรุงเทพมหานคร", "name_en": "Bangkok", "bureau": "M", "lon": 100.5, "lat": 13.75}
    province, _ = Province.objects.get_or_create(code="10", defaults=bangkok)
    place = {"lon": 100.54, "lat": 13.74}
    room = {"command_room_lon": 100.54, "command_room_lat": 13.74}
    station = Station.objects.create(code=STATION, name_th="สถานีทดสอบ", name_en="Benchmark", province=province, **place, **room)
    border = {"type": "Polygon", "coordinates": [[[100.5, 13.7], [100.6, 13.7], [100.6, 13.8], [100.5, 13.7]]]}
    Zone.objects.create(code=ZONE, station=station, name_th="เขตทดสอบ", name_en="Benchmark", border=border, **place)
    duty = Duty.objects.create(code=DUTY, name_th="ห้องสั่งการ", name_en="Room", permissions=["see_room", "answer"])
    since = clock.now() - timedelta(days=1)
    keys = []
    for number in range(operators):
        officer = Officer.objects.create(username=f"operator-{number}", station=station)
        Posting.objects.create(officer=officer, duty=duty, station=station, valid_from=since, given_by="benchmark")
        session = SessionStore()
        session[SESSION_KEY] = str(officer.pk)
        session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
        session[HASH_SESSION_KEY] = officer.get_session_auth_hash()
        session.save()
        keys.append(f"{settings.SESSION_COOKIE_NAME}={session.session_key}")
    cookies.write_text("\n".join(keys) + "\n")
    with connection.cursor() as cursor:
        cursor.execute(POLES, {"zone": ZONE, "poles": poles, "step": METRES_APART / 111_000})
        cursor.execute("ANALYZE sos_pole")  # the others stay as a new station has them: never analysed


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--poles", type=int, required=True)
    parser.add_argument("--operators", type=int, default=20)
    parser.add_argument("--cookies", type=Path, required=True)
    given = parser.parse_args()
    django.setup()
    prepare(poles=given.poles, operators=given.operators, cookies=given.cookies)
