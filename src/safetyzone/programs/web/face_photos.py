"""Photos of faces for lists: made into templates by the models of the vision program, which are loaded when the first photo comes."""

import threading

from safetyzone.senses.watchlists.ports import Embedder, Embedding, NoEmbedder

_loading = threading.Lock()
_loaded: list[Embedder] = []


class Photos:
    """The embedder of photographs, as this house's lists ask for it."""

    def __init__(self) -> None:
        """Load the models.

        Raises:
            NoEmbedder: they are not installed on this machine.
        """
        try:
            from safetyzone.programs.vision.faces.nets import WrongWeights
            from safetyzone.programs.vision.faces.photo import PhotoReader
        except ImportError as missing:
            raise NoEmbedder from missing
        try:
            self._reader = PhotoReader()
        except WrongWeights as wrong:
            raise NoEmbedder from wrong

    def embed(self, photo: bytes) -> Embedding | None:
        """The largest face of a photo; None: no picture, or no face in it."""
        from safetyzone.programs.vision.faces.pictures import NotAPicture

        try:
            found = self._reader.read(photo)
        except NotAPicture:
            return None
        return Embedding(found.vector, found.quality, found.model, found.faces, found.width_px) if found else None


def photos() -> Embedder:
    """The one of this process. Raises NoEmbedder."""
    with _loading:
        if not _loaded:
            _loaded.append(Photos())
        return _loaded[0]
