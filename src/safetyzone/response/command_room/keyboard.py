"""The Thai keyboard (Kedmanee, TIS 820-2538) against the Latin one, key by key.

An operator types with the layout that happens to be on. "a 41" with the Thai layout on is "ฟ ภๅ"; "รับ" with the
Latin layout on is "iy[". Both must work, because nobody looks at the layout light at three in the morning.
"""

# The four rows of keys, unshifted and shifted, in the order of a US keyboard; one Thai sign for each Latin one.
ROWS: tuple[tuple[str, str], ...] = (
    ("`1234567890-=", "_ๅ/-ภถุึคตจขช"),
    ("~!@#$%^&*()_+", "%+๑๒๓๔ู฿๕๖๗๘๙"),
    ("qwertyuiop[]\\", "ๆไำพะัีรนยบลฃ"),
    ("QWERTYUIOP{}|", '๐"ฎฑธํ๊ณฯญฐ,ฅ'),
    ("asdfghjkl;'", "ฟหกดเ้่าสวง"),
    ('ASDFGHJKL:"', "ฤฆฏโฌ็๋ษศซ."),
    ("zxcvbnm,./", "ผปแอิืทมใฝ"),
    ("ZXCVBNM<>?", "()ฉฮฺ์?ฒฬฦ"),
)

LATIN_TO_THAI: dict[str, str] = {latin: thai for row in ROWS for latin, thai in zip(*row, strict=True)}
THAI_TO_LATIN: dict[str, str] = {thai: latin for latin, thai in LATIN_TO_THAI.items()}
THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")


def is_thai(text: str) -> bool:
    """True when any sign belongs to the Thai block."""
    return any("\u0e00" <= sign <= "\u0e7f" for sign in text)


def as_latin_keys(text: str) -> str:
    """The same keys with the Latin layout on; a sign that the Thai layout lacks stays."""
    return "".join(THAI_TO_LATIN.get(sign, sign) for sign in text)


def as_thai_keys(text: str) -> str:
    """The same keys with the Thai layout on; a sign that the Latin layout lacks stays."""
    return "".join(LATIN_TO_THAI.get(sign, sign) for sign in text)


def as_number(word: str) -> int | None:
    """A number in Latin digits, Thai digits, or Latin digits with the Thai layout on; None if it is none of these."""
    # With the Thai layout on, no key prints a Latin digit: "-3" is not "33" mistyped.
    mistyped = "" if any(sign in "0123456789" for sign in word) else as_latin_keys(word)
    for reading in (word, word.translate(THAI_DIGITS), mistyped):
        bare = reading.lstrip("#")
        if bare.isascii() and bare.isdigit() and len(bare) <= MOST_DIGITS:
            return int(bare)
    return None


MOST_DIGITS = 15
"""More is not a number of anything here, and would not fit the database's."""


def as_code(word: str) -> str:
    """A code of Latin letters and digits (a call sign, a pole), whichever layout was on; upper case."""
    return (as_latin_keys(word) if is_thai(word) else word).upper()
