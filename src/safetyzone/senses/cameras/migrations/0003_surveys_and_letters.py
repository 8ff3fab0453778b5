"""A survey may be of a camera that is not in the register; a person's word opens a ticket; a ticket says why nobody was told."""

from django.db import migrations, models
from django.db.models import Q

OF_ITS_CAMERA = "UPDATE cameras_survey s SET station = c.station FROM cameras_camera c WHERE c.code = s.camera_id"
KINDS = [(kind, kind.title()) for kind in ("offline", "moved", "blurred", "dark", "masked", "broken", "gone")]


class Migration(migrations.Migration):
    dependencies = [("cameras", "0002_advice")]

    operations = [
        migrations.AddField("survey", "station", models.CharField(default="", max_length=16), preserve_default=False),
        migrations.AddField("survey", "proposes", models.JSONField(default=dict)),
        migrations.AlterField(
            "survey", "camera",
            models.ForeignKey(null=True, on_delete=models.deletion.PROTECT, related_name="surveys", to="cameras.camera"),
        ),
        migrations.RunSQL(OF_ITS_CAMERA, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "survey",
            models.CheckConstraint(
                condition=Q(camera__isnull=False) | Q(lon__isnull=False, lat__isnull=False),
                name="a_survey_is_of_a_camera_or_of_a_place",
            ),
        ),
        migrations.AddIndex("survey", models.Index(fields=["station", "-at"], name="surveys_of_a_station")),
        migrations.AlterField("camerafault", "kind", models.CharField(choices=KINDS, max_length=8)),
        migrations.AddField("camerafault", "not_told", models.CharField(blank=True, max_length=120)),
    ]
