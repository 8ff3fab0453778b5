"""The key with which this station signs what leaves it."""

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from safetyzone.kernel.settings import settings
from safetyzone.trust.evidence.carried.verify import fingerprint_of


def station_key() -> Ed25519PrivateKey:
    """The station's Ed25519 key, derived from its master key: kept, saved and restored with it."""
    seed = hmac.digest(settings().master_key_cached(), b"safetyzone/evidence/1/signing", hashlib.sha256)
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_key() -> bytes:
    """The public half, 32 bytes."""
    return station_key().public_key().public_bytes_raw()


def fingerprint() -> str:
    """How people compare it."""
    return fingerprint_of(public_key())
