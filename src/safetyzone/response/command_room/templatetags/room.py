"""What the command room's templates may say: both languages side by side, words of codes, and where the lists are."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils.translation import get_language

from safetyzone.response.command_room import words
from safetyzone.response.incidents.rules import OUTCOMES
from safetyzone.senses.cameras.templatetags import planner

register = template.Library()

TABLES: dict[str, Mapping[Any, words.Both]] = {
    "priority": words.PRIORITY,
    "status": words.STATUS,
    "kind": words.KIND,
    "source": words.SOURCE,
    "technical": words.TECHNICAL,
    "pole": words.POLE,
    "camera_fault": words.CAMERA_FAULT,
    "part": words.PART,
    "order": words.ORDER,
    "duty": words.DUTY,
    "seat": words.SEAT,
    "outcome": OUTCOMES,
}


def _language() -> str:
    return get_language() or "th"


@register.simple_tag
def say(th: str, en: str) -> str:
    """``{% say "รับ" "Answer" %}``: the Thai words, or the English ones for a reader of English."""
    return words.pick((th, en), _language())


@register.filter
def word(code: object, table: str) -> str:
    """``{{ incident.status|word:"status" }}``."""
    return words.word(TABLES[table], code, _language())


@register.filter
def told(entry: Any, steps: Mapping[str, str] | None = None) -> str:
    """A line of the timeline in words."""
    return words.sentence(entry.code, entry.facts, _language(), steps=steps)


register.filter("compass", planner.compass)


@register.filter
def moment(text: str | datetime) -> datetime | None:
    """A moment of a frozen page, which JSON keeps as text."""
    if not text:
        return None
    return text if isinstance(text, datetime) else datetime.fromisoformat(text)


@register.filter
def percent(share: float | None) -> str:
    """``0.933`` as ``93 %``; nothing as a dash."""
    return "–" if share is None else f"{round(share * 100)} %"


@register.filter
def at(mapping: Mapping[Any, Any], key: object) -> Any:
    """``{{ claims|at:incident.id }}``."""
    return mapping.get(key)
