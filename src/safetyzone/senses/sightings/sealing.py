"""What was sought, sealed: the log of searches shows who asked and why, and its table shows nobody's plate."""

from collections.abc import Sequence
from dataclasses import asdict

import orjson

from safetyzone.kernel.sealed import seal, unseal
from safetyzone.senses.sightings.search_rules import Sought

PURPOSE = "sightings-sought"


def sealed(what: Sought, cameras: Sequence[str], subject: str) -> bytes:
    """Bound to the search's own random name. ``cameras``: those that were named; none: all."""
    said = {**asdict(what), "cameras": list(cameras)}
    return seal(orjson.dumps(said).decode(), purpose=PURPOSE, subject=subject)


def opened(content: bytes, subject: str) -> tuple[Sought, tuple[str, ...]]:
    """What was sought, and at which cameras. Raises kernel.sealed.Broken."""
    said = orjson.loads(unseal(bytes(content), purpose=PURPOSE, subject=subject))
    cameras = said.pop("cameras")
    return Sought(**said), tuple(cameras)
