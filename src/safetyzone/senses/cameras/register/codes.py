"""A code for a camera that has none painted on it."""

import secrets

_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No letters that are taken for digits."""


def new_code() -> str:
    """``CAM-`` and eight letters drawn by lot; one that is taken already is refused at entry, as any other."""
    return "CAM-" + "".join(secrets.choice(_LETTERS) for _ in range(8))
