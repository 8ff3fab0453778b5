"""A plate's letters and digits as one whole number: eight fields of one byte, the first sign in the highest, 0 where there is none."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from safetyzone.contracts.plates import CONSONANTS, DIGITS, MARKS

SIGNS = DIGITS + CONSONANTS + "".join(sorted(set(MARKS) - set(CONSONANTS)))
"""Every sign that a plate can carry, in the order of their bytes from 1 on; fewer than 128, so that the top bit stays free."""
FIELDS = 8
_BYTE = {sign: number for number, sign in enumerate(SIGNS, start=1)}


def pack(signs: str) -> int:
    """The number of a plate's signs (series and number, no hyphen).

    Raises:
        ValueError: longer than eight, or a sign that no plate carries.

    >>> unpack(pack("6กพ7414"))
    '6กพ7414'
    """
    if len(signs) > FIELDS:
        raise ValueError(len(signs))
    try:
        raw = bytes(_BYTE[sign] for sign in signs)
    except KeyError as unknown:
        raise ValueError from unknown
    return int.from_bytes(raw.ljust(FIELDS, b"\0"), "big")


def unpack(key: int) -> str:
    """The signs of a number made by ``pack``."""
    return "".join(SIGNS[number - 1] for number in int(key).to_bytes(FIELDS, "big") if number)


def packed(many: Iterable[str]) -> NDArray[np.int64]:
    """Many at once. What cannot be packed becomes -1, which resembles nothing."""
    return np.fromiter((_or_nothing(signs) for signs in many), np.int64)


def _or_nothing(signs: str) -> int:
    try:
        return pack(signs)
    except ValueError:
        return -1
