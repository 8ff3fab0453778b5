"""One run, stoppable at any time, that always holds an answer and its proof: greedy, bound, ascent, exact.

``run`` yields what is known whenever it knows more (or a tenth of a second has passed); ``Progress.state`` is all that must be kept to
go on later. ``choose`` runs it to the end of its time.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from safetyzone.senses.cameras.siting import ascent, exact, greedy
from safetyzone.senses.cameras.siting.bound import Relaxed, by_programme, without_hope
from safetyzone.senses.cameras.siting.cover import Covers
from safetyzone.senses.cameras.siting.question import Budget, CannotKeep, Choice, Lock, Question, ask, gap

Clock = Callable[[], float]

SHAKING = 0.15
"""Share of the time that is spent on shaking before HiGHS gets the rest."""
IDLE_SHAKES = 16
"""Shakes in a row without a gain, for each site, after which it ends."""
EVERY_S = 0.1
"""How often a run that finds nothing new is heard of."""


@dataclass(frozen=True)
class Progress:
    """Where a run stands."""

    phase: str
    """greedy, bound, ascent, exact or done."""
    value: float
    bound: float
    seconds: float
    """Spent on it in all, earlier runs included."""
    chosen: tuple[int, ...]
    question: str
    """Whose progress: ``Question.name``."""

    @property
    def gap(self) -> float:
        """Share of what is possible that may be missing; 0: proven best."""
        return gap(self.value, self.bound)

    @property
    def state(self) -> dict[str, Any]:
        """All that is needed to go on, as JSON can say it."""
        return {
            "question": self.question, "phase": self.phase, "value": self.value, "bound": self.bound,
            "seconds": round(self.seconds, 3), "chosen": list(self.chosen),
        }  # fmt: skip


@dataclass
class _Run:
    """The best so far of one run."""

    question: Question
    until: float
    clock: Clock
    stop: Callable[[], bool]
    enough: float
    """The gap that satisfies."""
    began: float
    before_s: float = 0.0
    chosen: tuple[int, ...] = ()
    value: float = 0.0
    kept: bool = False
    offered: bool = False
    bound: float = float("inf")
    seed: int = 0
    closed: bool = False
    relaxed: Relaxed | None = None
    told: float = 0.0

    def offer(self, chosen: Sequence[int]) -> bool:
        """Take this arrangement if it is the best so far: whether locks hold first, then its worth, counted afresh."""
        kept, value = self.question.keeps(chosen), self.question.value(chosen)
        if self.offered and (kept, value) <= (self.kept, self.value):
            return False
        self.offered = True
        self.chosen, self.kept, self.value = tuple(sorted(int(pose) for pose in chosen)), kept, value
        return True

    @property
    def left_s(self) -> float:
        return self.until - self.clock()

    @property
    def over(self) -> bool:
        good = self.kept and gap(self.value, self.bound) <= self.enough
        return good or self.closed or self.left_s <= 0 or self.stop()

    def tell(self, phase: str) -> Progress:
        self.told = self.clock()
        most = max(self.bound, self.value) if self.kept else self.bound
        return Progress(phase, self.value, most, self.before_s + self.told - self.began, self.chosen, self.question.name)


def run(
    question: Question, seconds: float, *, start: Sequence[int] = (), state: dict[str, Any] | None = None, enough: float = 0.0,
    stop: Callable[[], bool] = lambda: False, clock: Clock = time.perf_counter, seed: int = 1,
) -> Iterator[Progress]:  # fmt: skip
    """Ever better knowledge until the best is proven, the gap is ``enough``, the time is up or ``stop`` says so; the last is "done".

    ``start``: an arrangement to begin from, such as the cameras as they hang. ``state``: of an earlier run of the same question; of
    another one it is left aside. Raises CannotKeep once it is proven that the locks cannot all be kept.
    """
    began = clock()
    now = _Run(question, began + seconds, clock, stop, enough, began, seed=seed)
    if state is not None and state.get("question") == question.name and question.fits(state["chosen"]):
        now.offer(state["chosen"])
        now.bound, now.before_s = float(state["bound"]), float(state["seconds"])
    if start and question.fits(start):
        now.offer(start)
    first = greedy.first_choice(question)
    now.offer(first)
    now.bound = min(now.bound, greedy.first_bound(question, first))
    yield now.tell("greedy")
    for phase in (_bound, _ascent, _exact):
        if now.over:
            break
        yield from phase(now, tuple(start), first)
    yield now.tell("done")


def _bound(now: _Run, start: tuple[int, ...], first: tuple[int, ...]) -> Iterator[Progress]:
    now.relaxed = by_programme(now.question, now.left_s)
    if now.relaxed is not None:
        now.bound = min(now.bound, now.relaxed.bound)
    yield now.tell("bound")


def _ascent(now: _Run, start: tuple[int, ...], first: tuple[int, ...]) -> Iterator[Progress]:
    question = now.question
    beginnings = [now.chosen, first]
    if now.relaxed is not None:
        beginnings.append(ascent.rounded(question, now.relaxed.share))
    if start and question.limit < float("inf"):
        beginnings.append(ascent.turned(question, start))
    for beginning in beginnings:
        now.offer(ascent.climbed(question, beginning))
        if now.over:
            break
    yield now.tell("ascent")
    most_s, idle = now.clock() + SHAKING * max(0.0, now.left_s), 0

    def go_on() -> bool:
        return idle * ascent.AT_ONCE < IDLE_SHAKES * len(question.covers.sites) and now.clock() < most_s and not now.over

    for chosen in ascent.shaken(question, now.chosen, seed=now.seed, go_on=go_on):
        idle = 0 if now.offer(chosen) else idle + 1
        if not idle or now.clock() - now.told >= EVERY_S:
            yield now.tell("ascent")


def _exact(now: _Run, start: tuple[int, ...], first: tuple[int, ...]) -> Iterator[Progress]:
    question, reached = now.question, now.value if now.kept else None
    if now.relaxed is not None and reached is not None:
        question = without_hope(question, now.relaxed, reached)
    begin = now.chosen if now.kept and question.fits(now.chosen) else ()
    words = exact.exact(question, begin, now.left_s, stop=lambda: now.over)
    for word in words:
        if word.impossible and not now.kept:
            raise CannotKeep(what="all of it together")
        better = word.chosen is not None and now.question.fits(word.chosen) and now.offer(word.chosen)
        lower = word.bound if not word.impossible else -float("inf")
        now.bound = min(now.bound, max(lower, reached if reached is not None else lower))
        now.closed = word.closed
        if better or now.clock() - now.told >= EVERY_S:
            yield now.tell("exact")


def choose(
    covers: Covers, budget: Budget, seconds: float, *, fixed: Sequence[int] = (), locks: Sequence[Lock] = (),
    state: dict[str, Any] | None = None, enough: float = 0.0,
) -> Choice:  # fmt: skip
    """The best cameras within the budget that can be had in this time, beside those that hang already, with proof of how good.

    Raises CannotKeep where what is locked cannot all stay seen.
    """
    question = ask(covers, budget.prices(covers), budget.limit, fixed=fixed, locks=locks)
    return answered(question, run(question, seconds, state=state, enough=enough))


def answered(question: Question, run_: Iterator[Progress]) -> Choice:
    """Run to the end and make an answer of it."""
    *_, last = run_
    return question.answer(last.chosen, last.bound)
