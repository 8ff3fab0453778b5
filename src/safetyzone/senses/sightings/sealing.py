"""What was sought, sealed: the log of searches shows who asked and why, and its table shows nobody's plate."""

import orjson

from safetyzone.kernel.sealed import seal, unseal
from safetyzone.senses.sightings.search_rules import Sought

PURPOSE = "sightings-sought"


def sealed(what: Sought, subject: str) -> bytes:
    """Bound to the search's own random name."""
    return seal(orjson.dumps({"text": what.text, "province": what.province, "near": what.near}).decode(), purpose=PURPOSE, subject=subject)


def opened(content: bytes, subject: str) -> Sought:
    """Raises kernel.sealed.Broken."""
    return Sought(**orjson.loads(unseal(bytes(content), purpose=PURPOSE, subject=subject)))
