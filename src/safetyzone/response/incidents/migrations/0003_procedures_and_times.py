"""The first procedures (data a station then edits), and a rule that the database keeps: a time once written stays."""

import csv
from pathlib import Path

from django.db import migrations, models

TIMES = (
    "pressed_at", "heard_at", "shown_at", "answered_at", "verified_at", "assigned_at", "acknowledged_at", "en_route_at",
    "on_scene_at", "resolved_at", "closed_at",
)
CHANGED = " OR ".join(f"(OLD.{name} IS NOT NULL AND NEW.{name} IS DISTINCT FROM OLD.{name})" for name in TIMES)
FORWARD = f"""
CREATE FUNCTION incident_times_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {CHANGED} THEN
        RAISE EXCEPTION 'a time of incident % was written once and stays', OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER incident_times_stay BEFORE UPDATE ON incidents_incident FOR EACH ROW EXECUTE FUNCTION incident_times_stay();
"""
BACKWARD = "DROP TRIGGER incident_times_stay ON incidents_incident; DROP FUNCTION incident_times_stay();"


def load(apps, schema_editor):
    step = apps.get_model("incidents", "ProcedureStep")
    with (Path(__file__).parent.parent / "data" / "procedures.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            step.objects.get_or_create(
                kind=row["kind"], station="", code=row["code"],
                defaults={
                    "position": int(row["position"]), "mandatory": row["mandatory"] == "true",
                    "within_s": int(row["within_s"]) if row["within_s"] else None,
                    "name_th": row["name_th"], "name_en": row["name_en"],
                },
            )


class Migration(migrations.Migration):
    dependencies = (("incidents", "0002_initial"),)
    operations = (
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunPython(load, migrations.RunPython.noop),
    )
