"""All tables of this room."""

from safetyzone.senses.watchlists.accuracy_models import (
    CameraSuspension,
    EvaluationRecord,
    PassageCheck,
    SeenCount,
    Viewpoint,
)
from safetyzone.senses.watchlists.hit_models import Correction, Deletion, Hit, HitFigure, HitPicture, Judgement, Outcome
from safetyzone.senses.watchlists.list_models import (
    Activation,
    ActivationCamera,
    KillSwitch,
    LegalBasis,
    ListEntry,
    ProtectedPlace,
    WatchList,
)

__all__ = [
    "Activation",
    "ActivationCamera",
    "CameraSuspension",
    "Correction",
    "Deletion",
    "EvaluationRecord",
    "Hit",
    "HitFigure",
    "HitPicture",
    "Judgement",
    "KillSwitch",
    "LegalBasis",
    "ListEntry",
    "Outcome",
    "PassageCheck",
    "ProtectedPlace",
    "SeenCount",
    "Viewpoint",
    "WatchList",
]  # fmt: skip
