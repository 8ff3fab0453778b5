"""The only writers of leases."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from safetyzone.contracts.vision import LeaseAsk
from safetyzone.ground.officers.access import Who
from safetyzone.senses.readers.rules import LEASE_FOR, fair_share, to_let_go


@transaction.atomic
def lease(ask: LeaseAsk, *, wanted: Iterable[str], by: Who, at: datetime) -> list[str]:
    """Renew what this worker holds, take what nobody holds, up to its fair share; returns the cameras it holds from now on.

    ``wanted``: the cameras that are to be read at all. A lease that has ended is anybody's: a worker that was killed is not waited for.
    """
    codes = sorted(set(wanted))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM readers_cameralease WHERE NOT camera = ANY(%s)", [codes])
        cursor.execute("SELECT worker, camera FROM readers_cameralease WHERE until > %s ORDER BY camera FOR UPDATE", [at])
        rows = cursor.fetchall()
        share = fair_share(len(codes), _workers(ask.worker, at), ask.room)
        held = [camera for worker, camera in rows if worker == ask.worker and camera in ask.held]
        given_up = set(to_let_go(held, share))
        kept = [camera for camera in held if camera not in given_up]
        cursor.execute("DELETE FROM readers_cameralease WHERE worker = %s AND NOT camera = ANY(%s)", [ask.worker, kept])
        cursor.execute("UPDATE readers_cameralease SET until = %s WHERE camera = ANY(%s)", [at + LEASE_FOR, kept])
        others = {camera for worker, camera in rows if worker != ask.worker}
        free = [code for code in codes if code not in others and code not in kept][: max(0, share - len(kept))]
        cursor.execute(
            """
            INSERT INTO readers_cameralease (camera, worker, until) SELECT unnest(%s::text[]), %s, %s
            ON CONFLICT (camera) DO UPDATE SET worker = excluded.worker, until = excluded.until
            WHERE readers_cameralease.until <= %s OR readers_cameralease.worker = excluded.worker
            RETURNING camera
            """,
            [free, ask.worker, at + LEASE_FOR, at],
        )
        return sorted([*kept, *(camera for (camera,) in cursor.fetchall())])


def _workers(asking: str, at: datetime) -> int:
    """How many programs there are, the asking one among them."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM readers_visionworker WHERE asked_at <= %s", [at - LEASE_FOR])
        cursor.execute(
            """
            INSERT INTO readers_visionworker (name, asked_at) VALUES (%s, %s)
            ON CONFLICT (name) DO UPDATE SET asked_at = excluded.asked_at
            """,
            [asking, at],
        )
        cursor.execute("SELECT count(*) FROM readers_visionworker")
        return int(cursor.fetchone()[0])
