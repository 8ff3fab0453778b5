"""``POST /vision/leases``: for the vision program only, which shows the station's own key."""

from collections.abc import Callable
from functools import wraps
from secrets import compare_digest

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from pydantic import ValidationError

from safetyzone.contracts.vision import LeaseAnswer, LeaseAsk, internal_key
from safetyzone.ground.officers.access import SYSTEM
from safetyzone.kernel import clock
from safetyzone.kernel.settings import settings
from safetyzone.senses.readers import actions, queries


def for_vision(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For everybody else there is no such page."""

    @wraps(view)
    def checked(request: HttpRequest) -> HttpResponseBase:
        shown = request.headers.get("X-Vision-Key", "")
        if not compare_digest(shown.encode(), internal_key(settings().master_key_cached()).encode()):
            return HttpResponse(status=404)
        return view(request)

    return login_not_required(csrf_exempt(checked))


@for_vision
@require_POST
def leases(request: HttpRequest) -> HttpResponseBase:
    """The cameras that a worker reads from now on, and all that it may look for there."""
    try:
        ask = LeaseAsk.model_validate_json(request.body)
    except ValidationError:
        return JsonResponse({"code": "bad_request"}, status=400)
    at = clock.now()
    found = queries.wanted(at)
    codes = actions.lease(ask, wanted=found.cameras, by=SYSTEM, at=at)
    answer = LeaseAnswer(work=queries.work(codes, found, settings(), at=at))
    return HttpResponse(answer.model_dump_json(), content_type="application/json", headers={"Cache-Control": "no-store"})
