"""One person's look at the room: what the fragments of one answer share is read once, after her rights were asked."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from safetyzone.ground.officers import queries as officers
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.ground.zones import queries as zones
from safetyzone.kernel.refusals import NotFound
from safetyzone.kernel.settings import settings
from safetyzone.response.command_room import access, queries
from safetyzone.response.command_room.queries import ClaimView
from safetyzone.response.command_room.rules import Seat, Taking, alarms_per_operator, is_stale, taking
from safetyzone.response.command_room.views.edge import number, seat_of, station_of
from safetyzone.response.command_room.views.facts import SHARED, Facts
from safetyzone.response.command_room.views.panel import panel_of
from safetyzone.response.command_room.views.pieces import Piece, cards_of, rows_of
from safetyzone.response.command_room.views.sees import sees_of
from safetyzone.response.dispatch import queries as dispatch
from safetyzone.response.incidents import queries as incidents
from safetyzone.response.incidents.queries import IncidentView

WALL_ROWS = 6
OFFERS_SHOWN = 2


class Fragment(NamedTuple):
    """A part of the screen: its template, what that is given, and the elements of its list where it has one."""

    template: str
    context: Mapping[str, Any]
    pieces: tuple[Piece, ...] | None = None


class Look:
    """What a person sees of a station's room at the moment of her request.

    ``heard``: the notes of the live channel for whose sake her console asks; empty if it asks for another reason.

    Raises:
        NotYours, NotFound: as ``station_of``; a look that exists may be shown.
    """

    def __init__(self, request: OfficerRequest, heard: Sequence[int] = ()) -> None:
        self.request, self.heard = request, heard
        self.station = station_of(request)

    def fragment(self, name: str) -> Fragment:
        """The fragment of a name: ``queue``, ``incident/41``.

        Raises:
            NotFound: no such fragment, or no such incident in a room that she may see.
        """
        kind, slash, said = name.partition("/")
        if kind == "incident":
            about = panel_of(self.request, number(said)) if said else self.calm
            return Fragment("command_room/_incident.html", {**self.common, **about})
        if kind == "sees":
            return Fragment("command_room/_sees.html", {**self.common, **sees_of(self.request, number(said))})
        if slash or kind not in FRAGMENTS:
            raise NotFound
        return FRAGMENTS[kind](self)

    @cached_property
    def common(self) -> dict[str, Any]:
        who = self.request.who
        return {
            "station": self.station,
            "who": who,
            "seat": seat_of(self.request, self.station),
            "seats": list(Seat),
            "may_answer": access.may_answer(who, station=self.station),
            "may_command": access.may_command(who, station=self.station),
            "video_url": settings().video_url.rstrip("/") if access.may_watch(who, station=self.station) else "",
            "reviews": access.may_look_back(who, station=self.station),
        }

    @cached_property
    def top(self) -> dict[str, Any]:
        return {
            "station_view": zones.station(self.station),
            "zones": zones.zones(self.station),
            "shift": queries.running_shift(self.station),
            "operators": officers.on_duty(self.station, "answer", self.request.now),
        }

    @cached_property
    def queue(self) -> dict[str, Any]:
        """What is open, what rings, and what may be one thing."""
        rows, held, offers, alarms = SHARED.facts(self.station, heard=self.heard, read=self._facts)
        return {
            "rows": rows,
            "wall_rows": rows[:WALL_ROWS],
            "more_rows": max(len(rows) - WALL_ROWS, 0),
            "ring": _ring(rows, held, self.request),
            "offers": offers,
            "more_offers": max(len(offers) - OFFERS_SHOWN, 0),
            "alarms": alarms,
            "waiting": sum(row.ringing for row in rows),
        }

    def _facts(self) -> Facts:
        rows = incidents.queue(self.station, for_=self.request.who)
        return Facts(
            rows,
            queries.claims(row.id for row in rows if row.owner),
            incidents.offers(self.station, for_=self.request.who, among=rows),
            dispatch.alarms(self.station, self.request.now),
        )

    @cached_property
    def rows(self) -> tuple[Piece, ...]:
        return rows_of(self.queue["rows"], me=self.request.who.name)

    @cached_property
    def cards(self) -> tuple[Piece, ...]:
        return cards_of(self.queue["alarms"], self.queue["ring"], may_answer=self.common["may_answer"])

    @cached_property
    def units(self) -> dict[str, Any]:
        return {"units": dispatch.unit_board(self.station, self.request.now)}

    @cached_property
    def calm(self) -> dict[str, Any]:
        """What an empty desk shows: how many alarms an operator has borne in this shift."""
        shift = queries.running_shift(self.station)
        if shift is None:
            return {"view": None, "health": None}
        now = self.request.now
        heard = incidents.between(self.station, since=shift.began_at, until=now, for_=self.request.who)
        operators = len(officers.on_duty(self.station, "answer", now))
        figure = alarms_per_operator(len(heard), operators, now - shift.began_at)
        return {"view": None, "health": {"figure": round(figure, 1), "heard": len(heard), "operators": operators}}


FRAGMENTS: dict[str, Callable[[Look], Fragment]] = {
    "top": lambda look: Fragment("command_room/_top.html", {**look.common, **look.top}),
    "ring": lambda look: Fragment("command_room/_ring.html", {**look.common, **look.queue}, look.cards),
    "queue": lambda look: Fragment("command_room/_queue.html", {**look.common, **look.queue}, look.rows),
    "wall": lambda look: Fragment("command_room/_wall.html", {**look.common, **look.queue}),
    "units": lambda look: Fragment("command_room/_units.html", {**look.common, **look.units}),
}


def _ring(rows: list[IncidentView], held: dict[int, ClaimView], request: OfficerRequest) -> list[dict[str, Any]]:
    """The strip: calls that ring, oldest first; after them calls just claimed (others may still take) or left behind."""
    ringing = sorted((row for row in rows if row.ringing), key=lambda row: (row.heard_at, row.id))
    cards: list[dict[str, Any]] = [{"incident": row, "state": "rings", "claim": None, "again_at": None} for row in ringing]
    for row in rows:
        claim = held.get(row.id)
        if claim is None or row.ringing or claim.hold.by == request.who.name or row.times["assigned_at"]:
            continue
        state = _state_of(claim, request.now)
        if state:
            again_at = claim.grace_until if state == "grace" else None
            cards.append({"incident": row, "state": state, "claim": claim, "again_at": again_at})
    return cards


def _state_of(claim: ClaimView, at: datetime) -> str:
    if is_stale(claim.hold, at):
        return "stale"
    how = taking(claim.hold, by="", supervisor=False, at=at)
    return "grace" if how is Taking.GRACE else ""
