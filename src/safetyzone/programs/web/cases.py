"""The register of cases of a unit: opened, assigned, closed. Who may is asked here; the room below only records."""

from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_POST, require_safe

from safetyzone.ground.officers import access
from safetyzone.ground.officers import queries as officers
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.kernel.refusals import NotFound, Refused
from safetyzone.programs.web.middleware import STATUS
from safetyzone.trust.cases import actions, queries
from safetyzone.trust.cases.rules import OFFENCES

KEEP = "keep_cases"


@require_safe
def listed(request: OfficerRequest) -> HttpResponse:
    """The open cases of the officer's own unit; with ``?closed=1`` those that are over as well."""
    return _list(request, _unit(request))


@require_POST
def enter(request: OfficerRequest) -> HttpResponse:
    """Enter a case."""
    said, unit = request.POST, _unit(request)
    return _do(request, unit, lambda: actions.open_case(
        number=said.get("number", ""), unit=unit, offence=said.get("offence", ""), officers=_officers(said.get("officers", "")),
        by=request.who.name, at=request.now,
    ))  # fmt: skip


@require_POST
def deed(request: OfficerRequest, case_id: int, verb: str) -> HttpResponse:
    """Assign an officer, release one, or close the case."""
    said, unit = request.POST, _unit(request)
    found = queries.case(case_id, at=request.now) if case_id < 2**62 else None
    if found is None or found.unit != unit:
        raise NotFound
    why, officer = said.get("why", ""), "".join(_officers(said.get("officer", ""))[:1])
    deeds: dict[str, Callable[[], object]] = {
        "assign": lambda: actions.assign(case_id=case_id, officer=officer, why=why, by=request.who.name, at=request.now),
        "release": lambda: actions.release(case_id=case_id, officer=officer, why=why, by=request.who.name, at=request.now),
        "close": lambda: actions.close(case_id=case_id, why=why, by=request.who.name, at=request.now),
    }
    if verb not in deeds:
        raise NotFound
    return _do(request, unit, deeds[verb])


def _unit(request: OfficerRequest) -> str:
    """The officer's own unit, if she keeps cases anywhere."""
    unit = officers.unit_of(request.who.name)
    if not unit or not access.stations_where(request.who, KEEP):
        raise NotFound
    return unit


def _officers(words: str) -> list[str]:
    """User names that are officers', in the order typed.

    Raises:
        NotFound: one of them is none.
    """
    names = list(dict.fromkeys(words.replace(",", " ").split()))[:20]
    for name in names:
        if not officers.unit_of(name):
            raise NotFound("There is no officer {name}.", "ไม่มีเจ้าหน้าที่ {name}", name=name)
    return names


def _do(request: OfficerRequest, unit: str, act: Callable[[], object]) -> HttpResponse:
    try:
        with transaction.atomic():
            act()
    except Refused as no:
        return _list(request, unit, no)
    messages.success(request, "บันทึกแล้ว" if (translation.get_language() or "th").startswith("th") else "Done, and on record.")
    return redirect("cases")


def _list(request: OfficerRequest, unit: str, no: Refused | None = None) -> HttpResponse:
    closed = request.GET.get("closed") == "1"
    words = {
        "unit": unit, "cases": queries.cases(unit, officer=request.who.name, at=request.now, closed=closed), "closed": closed,
        "offences": [(code, *both) for code, both in OFFENCES.items()], "said": request.POST, "me": request.who.name,
        "refused": no.say(translation.get_language() or "th") if no else "",
    }  # fmt: skip
    status = next((code for kind, code in STATUS.items() if isinstance(no, kind)), 400) if no else 200
    return render(request, "cases/listed.html", words, status=status)
