from django.apps import AppConfig


class CommandRoomConfig(AppConfig):
    name = "safetyzone.response.command_room"
    label = "command_room"
    default_auto_field = "django.db.models.BigAutoField"
