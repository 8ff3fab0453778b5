"""The report of deletions, for those who read the audit log: numbers only, so the report itself names nobody."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.senses.watchlists import access, deletion_queries
from safetyzone.senses.watchlists.views import edge


@require_safe
def page(request: OfficerRequest) -> HttpResponse:
    """A month of it; ``?month=2026-11`` for another."""
    station = edge.station_of(request, access.READ_DELETIONS)
    month = deletion_queries.month_of(request.GET.get("month", ""), request.now)
    lines, later = deletion_queries.deletions(station, month), deletion_queries.after(month)
    words = {
        "station": station, "month": month, "lines": lines, "totals": deletion_queries.totals(lines),
        "due": deletion_queries.due(station, at=request.now), "left": sum(one.left for one in lines),
        "months": [(f"{one:%Y-%m}", one) for one in (deletion_queries.before(month), later) if one <= request.now],
    }  # fmt: skip
    return render(request, "watchlists/deletions.html", words)
