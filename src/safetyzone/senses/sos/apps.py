from django.apps import AppConfig


class SosConfig(AppConfig):
    name = "safetyzone.senses.sos"
    label = "sos"
    default_auto_field = "django.db.models.BigAutoField"
