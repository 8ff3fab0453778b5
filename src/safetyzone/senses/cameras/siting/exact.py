"""The proof: HiGHS branches and cuts from the best answer so far until none can be better or the time is up.

It runs in a thread of its own (HiGHS lets Python go on meanwhile), so that the caller hears of every better answer and can stop it.
"""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from safetyzone.senses.cameras.siting import linear
from safetyzone.senses.cameras.siting.arrays import Floats
from safetyzone.senses.cameras.siting.cover import TWO
from safetyzone.senses.cameras.siting.linear import Programme
from safetyzone.senses.cameras.siting.question import Question

TOLERANCE = 1e-7
"""Relative; HiGHS stops at 1e-4 by itself, which is a visible stretch of street."""
LOOK_S = 0.1
"""How often the caller hears that nothing new was found."""


@dataclass(frozen=True)
class Word:
    """What HiGHS knows now: an arrangement, if a new one, and what none exceeds."""

    chosen: tuple[int, ...] | None
    bound: float
    closed: bool = False
    """The search is over: the bound is the answer's value (or, with nothing ever found, no arrangement keeps the locks)."""
    impossible: bool = False


class _Search:
    """HiGHS in its thread. ``words`` ends with None."""

    def __init__(self, question: Question, start: Sequence[int], seconds: float) -> None:
        self.programme = linear.programme(question)
        self.words: queue.SimpleQueue[Word | None] = queue.SimpleQueue()
        self.stop = threading.Event()
        self.bound = float("inf")
        self.highs = linear.solver(seconds)
        self.highs.setOptionValue("mip_rel_gap", TOLERANCE)
        self.highs.setOptionValue("presolve", "off")  # the covers are as small as they get: looking for more took half the time
        self.highs.passModel(self._whole())
        if start:
            self.highs.setSolution(_as_columns(self.programme, question, start))
        self.highs.cbMipImprovingSolution += self._better
        self.highs.cbMipInterrupt += self._asked
        self.thread = threading.Thread(target=self._run, name="siting-exact", daemon=True)

    def _whole(self) -> highspy.HighsLp:
        lp = self.programme.lp
        kinds = [highspy.HighsVarType.kContinuous] * lp.num_col_
        kinds[: len(self.programme.candidates)] = [highspy.HighsVarType.kInteger] * len(self.programme.candidates)
        lp.integrality_ = kinds
        return lp

    def _worth(self, objective: float) -> float:
        return self.programme.constant - objective

    def _poses(self, columns: Sequence[float] | Floats) -> tuple[int, ...]:
        picked = np.asarray(columns[: len(self.programme.candidates)]) > 0.5  # noqa: PLR2004  whole numbers up to rounding
        return tuple(int(pose) for pose in self.programme.candidates[picked])

    def _better(self, event: highspy.HighsCallbackEvent) -> None:
        self.bound = min(self.bound, self._worth(event.data_out.mip_dual_bound))
        self.words.put(Word(self._poses(event.data_out.mip_solution), self.bound))

    def _asked(self, event: highspy.HighsCallbackEvent) -> None:
        self.bound = min(self.bound, self._worth(event.data_out.mip_dual_bound))
        if self.stop.is_set():
            event.interrupt()

    def _run(self) -> None:
        try:
            self.highs.run()
            status, info = self.highs.getModelStatus(), self.highs.getInfo()
            none = status == highspy.HighsModelStatus.kInfeasible
            if not none:
                self.bound = min(self.bound, self._worth(info.mip_dual_bound))
            found = self._poses(self.highs.getSolution().col_value) if info.primal_solution_status == _FEASIBLE else None
            if status == highspy.HighsModelStatus.kModelEmpty:
                found = ()  # nothing may be chosen
            self.words.put(Word(found, self.bound, closed=none or status in _CLOSED, impossible=none))
        finally:
            self.words.put(None)


_CLOSED = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kModelEmpty)
_FEASIBLE = 2
"""HiGHS's SolutionStatus kSolutionStatusFeasible."""


def exact(question: Question, start: Sequence[int], seconds: float, *, stop: Callable[[], bool] = lambda: False) -> Iterator[Word]:
    """Words until the search is over, the time is up or ``stop`` says so; closing the iterator stops HiGHS too.

    ``start``: an arrangement to begin from. A word without anything new comes every tenth of a second.
    """
    search = _Search(question, start, seconds)
    search.thread.start()
    try:
        while True:
            try:
                word = search.words.get(timeout=LOOK_S)
            except queue.Empty:
                word = Word(None, search.bound)
            if word is None:
                return
            yield word
            if stop():
                search.stop.set()
    finally:
        search.stop.set()
        search.thread.join()


def _as_columns(programme: Programme, question: Question, chosen: Sequence[int]) -> highspy.HighsSolution:
    """An arrangement as values of all columns."""
    cameras = question.covers.cameras(chosen)
    picked = np.isin(programme.candidates, list(chosen))
    once, second = programme.first[: len(programme.open)], programme.first[len(programme.open) :]
    solution = highspy.HighsSolution()
    solution.col_value = np.concatenate((picked, cameras[once] >= 1, cameras[second] >= TWO)).astype(np.float64).tolist()
    return solution
