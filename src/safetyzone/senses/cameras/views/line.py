"""LINE's door: an owner who sends his link to the station's account is written to there from then on."""

from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from safetyzone.ground.officers.requests import AnyRequest
from safetyzone.kernel.refusals import NotFound
from safetyzone.kernel.settings import settings
from safetyzone.senses.cameras import actions, jobs, queries
from safetyzone.senses.cameras.adapters.line.webhook import LinkSent, is_signed, links_sent

NOT_LINE = 403


@csrf_exempt  # LINE has no form of ours; its signature stands in
@login_not_required
@require_POST
def webhook(request: AnyRequest) -> HttpResponse:
    """Take what LINE tells. Told again, as LINE does when an answer was lost, it changes nothing."""
    secret = settings().line_channel_secret
    if secret is None:
        raise NotFound
    if not is_signed(request.body, request.headers.get("X-Line-Signature", ""), secret):
        return HttpResponse(status=NOT_LINE)
    for sent in links_sent(request.body):
        linked, language = _link(sent, request.now)
        jobs.answer_line.defer(reply=sent.reply, linked=linked, language=language)
    return HttpResponse()


def _link(sent: LinkSent, at: datetime) -> tuple[bool, str]:
    """Whether the owner is reached there now, and the language to answer in."""
    try:
        owner = queries.owner_by_link(sent.token, at=at)
    except queries.LinkIsOver:
        return False, "th"
    if owner.owner_id is None:
        return False, owner.language
    actions.change_owner_contact(owner_id=owner.owner_id, channel="line", contact=sent.user, by=owner, at=at)
    return True, owner.language
