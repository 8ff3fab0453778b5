from django.apps import AppConfig


class WatchlistsConfig(AppConfig):
    name = "safetyzone.senses.watchlists"
    label = "watchlists"
    default_auto_field = "django.db.models.BigAutoField"
