from django.apps import AppConfig


class LooksConfig(AppConfig):
    name = "safetyzone.senses.looks"
    label = "looks"
    default_auto_field = "django.db.models.BigAutoField"
