"""The board of hits, and the card on which a person compares both pictures before anything else may happen."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from safetyzone.contracts import plates
from safetyzone.ground.officers.access import may
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.kernel.refusals import NotFound, Refused
from safetyzone.kernel.settings import settings
from safetyzone.senses.watchlists import access, actions, hit_queries, onward_actions
from safetyzone.senses.watchlists.terms import ANSWER, FOUND
from safetyzone.senses.watchlists.views import edge
from safetyzone.senses.watchlists.views.lists import read_plate

PICTURES = ("crop", "scene")


@require_safe
def board(request: OfficerRequest) -> HttpResponse:
    """What waits to be compared; with ``?decided=1`` what was decided and is still there."""
    return render(request, "watchlists/hits.html", _rows(request))


@require_safe
def rows(request: OfficerRequest) -> HttpResponse:
    """The rows alone, fetched again when the live channel says that a hit changed."""
    return render(request, "watchlists/_hits.html", _rows(request))


def _rows(request: OfficerRequest) -> dict[str, object]:
    station, decided = edge.station_of(request, access.JUDGE), request.GET.get("decided") == "1"
    return {
        "station": station, "decided": decided, "now": request.now,
        "hits": hit_queries.board(station, for_=request.who, at=request.now, decided=decided),
    }  # fmt: skip


@require_safe
def card(request: OfficerRequest, hit_id: int) -> HttpResponse:
    """The card. Opening it is on record before a picture is shown."""
    found = hit_queries.card(hit_id, for_=request.who, at=request.now)
    actions.look_at_hit(hit_id, by=request.who, at=request.now)
    return _page(request, found)


def _page(request: OfficerRequest, found: hit_queries.HitCard, no: Refused | None = None) -> HttpResponse:
    words = {
        "card": found, "hit": found.row, "onward": onward_actions.where_next(found, by=request.who, at=request.now),
        "search_for": onward_actions.search_purpose(found, by=request.who, at=request.now),
        "station": found.entry.station, "now": request.now, "refused": edge.words_of(no),
        "answers": [(code, th if edge.thai() else en) for code, (th, en) in ANSWER.items()], "found": FOUND.items(), "said": request.POST,
        "provinces": [one.th for one in plates.PROVINCES], "video_url": _clips(request, found),
    }  # fmt: skip
    return render(request, "watchlists/hit.html", words, status=edge.status_of(no))


@require_safe
def picture(request: OfficerRequest, hit_id: int, which: str) -> HttpResponse:
    """The crop or the scene of a hit."""
    if which not in PICTURES:
        raise NotFound
    content = hit_queries.picture(hit_id, which, for_=request.who, at=request.now)
    if not content:
        raise NotFound
    actions.look_at_hit(hit_id, by=request.who, at=request.now)
    return HttpResponse(content, content_type="image/jpeg")


@require_POST
def judge(request: OfficerRequest, hit_id: int) -> HttpResponse:
    """Same, not the same, or cannot tell; with a reason."""
    found, said = hit_queries.card(hit_id, for_=request.who, at=request.now), request.POST
    return edge.do(
        request,
        lambda: actions.judge(hit_id, answer=said.get("answer", ""), reason=said.get("reason", ""), by=request.who, at=request.now),
        then="hit", again=lambda no: _page(request, found, no), hit_id=hit_id,
    )  # fmt: skip


@require_POST
def correct(request: OfficerRequest, hit_id: int) -> HttpResponse:
    """Read it differently; the first reading stays."""
    found, why = hit_queries.card(hit_id, for_=request.who, at=request.now), request.POST.get("why", "")
    return edge.do(
        request, lambda: actions.correct(hit_id, plate=read_plate(request.POST), why=why, by=request.who, at=request.now), then="hit",
        again=lambda no: _page(request, found, no), hit_id=hit_id,
    )  # fmt: skip


@require_POST
def outcome(request: OfficerRequest, hit_id: int) -> HttpResponse:
    """What came of it."""
    found, said = hit_queries.card(hit_id, for_=request.who, at=request.now), request.POST
    return edge.do(
        request,
        lambda: actions.record_outcome(
            hit_id, found=said.get("found", ""), independent_evidence=said.get("evidence", ""), words=said.get("words", ""), by=request.who,
            at=request.now,
        ),
        then="hit", again=lambda no: _page(request, found, no), hit_id=hit_id,
    )  # fmt: skip


def _clips(request: OfficerRequest, found: hit_queries.HitCard) -> str:
    """Where recordings are asked for; empty for who may not look at this station's."""
    return settings().video_url.rstrip("/") if may(request.who, "watch_recorded", station=found.entry.station) else ""
