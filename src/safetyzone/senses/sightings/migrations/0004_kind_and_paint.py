"""What drove past beside its plate: its kind and its paint, by which a vehicle is found of which nobody saw the plate."""

from django.db import migrations

FORWARD = """
ALTER TABLE sightings_sighting ADD COLUMN kind text NOT NULL DEFAULT '', ADD COLUMN paint text NOT NULL DEFAULT '';
ALTER TABLE sightings_held ADD COLUMN kind text NOT NULL DEFAULT '', ADD COLUMN paint text NOT NULL DEFAULT '';
CREATE INDEX ON sightings_sighting (paint, kind, at) WHERE paint <> '';
"""
BACK = """
ALTER TABLE sightings_sighting DROP COLUMN kind, DROP COLUMN paint;
ALTER TABLE sightings_held DROP COLUMN kind, DROP COLUMN paint;
"""


class Migration(migrations.Migration):
    dependencies = (("sightings", "0003_by_which_law"),)
    operations = (migrations.RunSQL(FORWARD, BACK),)
