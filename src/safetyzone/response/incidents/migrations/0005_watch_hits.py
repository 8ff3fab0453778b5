"""Incidents of confirmed hits, and their first procedure (data a station then edits)."""

import csv
from pathlib import Path

from django.db import migrations, models


def load(apps, schema_editor):
    step = apps.get_model("incidents", "ProcedureStep")
    with (Path(__file__).parent.parent / "data" / "procedures.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["kind"] == "watch_hit":
                step.objects.get_or_create(
                    kind=row["kind"], station="", code=row["code"],
                    defaults={
                        "position": int(row["position"]), "mandatory": row["mandatory"] == "true",
                        "within_s": int(row["within_s"]) if row["within_s"] else None,
                        "name_th": row["name_th"], "name_en": row["name_en"],
                    },
                )


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0004_alter_incident_kind_alter_procedurestep_kind'),
    ]

    operations = [
        migrations.AlterField(
            model_name='incident',
            name='kind',
            field=models.CharField(choices=[('sos', 'Sos'), ('sos_technical', 'Sos Technical'), ('device_fault', 'Device Fault'), ('officer_help', 'Officer Help'), ('reported', 'Reported'), ('watch_hit', 'Watch Hit')], max_length=20),
        ),
        migrations.AlterField(
            model_name='procedurestep',
            name='kind',
            field=models.CharField(choices=[('sos', 'Sos'), ('sos_technical', 'Sos Technical'), ('device_fault', 'Device Fault'), ('officer_help', 'Officer Help'), ('reported', 'Reported'), ('watch_hit', 'Watch Hit')], max_length=20),
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
