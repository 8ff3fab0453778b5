"""What the video program tells of movement, signed as its other questions are."""

import hmac

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from safetyzone.contracts.video import CameraCode, internal_key
from safetyzone.ground.officers.access import SYSTEM
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.kernel.settings import settings
from safetyzone.response.review import actions
from safetyzone.response.review.rules import Moving


class _Span(BaseModel):
    model_config = ConfigDict(extra="ignore")

    camera: CameraCode
    from_ms: int = Field(gt=0, lt=10**14)
    to_ms: int = Field(gt=0, lt=10**14)
    strength: float = Field(default=1.0, ge=0, le=1e6, allow_inf_nan=False)


_SPANS = TypeAdapter(list[_Span])


@csrf_exempt
@login_not_required
@require_POST
def activity(request: OfficerRequest) -> HttpResponse:
    """``POST /video/activity``: [{camera, from_ms, to_ms, strength}], with ``X-Video-Key``. Anybody else finds nothing here."""
    if not _is_ours(request):
        return HttpResponse(status=404)
    try:
        told = _SPANS.validate_json(request.body)
    except ValidationError:
        return HttpResponse(status=400)
    actions.note_activity(heard=[Moving(one.camera, one.from_ms, one.to_ms, one.strength) for one in told], by=SYSTEM, at=request.now)
    return HttpResponse(status=204)


def _is_ours(request: HttpRequest) -> bool:
    shown = request.headers.get("X-Video-Key", "")
    return hmac.compare_digest(shown.encode(), internal_key(settings().master_key_cached()).encode())
