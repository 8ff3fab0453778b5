"""The words of the reading model: its symbols in their order, its picture's size. Training and reading must agree, so both import this."""

from safetyzone.contracts.plates import CONSONANTS, DIGITS, MARKS, NAMES

BLANK = 0
SYMBOLS = DIGITS + CONSONANTS + MARKS + "-"
"""Class ``i + 1`` of the model is ``SYMBOLS[i]``; class 0 is CTC's blank."""
CLASSES = len(SYMBOLS) + 1
PROVINCE_CLASSES = len(NAMES) + 1
"""The last: no province on the plate."""
NO_PROVINCE = len(NAMES)
TWO_LINES, THREE_LINES = 0, 1
WIDTH, HEIGHT = 160, 72
"""Of the grey picture that the model takes. Every crop is stretched to it: a motorcycle's square plate too."""


def coded(text: str) -> list[int]:
    """The classes of a text."""
    return [SYMBOLS.index(character) + 1 for character in text]


def decoded(classes: list[int]) -> str:
    """The text of classes that hold no blank."""
    return "".join(SYMBOLS[number - 1] for number in classes)
