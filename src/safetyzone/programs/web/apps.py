from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "safetyzone.programs.web"
    label = "web"

    def ready(self) -> None:
        """The story is told, and sign-ins are on record, before the first request."""
        from safetyzone import story
        from safetyzone.programs.web import accounts, face_photos
        from safetyzone.senses.watchlists import ports

        story.begin()
        ports.use(face_photos.photos)
        accounts.keep_record()
