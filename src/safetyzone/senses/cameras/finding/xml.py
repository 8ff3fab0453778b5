"""XML from strangers: no DTD, no entities, no depth, no more than fits a camera's answer (threat T29)."""

from io import BytesIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

MOST_BYTES = 512 * 1024
DEEPEST = 48
LONGEST_WORDS = 60


class BadXml(ValueError):
    """Not the XML of a camera, or not one that we read."""


def read(data: bytes) -> Element:
    """The root.

    Raises:
        BadXml: too large, too deep, with a DTD or an entity, or broken.
    """
    if len(data) > MOST_BYTES:
        raise BadXml("too large")
    root: Element | None = None
    depth = 0
    try:
        for event, element in iterparse(BytesIO(data), events=("start", "end"), forbid_dtd=True):
            depth += 1 if event == "start" else -1
            if depth > DEEPEST:
                raise BadXml("too deep")
            if root is None:
                root = element
    except (ParseError, DefusedXmlException, LookupError, UnicodeError) as wrong:
        raise BadXml(type(wrong).__name__) from None
    if root is None:
        raise BadXml("empty")
    return root


def text(element: Element | None, path: str, default: str = "") -> str:
    """The trimmed text at a path of local names: ``Resolution/Width``."""
    found = element.find("/".join(f"{{*}}{name}" for name in path.split("/"))) if element is not None else None
    return (found.text or "").strip() if found is not None else default


def whole(element: Element | None, path: str) -> int:
    """The whole number at a path; 0 where there is none, or one that no camera means."""
    said = text(element, path)
    return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else 0  # noqa: PLR2004 - digits


def words(said: str) -> str:
    """A device's own words, short and on one line."""
    return " ".join("".join(c if c.isprintable() else " " for c in said).split())[:LONGEST_WORDS]
