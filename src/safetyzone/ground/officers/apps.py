from django.apps import AppConfig


class OfficersConfig(AppConfig):
    name = "safetyzone.ground.officers"
    label = "officers"
    default_auto_field = "django.db.models.BigAutoField"
