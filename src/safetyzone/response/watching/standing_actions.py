"""Asked every two seconds by the video program: which of the looks that run must end. A few questions, however many look."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from safetyzone.contracts.video import Close, Running
from safetyzone.ground.officers import queries as officers
from safetyzone.ground.officers.access import SYSTEM, Who
from safetyzone.response.watching import circumstances, rules
from safetyzone.response.watching.rules import Ask
from safetyzone.senses.cameras.rules import Verdict
from safetyzone.senses.looks import actions as looks
from safetyzone.senses.looks import queries as kept
from safetyzone.senses.looks.actions import Ending
from safetyzone.senses.looks.queries import RunningLook

LEFT = "left"
DUTY_IS_OVER = frozenset({"not_found", "not_permitted", "not_permitted_recorded"})
_SIGNED_IN = """
    SELECT mark FROM (
        SELECT left(encode(sha256(convert_to('safetyzone/video/' || session_key, 'UTF8')), 'hex'), 32) AS mark
        FROM django_session WHERE expire_date > %s
    ) AS living WHERE mark = ANY(%s)
"""
"""``contracts.video.session_mark`` as PostgreSQL says it: a mark does not lead back to a session, so all living ones are marked."""


@transaction.atomic
def keep_standing(running: Sequence[Running], *, by: Who, at: datetime) -> list[Close]:
    """Note how long looks have lasted, end those that have ended or must end, and say which must.

    A look that is not on record, or had ended there, must end as well. Looks that the program does not name any more are ended too.

    Raises:
        DatabaseError: the answer cannot be recorded. The video program then closes everything after five seconds.
    """
    on_record = {one.look: one for one in kept.running(each.look for each in running)}
    ended = {each.look: each.seconds for each in running if each.ended}
    still = [on_record[each.look] for each in running if not each.ended and each.look in on_record]
    verdicts = _must_end([look for look in still if not look.has_ended], at)
    seconds = {each.look: each.seconds for each in running}
    looks.progress({look: lasted for look, lasted in seconds.items() if look in on_record and look not in verdicts}, by=by, at=at)
    endings = [Ending(look, lasted, LEFT) for look, lasted in ended.items() if look in on_record]
    endings += [Ending(look, seconds[look], said.why) for look, said in verdicts.items()]
    looks.end(endings, by=by, at=at)
    looks.end_lost(by=SYSTEM, at=at)
    no_more = {look.look: rules.no("ended") for look in still if look.has_ended}
    unknown = {each.look: rules.no("no_look") for each in running if not each.ended and each.look not in on_record}
    return [Close(look=look, th=said.th, en=said.en) for look, said in (verdicts | no_more | unknown).items()]


def _must_end(running: Sequence[RunningLook], at: datetime) -> dict[int, Verdict]:
    """Those that must end now, by number."""
    if not running:
        return {}
    people = officers.who_are({look.officer for look in running}, at=at)
    living = _signed_in({look.session for look in running}, at)
    incidents = {look.incident for look in running if look.incident is not None}
    here = circumstances.now({look.camera for look in running}, incidents, at=at)
    said: dict[int, Verdict] = {}
    for look in running:
        ask = Ask(look.kind, look.incident is not None, look.from_ms, look.to_ms)
        now = here.verdict(people.get(look.officer), look.camera, ask, look.incident)
        end = rules.must_end(now, signed_in=look.session in living, camera_there=look.camera in here.terms, knew=DUTY_IS_OVER)
        if end is not None:
            said[look.look] = end
    return said


def _signed_in(marks: set[str], at: datetime) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(_SIGNED_IN, [at, list(marks)])
        return {mark for (mark,) in cursor.fetchall()}
