from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "safetyzone.response.review"
    label = "review"
    default_auto_field = "django.db.models.BigAutoField"
