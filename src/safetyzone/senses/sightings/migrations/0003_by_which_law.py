"""A search names the law that allows it. Searches from before name none: they stay in the record as they were asked, so the constraint
holds for what is written from now on and is not checked on those.
"""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

PURPOSES = ["accident", "crime", "missing", "stolen", "wanted"]


class Migration(migrations.Migration):
    dependencies = (("sightings", "0002_days"),)
    operations = (
        migrations.AddField(
            model_name="search",
            name="law",
            field=models.CharField(
                max_length=16, default="",
                choices=[(law, law) for law in ("inquiry", "warrant", "danger_to_life", "court_order")],
            ),
            preserve_default=False,
        ),
        AddConstraintNotValid(
            model_name="search",
            constraint=models.CheckConstraint(
                condition=Q(law="inquiry", purpose__in=["accident", "crime", "stolen"])
                | Q(law="warrant", purpose__in=["wanted"])
                | Q(law="danger_to_life", purpose__in=["missing"])
                | Q(law="court_order", purpose__in=PURPOSES),
                name="a_search_names_a_law_that_fits",
            ),
        ),
    )  # fmt: skip
