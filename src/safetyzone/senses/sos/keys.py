"""A pole's secrets, derived from the station's master key, so that a stolen database reveals none. Pure."""

import base64
import hmac


def signing_key(master: bytes, pole: str, generation: int) -> bytes:
    """32 bytes with which the pole signs its presses (HMAC-SHA256). A new generation ends the old key."""
    return hmac.digest(master, f"safetyzone/pole-signing/1/{pole}/{generation}".encode(), "sha256")


def mqtt_password(master: bytes, pole: str, generation: int) -> str:
    """The pole's password on the bus: 256 bits, printable."""
    secret = hmac.digest(master, f"safetyzone/pole-mqtt/1/{pole}/{generation}".encode(), "sha256")
    return base64.urlsafe_b64encode(secret).decode().rstrip("=")
