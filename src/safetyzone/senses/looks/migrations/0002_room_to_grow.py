"""A look that runs is written every two seconds: with room left on its page, the row stays there and no index is touched (HOT)."""

from django.db import migrations

FORWARD = "ALTER TABLE looks_look SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02)"
BACKWARD = "ALTER TABLE looks_look RESET (fillfactor, autovacuum_vacuum_scale_factor)"


class Migration(migrations.Migration):
    dependencies = (("looks", "0001_initial"),)
    operations = (migrations.RunSQL(FORWARD, BACKWARD),)
