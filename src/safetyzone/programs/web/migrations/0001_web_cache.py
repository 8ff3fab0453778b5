"""The table in which Django counts rate limits, shared by all web processes.

Unlogged: a crash may forget the counts, and nobody is worse off; nothing else may be kept there.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = []
    operations = [
        migrations.RunSQL(
            sql="""
                CREATE UNLOGGED TABLE IF NOT EXISTS web_cache (
                    cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
                );
                CREATE INDEX IF NOT EXISTS web_cache_expires ON web_cache (expires);
            """,
            reverse_sql="DROP TABLE web_cache;",
        )
    ]
