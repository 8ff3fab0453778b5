from django.apps import AppConfig


class SightingsConfig(AppConfig):
    name = "safetyzone.senses.sightings"
    label = "sightings"
    default_auto_field = "django.db.models.BigAutoField"
