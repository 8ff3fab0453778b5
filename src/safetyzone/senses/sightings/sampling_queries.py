"""Passages drawn evenly from the record, for an officer who checks by hand whether they were read right; the page records who looks."""

from datetime import datetime

from django.db import connection

from safetyzone.senses.sightings.finding import Sighting


def sample(station: str, since: datetime, *, at: datetime, most: int) -> list[Sighting]:
    """Passages of a station, of each camera as many, in an order that chance made and that stays: the digest of their own numbers."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id, at, camera, text, province, vehicle_class, sure, accepted, track FROM (
                SELECT s.id, s.at, s.camera, t.text, s.province, s.vehicle_class, s.sure, s.accepted, s.track,
                    row_number() OVER (PARTITION BY s.camera ORDER BY md5(s.id::text)) AS nth
                FROM sightings_sighting s JOIN sightings_platetext t ON t.id = s.plate
                WHERE s.station = %s AND s.at >= %s AND s.at <= %s AND s.expires_at > %s
            ) drawn ORDER BY nth, camera LIMIT %s
            """,
            [station, since, at, at, most],
        )
        return [Sighting(*row) for row in cursor.fetchall()]
