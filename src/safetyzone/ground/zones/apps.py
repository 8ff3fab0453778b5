from django.apps import AppConfig


class ZonesConfig(AppConfig):
    name = "safetyzone.ground.zones"
    label = "zones"
    default_auto_field = "django.db.models.BigAutoField"
