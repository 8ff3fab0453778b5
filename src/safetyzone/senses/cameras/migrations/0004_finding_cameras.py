"""Searches for cameras and what they found; a camera that answers and shows nothing is a fault of its own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cameras', '0003_surveys_and_letters'),
    ]

    operations = [
        migrations.CreateModel(
            name='CameraSearch',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('station', models.CharField(max_length=16)),
                ('network', models.CharField(blank=True, max_length=43)),
                ('asked_by', models.CharField(max_length=64)),
                ('asked_at', models.DateTimeField()),
                ('status', models.CharField(choices=[('waiting', 'Waiting'), ('finished', 'Finished'), ('failed', 'Failed')], default='waiting', max_length=8)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AlterField(
            model_name='camerafault',
            name='kind',
            field=models.CharField(choices=[('offline', 'Offline'), ('moved', 'Moved'), ('blurred', 'Blurred'), ('dark', 'Dark'), ('masked', 'Masked'), ('broken', 'Broken'), ('gone', 'Gone'), ('no_picture', 'No Picture')], max_length=16),
        ),
        migrations.CreateModel(
            name='FoundCamera',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('number', models.GenericIPAddressField()),
                ('port', models.PositiveIntegerField()),
                ('path', models.CharField(blank=True, max_length=200)),
                ('tls', models.BooleanField(default=False)),
                ('name', models.CharField(blank=True, max_length=60)),
                ('hardware', models.CharField(blank=True, max_length=60)),
                ('status', models.CharField(choices=[('found', 'Found'), ('waiting', 'Waiting'), ('opened', 'Opened'), ('failed', 'Failed'), ('entered', 'Entered')], default='found', max_length=8)),
                ('why', models.CharField(blank=True, max_length=16)),
                ('credential', models.BinaryField(default=b'')),
                ('facts', models.JSONField(default=dict)),
                ('correct', models.BooleanField(default=False)),
                ('picture', models.BinaryField(default=b'')),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('search', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='found', to='cameras.camerasearch')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('search', 'number'), name='a_device_is_found_once')],
            },
        ),
    ]
