"""Sealed words: personal data and passwords that the database holds and cannot read.

AES-256-GCM (NIST SP 800-38D) with a key derived from the station's master key for one purpose; the subject is bound in, so a sealed
word moved to another row does not open.
"""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from safetyzone.kernel.settings import settings

_NONCE = 12


class Broken(ValueError):
    """Not sealed by this station for this subject, or changed since."""


def seal(words: str, *, purpose: str, subject: str) -> bytes:
    """Seal words for one subject, for example purpose ``owner-contact`` and the owner's id."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(_key(purpose)).encrypt(nonce, words.encode(), subject.encode())


def unseal(sealed: bytes, *, purpose: str, subject: str) -> str:
    """The words again.

    Raises:
        Broken: another key, purpose or subject, or bytes that were changed.
    """
    try:
        return AESGCM(_key(purpose)).decrypt(sealed[:_NONCE], sealed[_NONCE:], subject.encode()).decode()
    except (InvalidTag, ValueError) as wrong:
        raise Broken(f"{purpose} does not open") from wrong


def _key(purpose: str) -> bytes:
    return hmac.digest(settings().master_key_cached(), f"safetyzone/sealed/1/{purpose}".encode(), hashlib.sha256)
