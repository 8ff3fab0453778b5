from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "safetyzone.programs.web"
    label = "web"

    def ready(self) -> None:
        """The story is told before the first request."""
        from safetyzone import story

        story.begin()
