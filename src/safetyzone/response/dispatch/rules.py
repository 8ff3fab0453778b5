"""Whom to send, and when to ask the next. Pure: no database, no clock; every verdict carries its reason in Thai and English."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from safetyzone.response.dispatch.lifecycle import State
from safetyzone.response.incidents.rules import may_be_sent_to_by_itself

FRESH_FOR = timedelta(minutes=2)
"""A fix older than this is stale: shown grey, and never ranked above a fresh one."""

OLDEST_FIX = timedelta(minutes=30)
"""A fix older than this says nothing: the unit is not ranked (Resgrid's MaxLocationAge is the same 1,800 s)."""

RESTED_AFTER = timedelta(minutes=10)
"""Under this since its last job a unit is named as not rested; of two equally near, the rested one is asked."""

EQUALLY_NEAR = timedelta(seconds=30)
"""Road times are estimates; a difference below this is no reason to send tired officers."""

SILENT_STAYS = timedelta(minutes=10)
"""A unit that did not answer is not asked by machine again so soon; an operator still may."""

ANSWER_WITHIN = {"day": timedelta(seconds=45), "night": timedelta(seconds=45)}
"""How long an offered unit has to answer before the next is asked."""

DAY_BEGINS, NIGHT_BEGINS = 6, 18
"""Hours of the day in Bangkok."""
BANGKOK = timezone(timedelta(hours=7))
"""Thailand has one time zone and no daylight saving."""

CHECK_EVERY = {"sos": timedelta(minutes=20), "sos_technical": timedelta(minutes=20)}
CHECK_EVERY_ELSE = timedelta(minutes=20)
"""Safety clock of an officer on scene, by kind of incident (20 min is TicketsCAD's default)."""

OFFICER_HELP = "officer_help"
"""Kind of the incident that a patrol's own call for help opens."""
REPORTED_BY_OUR_OWN = frozenset({"reported", OFFICER_HELP})


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A unit as the rules see it. ``seconds`` and ``metres`` are None where it has no usable fix."""

    call_sign: str
    duty: str
    has_job: bool = False
    fixed_at: datetime | None = None
    seconds: float | None = None
    metres: float | None = None
    how: str = "road"
    free_since: datetime | None = None
    skills: frozenset[str] = frozenset()
    silent_at: datetime | None = None
    """When it last left an order without an answer."""


@dataclass(frozen=True, kw_only=True)
class Advice:
    """One unit's place in the list with its reasons; ``excluded_th`` is empty for one that may be asked."""

    call_sign: str
    rank: int | None
    seconds: float | None
    metres: float | None
    how: str
    fix_age: timedelta | None
    stale: bool
    reasons_th: tuple[str, ...] = ()
    reasons_en: tuple[str, ...] = ()
    excluded_th: str = ""
    excluded_en: str = ""
    by_machine: bool = field(default=True)
    """False: shown to the operator, but not asked without her."""

    @property
    def why_th(self) -> str:
        return self.excluded_th or " · ".join(self.reasons_th)

    @property
    def why_en(self) -> str:
        return self.excluded_en or " · ".join(self.reasons_en)


def may_be_sent_by_machine(incident_kind: str) -> bool:
    """True for a trusted call, and for what one of our own people reported; a technical press is shown, and a person decides."""
    return may_be_sent_to_by_itself(incident_kind) or incident_kind in REPORTED_BY_OUR_OWN


def answer_within(at: datetime) -> timedelta:
    """How long a unit offered a job at ``at`` (aware) may take to answer."""
    by_day = DAY_BEGINS <= at.astimezone(BANGKOK).hour < NIGHT_BEGINS
    return ANSWER_WITHIN["day" if by_day else "night"]


def check_every(incident_kind: str) -> timedelta:
    """How often an officer at such an incident says that he is well."""
    return CHECK_EVERY.get(incident_kind, CHECK_EVERY_ELSE)


def rank(candidates: Iterable[Candidate], *, at: datetime, needs: frozenset[str] = frozenset()) -> list[Advice]:
    """All units, best first, those that may not be asked last with the reason.

    Fresh fixes stand before stale ones whatever the distance; then the nearer; of equally near ones the longer rested.
    """
    judged = [(candidate, _excluded(candidate, at=at, needs=needs)) for candidate in candidates]
    able = [candidate for candidate, no in judged if no is None]
    nearest = {
        stale: min((c.seconds or 0.0 for c in able if _is_stale(c, at) is stale), default=0.0) for stale in (False, True)
    }
    able.sort(key=lambda c: _order(c, at=at, nearest=nearest[_is_stale(c, at)]))
    listed = [_advice(candidate, number, at=at) for number, candidate in enumerate(able, start=1)]
    unable = sorted((pair for pair in judged if pair[1] is not None), key=lambda pair: pair[0].call_sign)
    return listed + [
        Advice(
            call_sign=c.call_sign, rank=None, seconds=c.seconds, metres=c.metres, how=c.how, fix_age=_fix_age(c, at),
            stale=True, excluded_th=no[0], excluded_en=no[1], by_machine=False,
        )
        for c, no in unable if no is not None
    ]  # fmt: skip


def whom_to_ask_next(advice: Sequence[Advice], *, asked: Collection[str]) -> Advice | None:
    """The best unit that the machine may ask and that was not yet asked for this incident; None when nobody is left."""
    return next((a for a in advice if a.rank is not None and a.by_machine and a.call_sign not in asked), None)


def late_answer_counts(state: State, *, others_sent: bool) -> bool:
    """A silent unit that answers after all is welcome, unless somebody else was sent meanwhile."""
    return state is State.SILENT and not others_sent


def _excluded(unit: Candidate, *, at: datetime, needs: frozenset[str]) -> tuple[str, str] | None:
    """Why a unit may not be asked at all, in Thai and English; None if it may."""
    age = _fix_age(unit, at)
    missing = ", ".join(sorted(needs - unit.skills))
    if unit.duty == "off":
        return "ไม่อยู่ในหน้าที่", "off duty"
    if unit.has_job or unit.duty == "busy":
        return "มีงานอยู่", "has a job"
    if missing:
        return f"ไม่มีทักษะ {missing}", f"lacks {missing}"
    if age is None or unit.seconds is None:
        return "ไม่ทราบตำแหน่ง", "position unknown"
    if age > OLDEST_FIX:
        return f"ตำแหน่งเก่าเกินไป ({said_th(age)}ก่อน)", f"position too old ({said_en(age)} ago)"
    return None


def _order(unit: Candidate, *, at: datetime, nearest: float) -> tuple[bool, bool, int, float, float, str]:
    """Sort key. Rest decides only among those within 30 s of the nearest, so the order stays total and explainable."""
    seconds = unit.seconds or 0.0
    near = seconds - nearest <= EQUALLY_NEAR.total_seconds()
    rested = _rest(unit, at)
    tired = near and rested is not None and rested < RESTED_AFTER
    return (_is_stale(unit, at), not near, int(tired), seconds, -(rested.total_seconds() if rested else 0.0), unit.call_sign)


def _advice(unit: Candidate, number: int, *, at: datetime) -> Advice:
    age = _fix_age(unit, at)
    if age is None or unit.seconds is None:
        raise ValueError(unit.call_sign)  # _excluded lets none such pass
    travel = timedelta(seconds=unit.seconds)
    by_road = unit.how == "road"
    th = [f"{said_th(travel)} {'ทางถนน' if by_road else 'เส้นตรง (ประมาณ)'}", f"ตำแหน่งเมื่อ {said_th(age)}ก่อน"]
    en = [f"{said_en(travel)} {'by road' if by_road else 'straight line (estimate)'}", f"position {said_en(age)} ago"]
    stale = _is_stale(unit, at)
    if stale:
        th[-1] += " (เก่า)"
        en[-1] += " (stale)"
    rest = _rest(unit, at)
    if rest is not None and rest < RESTED_AFTER:
        th.append(f"เพิ่งเสร็จงานเมื่อ {said_th(rest)}ก่อน")
        en.append(f"finished a job {said_en(rest)} ago")
    silent = _recently_silent(unit, at)
    if silent:
        th.append("ไม่ตอบรับครั้งก่อน")
        en.append("did not answer last time")
    return Advice(
        call_sign=unit.call_sign, rank=number, seconds=unit.seconds, metres=unit.metres, how=unit.how, fix_age=age,
        stale=stale, reasons_th=tuple(th), reasons_en=tuple(en), by_machine=not silent,
    )  # fmt: skip


def _fix_age(unit: Candidate, at: datetime) -> timedelta | None:
    return None if unit.fixed_at is None else max(at - unit.fixed_at, timedelta())


def _is_stale(unit: Candidate, at: datetime) -> bool:
    age = _fix_age(unit, at)
    return age is None or age > FRESH_FOR


def _rest(unit: Candidate, at: datetime) -> timedelta | None:
    return None if unit.free_since is None else max(at - unit.free_since, timedelta())


def _recently_silent(unit: Candidate, at: datetime) -> bool:
    return unit.silent_at is not None and at - unit.silent_at < SILENT_STAYS


def said_th(how_long: timedelta) -> str:
    """A length of time as a Thai speaker says it, to the second; ends in a blank-free unit."""
    minutes, seconds = divmod(round(how_long.total_seconds()), 60)
    if not minutes:
        return f"{seconds} วินาที"
    return f"{minutes} นาที {seconds} วินาที" if seconds else f"{minutes} นาที"


def said_en(how_long: timedelta) -> str:
    """The same in English."""
    minutes, seconds = divmod(round(how_long.total_seconds()), 60)
    if not minutes:
        return f"{seconds} s"
    return f"{minutes} min {seconds} s" if seconds else f"{minutes} min"
