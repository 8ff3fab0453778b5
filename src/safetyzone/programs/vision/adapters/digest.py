"""The answer to a challenge of Digest (RFC 7616, and RFC 2617 as cameras still speak it). Pure.

Basic is never answered: it would hand the password to whoever stands at that address.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

STRONGEST_FIRST = ("SHA-256", "MD5")
_SCHEME = re.compile(r"(?:^|,)\s*(digest|basic|bearer|negotiate|ntlm)\s+", re.IGNORECASE)
_PAIR = re.compile(r'([A-Za-z-]+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))')


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a camera wants proved. ``algorithm`` as it wrote it, empty for MD5; ``qop``: with a count and a nonce of our own."""

    realm: str
    nonce: str
    algorithm: str = ""
    opaque: str = ""
    qop: bool = False


def challenge(headers: Iterable[str]) -> Challenge | None:
    """The strongest among ``WWW-Authenticate`` headers that can be answered without giving the password away; None: there is none."""
    found: dict[str, Challenge] = {}
    for header in headers:
        parts = _SCHEME.split(header)
        for scheme, words in zip(parts[1::2], parts[2::2], strict=False):
            said = {name.lower(): quoted or plain for name, quoted, plain in _PAIR.findall(words)}
            algorithm = said.get("algorithm", "")
            asks = [one.strip().lower() for one in said.get("qop", "").split(",") if one.strip()]
            known = (algorithm or "MD5").upper() in STRONGEST_FIRST and (not asks or "auth" in asks)
            if scheme.lower() == "digest" and known and said.get("nonce"):
                one = Challenge(said.get("realm", ""), said["nonce"], algorithm, said.get("opaque", ""), bool(asks))
                found.setdefault((algorithm or "MD5").upper(), one)
    return next((found[name] for name in STRONGEST_FIRST if name in found), None)


def answer(of: Challenge, *, user: str, password: str, method: str, uri: str, count: int, ours: str) -> str:
    """The ``Authorization`` header. ``count``: how often this challenge's nonce has been used, from 1; ``ours``: our own random nonce."""
    who = _hash(of.algorithm, f"{user}:{of.realm}:{password}")
    what = _hash(of.algorithm, f"{method}:{uri}")
    between = f"{of.nonce}:{count:08x}:{ours}:auth" if of.qop else of.nonce
    rows = [
        f'username="{_quoted(user)}"', f'realm="{of.realm}"', f'nonce="{of.nonce}"', f'uri="{uri}"',
        f'response="{_hash(of.algorithm, f"{who}:{between}:{what}")}"',
        *([f"algorithm={of.algorithm}"] if of.algorithm else []), *([f'opaque="{of.opaque}"'] if of.opaque else []),
        *([f'qop=auth, nc={count:08x}, cnonce="{ours}"'] if of.qop else []),
    ]  # fmt: skip
    return "Digest " + ", ".join(rows)


def _hash(algorithm: str, text: str) -> str:
    if algorithm.upper() == "SHA-256":
        return hashlib.sha256(text.encode()).hexdigest()
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()  # what most cameras ask for; nothing else is understood by them


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
