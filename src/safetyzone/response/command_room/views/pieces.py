"""Rows of the queue and cards of the strip as HTML, made once for each state that one can be in.

A hundred rows on ten consoles are the same few hundred texts again and again. Each is a pure function of the values that its
template is given, so it is kept by exactly these; what is not in the key cannot be in the text.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from safetyzone.response.command_room.queries import ClaimView
from safetyzone.response.dispatch.queries import Alarm
from safetyzone.response.incidents.queries import IncidentView

MOST_KEPT = 4096
"""Texts of about a kilobyte: the largest queue there is, in all its states and for several operators."""


class Piece(NamedTuple):
    """One element of a list on the screen; ``key`` is its ``data-key``, one of a kind within its list."""

    key: str
    html: SafeString


class Row(NamedTuple):
    """All that a row of the queue shows."""

    id: int
    status: str
    priority: int
    kind: str
    red_at: datetime | None
    heard_at: datetime
    shown: bool
    mine: bool
    ringing: bool
    place_th: str
    place_en: str
    presses: int
    owner: str
    drill: bool


class Card(NamedTuple):
    """All that a card of the strip shows; ``holder`` has the call in hand, empty while it rings."""

    id: int
    state: str
    priority: int
    kind: str
    heard_at: datetime
    again_at: datetime | None
    place_th: str
    place_en: str
    presses: int
    holder: str
    may_answer: bool


def rows_of(views: Iterable[IncidentView], *, me: str) -> tuple[Piece, ...]:
    """The queue's rows as this person sees them."""
    language = translation.get_language() or ""
    return tuple(
        _row(
            Row(
                v.id, v.status, v.priority, v.kind, v.red_at, v.heard_at, v.times["shown_at"] is not None, v.owner == me, v.ringing,
                v.place_th, v.place_en, v.presses, v.owner, v.drill,
            ),
            language,
        )
        for v in views
    )  # fmt: skip


def cards_of(alarms: Iterable[Alarm], cards: Iterable[dict[str, Any]], *, may_answer: bool) -> tuple[Piece, ...]:
    """The strip: alarms first, then the calls as ``screen`` has ordered them."""
    language = translation.get_language() or ""
    return (*(_alarm(alarm, language) for alarm in alarms), *(_card(_shown(card, may_answer), language) for card in cards))


def _shown(card: dict[str, Any], may_answer: bool) -> Card:
    i: IncidentView = card["incident"]
    claim: ClaimView | None = card["claim"]
    holder = claim.hold.by if claim else ""
    return Card(
        i.id, card["state"], i.priority, i.kind, i.heard_at, card["again_at"], i.place_th, i.place_en, i.presses, holder, may_answer
    )


@lru_cache(MOST_KEPT)
def _row(row: Row, language: str) -> Piece:
    return _piece(f"row-{row.id}", "command_room/_row.html", {"i": row}, language)


@lru_cache(MOST_KEPT)
def _card(card: Card, language: str) -> Piece:
    return _piece(f"ring-{card.id}", "command_room/_card.html", {"i": card}, language)


@lru_cache(MOST_KEPT)
def _alarm(alarm: Alarm, language: str) -> Piece:
    key = f"alarm-{alarm.kind}-{alarm.incident_id}-{alarm.call_sign}-{alarm.officer}"
    return _piece(key, "command_room/_alarm.html", {"alarm": alarm, "key": key}, language)


def _piece(key: str, template: str, context: dict[str, Any], language: str) -> Piece:
    """Without the request, on purpose: nothing of the person who happens to ask first gets into a text that others are given."""
    with translation.override(language or None):
        return Piece(key, SafeString(render_to_string(template, context).strip()))
