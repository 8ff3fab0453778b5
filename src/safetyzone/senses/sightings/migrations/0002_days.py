"""Sightings by the day: a day that is over its time is dropped whole, in milliseconds, and nothing is left to vacuum.

Beside them every plate once (``sightings_platetext``) and every plate with one sign left out (``sightings_platedeletion``): two plates
that differ by one sign have one of those in common, so that the near ones are found by equality.
"""

from django.db import migrations

COLUMNS = """
    at timestamptz NOT NULL, id uuid NOT NULL, camera text NOT NULL, station text NOT NULL, plate bigint NOT NULL, province text NOT NULL,
    vehicle_class text NOT NULL, sure real NOT NULL CHECK (sure BETWEEN 0 AND 1), accepted boolean NOT NULL, track text NOT NULL,
    frames smallint NOT NULL, expires_at timestamptz NOT NULL
"""
FORWARD = f"""
CREATE TABLE sightings_platetext (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text NOT NULL UNIQUE);
CREATE TABLE sightings_platedeletion (variant text NOT NULL, plate bigint NOT NULL REFERENCES sightings_platetext ON DELETE CASCADE,
    PRIMARY KEY (variant, plate));
CREATE INDEX sightings_platedeletion_of ON sightings_platedeletion (plate);
CREATE TABLE sightings_sighting ({COLUMNS}, PRIMARY KEY (at, id)) PARTITION BY RANGE (at);
CREATE INDEX ON sightings_sighting (plate, at);
CREATE INDEX ON sightings_sighting (camera, at);
CREATE TABLE sightings_held ({COLUMNS}, case_id bigint NOT NULL, PRIMARY KEY (case_id, at, id));

CREATE FUNCTION sightings_day(day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE named text := 'sightings_sighting_' || to_char(day, 'YYYYMMDD');
BEGIN
    IF to_regclass(named) IS NULL THEN
        PERFORM pg_advisory_xact_lock(hashtext(named));
        EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF sightings_sighting FOR VALUES FROM (%L) TO (%L)', named,
            day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC');
    END IF;
END $$;
"""
BACK = """
DROP FUNCTION sightings_day(date);
DROP TABLE sightings_held, sightings_sighting, sightings_platedeletion, sightings_platetext;
"""


class Migration(migrations.Migration):
    dependencies = (("sightings", "0001_initial"),)
    operations = (migrations.RunSQL(FORWARD, BACK),)
