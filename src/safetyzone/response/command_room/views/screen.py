"""The one screen, its panels in windows of their own, and the fragments that they are made of."""

import re
import threading
from collections import OrderedDict
from hashlib import blake2b
from typing import Any

import orjson
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.kernel.refusals import NotFound
from safetyzone.response.command_room import commands, keyboard
from safetyzone.response.command_room.views.edge import fragment, timed
from safetyzone.response.command_room.views.look import Fragment, Look
from safetyzone.response.command_room.views.panel import panel_of
from safetyzone.response.command_room.views.pieces import Piece

PANELS = ("queue", "map", "units", "incident", "wall")
MOST_PARTS = 12
MOST_LISTS_KEPT = 256
MOST_HEARD = 64
_NUMBER = re.compile(r"[0-9]{1,19}")


@require_GET
def room(request: OfficerRequest) -> HttpResponse:
    """The whole room on one screen."""
    return _page(request, "command_room/room.html")


@require_GET
def panel(request: OfficerRequest, name: str, incident_id: int | None = None) -> HttpResponse:
    """One panel in a window of its own."""
    if name not in PANELS:
        raise NotFound
    return _page(request, f"command_room/panel_{name}.html", incident_id=incident_id)


def _page(request: OfficerRequest, template: str, incident_id: int | None = None) -> HttpResponse:
    look = Look(request)
    context = {
        **look.common,
        **look.top,
        **look.queue,
        **look.units,
        "queue_rows": look.rows,
        "ring_cards": look.cards,
        "selected": incident_id,
        "pinned": incident_id is not None,
        "entries": commands.ENTRIES,
        "layout": keyboard.THAI_TO_LATIN,
        **(panel_of(request, incident_id) if incident_id is not None else look.calm),
    }
    return timed(request, render(request, template, context))


@require_GET
def one_fragment(request: OfficerRequest, name: str, incident_id: int | None = None) -> HttpResponse:
    """One fragment as HTML; of ``incident`` the one that is selected, or the calm of an empty desk."""
    named = name if incident_id is None else f"{name}/{incident_id}"
    template, context, pieces = Look(request).fragment(named)
    return fragment(request, template, {**context, "pieces": pieces})


@require_GET
def parts(request: OfficerRequest) -> HttpResponse:
    """Several fragments in one answer: ``?want=ring:TAG&want=queue:TAG&want=incident/41``.

    JSON by name: ``status`` (200, 304, 404), and with 200 ``etag``, ``html`` and, of a fragment that is a list, ``pieces``: its
    elements in order as ``[key, html]``, where ``null`` stands for "as in the list whose TAG you gave". ``heard=5,6`` names the
    notes of the live channel for whose sake the console asks.
    """
    look = Look(request, _heard(request.GET.get("heard", "")))
    answer = {}
    for one in request.GET.getlist("want")[:MOST_PARTS]:
        name, _, tag = one.partition(":")
        try:
            answer[name] = _part(look.fragment(name), tag)
        except NotFound:
            answer[name] = {"status": 404}
    return timed(request, HttpResponse(orjson.dumps(answer), content_type="application/json"))


def _heard(said: str) -> list[int]:
    """Numbers of notes; nothing of what cannot be read, which is always safe."""
    numbers = said.split(",")
    return [int(one) for one in numbers] if len(numbers) <= MOST_HEARD and all(map(_NUMBER.fullmatch, numbers)) else []


def _part(shown: Fragment, had: str) -> dict[str, Any]:
    """Without the request: a form's token differs from one rendering to the next, and its page is not this address."""
    html = render_to_string(shown.template, {**shown.context, "pieces": ()})
    summary = blake2b(html.encode(), digest_size=12)
    for piece in shown.pieces or ():
        summary.update(piece.html.encode())
    tag = summary.hexdigest()
    if tag == had:
        return {"status": 304}
    part = {"status": 200, "etag": tag, "html": html}
    if shown.pieces is not None:
        before = LISTS.swap(had, tag, shown.pieces)
        part["pieces"] = [[piece.key, None if piece in before else piece.html] for piece in shown.pieces]
    return part


class Lists:
    """Which elements the lists had that were sent lately, by ETag: a console that has one is sent only what differs.

    The tag is made of the content itself, so that a wrong one can do no worse than have a console ask again for everything.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, frozenset[Piece]] = OrderedDict()
        self._one_at_a_time = threading.Lock()

    def swap(self, had: str, has: str, pieces: tuple[Piece, ...]) -> frozenset[Piece]:
        """Remember the new list and return the old one, empty if it is not known here."""
        with self._one_at_a_time:
            if has in self._kept:
                self._kept.move_to_end(has)
            else:
                self._kept[has] = frozenset(pieces)
                if len(self._kept) > self._most:
                    self._kept.popitem(last=False)
            return self._kept.get(had, frozenset())


LISTS = Lists(MOST_LISTS_KEPT)
