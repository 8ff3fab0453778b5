from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "safetyzone.trust.evidence"
    label = "evidence"
    default_auto_field = "django.db.models.BigAutoField"
