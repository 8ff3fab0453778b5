"""The first legal bases, as this project reads the law; the national hub replaces them by newer versions after its counsel has looked."""

import csv
from datetime import UTC, datetime
from pathlib import Path

from django.db import migrations


def load(apps, schema_editor):
    basis = apps.get_model("watchlists", "LegalBasis")
    with (Path(__file__).parent.parent / "data" / "legal_bases.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            basis.objects.get_or_create(
                code=row["code"], version=1,
                defaults={
                    "kind": row["kind"], "purpose": row["purpose"], "law_th": row["law_th"], "law_en": row["law_en"],
                    "offences": row["offences"].split(), "needs_court": row["needs_court"] == "true",
                    "longest_days": int(row["longest_days"]), "valid_from": datetime(2025, 1, 1, tzinfo=UTC),
                },
            )


class Migration(migrations.Migration):
    dependencies = (("watchlists", "0003_what_is_over_is_destroyed"),)
    operations = (migrations.RunPython(load, migrations.RunPython.noop),)
