"""Faces seen are told by the bus and counted once; hours without a picture come from the cameras' own tickets."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("watchlists", "0004_first_laws")]

    operations = [
        migrations.RemoveField(model_name="seencount", name="offline_s"),
        migrations.AddField(model_name="seencount", name="last", field=models.UUIDField(null=True)),
    ]
