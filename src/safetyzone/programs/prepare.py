"""What must be true of the database before the programs start: its version, its tables, the ground, the duties, the poles."""

from django.core.management import call_command
from django.db import connection

from safetyzone.ground.officers.access import COMMAND_LINE
from safetyzone.ground.officers.actions import load_duties
from safetyzone.ground.zones.actions import load_ground
from safetyzone.kernel import clock
from safetyzone.kernel.settings import settings
from safetyzone.programs.edition import mark
from safetyzone.programs.nats import refresh_poles
from safetyzone.programs.postgres_binaries import FLOOR, TooOld
from safetyzone.senses.sos.queries import mqtt_credentials


def prepare() -> None:
    """Safe to repeat; a second program that prepares at the same time waits for the first. Raises TooOld."""
    connection.ensure_connection()
    major = connection.connection.info.server_version // 10_000
    if major < FLOOR:
        raise TooOld(major, settings().station)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('safetyzone prepare'))")
    call_command("migrate", interactive=False, verbosity=0)
    at = clock.now()
    load_ground(by=COMMAND_LINE, at=at)
    load_duties(by=COMMAND_LINE, at=at)
    refresh_poles(settings(), mqtt_credentials())
    mark(connection.connection)
    connection.close()  # and the lock with it
