"""How a drill went: for each call how long until it was answered and sent to, and whether the procedure was kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

ANSWER_WITHIN_S = 15.0
"""NENA-STA-020.1: 90 % of emergency calls answered within 15 s."""
SEND_WITHIN_S = 60.0
"""NFPA 1225: a unit assigned within 60 s of the answer, 90 % of the time."""
SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the drill: seconds from press to answer (t1 - t0), from answer to order (t3 - t1), mandatory steps done of all."""

    number: int
    status: str
    answered_s: float | None
    sent_s: float | None
    needs_unit: bool
    steps_done: int
    steps: int


def share_within(times: Sequence[float | None], limit_s: float) -> float | None:
    """The share of calls within the limit; one that was never answered counts as missed. None when there were none."""
    if not times:
        return None
    return sum(1 for time in times if time is not None and time <= limit_s) / len(times)


def card(calls: Sequence[Call]) -> str:
    """The score in words, Thai first."""
    lines = ["", "  ผลการฝึก · score of the drill"]
    for call in calls:
        sent = _s(call.sent_s) if call.needs_unit else "–"
        lines.append(
            f"    เหตุ {call.number:>3}  t1-t0 {_s(call.answered_s):>6}  t3-t1 {sent:>6}"
            f"  ขั้นตอนบังคับ · mandatory steps {call.steps_done}/{call.steps}  {call.status}"
        )
    answered = share_within([call.answered_s for call in calls], ANSWER_WITHIN_S)
    sent_to = share_within([call.sent_s for call in calls if call.needs_unit], SEND_WITHIN_S)
    lines.append(f"    รับภายใน {ANSWER_WITHIN_S:.0f} วินาที · answered within {ANSWER_WITHIN_S:.0f} s: {_share(answered)}")
    lines.append(f"    ส่งภายใน {SEND_WITHIN_S:.0f} วินาที · sent within {SEND_WITHIN_S:.0f} s: {_share(sent_to)}")
    return "\n".join(lines)


def _s(time: float | None) -> str:
    return "ไม่มี" if time is None else f"{time:.1f} s"


def _share(share: float | None) -> str:
    if share is None:
        return "ไม่มีเหตุ · no calls"
    return f"{share:.0%} ({'ผ่าน · met' if share >= SHARE else 'ยังไม่ผ่าน · not met'}, {SHARE:.0%})"


def score_card(station: str, *, since: datetime, until: datetime, commander: str) -> str:
    """Read the drill's incidents and score them. Duplicates are the call they were joined into."""
    from django.contrib.auth import get_user_model
    from django.db import DatabaseError, connections

    from safetyzone.ground.officers import queries as officers
    from safetyzone.response.incidents import queries as incidents
    from safetyzone.response.incidents.lifecycle import Status

    try:
        reader = officers.who(get_user_model().objects.get(username=commander), at=until)
        views = [view for view in incidents.between(station, since=since, until=until, for_=reader) if view.drill]
        calls = []
        for view in views:
            if view.status is Status.DUPLICATE or not view.kind.startswith("sos"):
                continue
            steps = [step for step in incidents.steps(view.id) if step.mandatory]
            times = view.times
            calls.append(
                Call(
                    number=view.id, status=view.status.value,
                    answered_s=_between(times["pressed_at"] or view.heard_at, times["answered_at"]),
                    sent_s=_between(times["answered_at"], times["assigned_at"]),
                    needs_unit=view.outcome not in {"false_press", "test"} and view.kind == "sos",
                    steps_done=sum(1 for step in steps if step.done_at or step.skipped_why), steps=len(steps),
                )
            )  # fmt: skip
        return card(calls)
    except DatabaseError:
        return "  อ่านผลการฝึกไม่ได้ · the drill's score could not be read"
    finally:
        connections.close_all()


def _between(first: datetime | None, then: datetime | None) -> float | None:
    """Seconds; a unit that the ladder sent before the answer counts as sent at once."""
    return None if first is None or then is None else max(0.0, (then - first).total_seconds())
