"""The inner loops compiled before anybody waits for them: a machine's first call takes seconds, later processes read them from disk."""

import numpy as np

from safetyzone.senses.cameras.siting import ascent, compiled_search, cover, greedy, reaim
from safetyzone.senses.cameras.siting.bound import by_programme, without_hope
from safetyzone.senses.cameras.siting.question import Budget, Lock, ask

SITES, HEADINGS, POINTS = 4, 2, 40
AT_MOST_S = 60.0


def warm() -> None:
    """Go once through everything, on a town of four sites. Call it when the software is installed, and when a process starts."""
    seen = (np.random.default_rng(1).random((SITES * HEADINGS, POINTS)) < 0.3).astype(np.uint8)  # noqa: PLR2004  a third of it
    site, current = np.repeat(np.arange(SITES), HEADINGS), tuple(range(0, SITES * HEADINGS, HEADINGS))
    covers = cover.from_seen(seen, np.ones(POINTS), site, cost=np.arange(1.0, SITES * HEADINGS + 1), keep=current)
    locks = [Lock((int(np.flatnonzero(seen[0])[0]),), site=0)]
    for budget in (Budget(cameras=2), Budget(baht=9.0)):
        question = ask(covers, budget.prices(covers), budget.limit)
        chosen = greedy.first_choice(question)
        relaxed = by_programme(question, AT_MOST_S)
        if relaxed is not None:
            ascent.climbed(without_hope(question, relaxed, 0.0), ascent.rounded(question, relaxed.share))
        next(ascent.shaken(question, chosen, seed=1, go_on=lambda: True))
        greedy.greedy(covers, budget, fixed=(0,))
    turning = reaim.turning(covers, current, moves=2, locks=locks)
    tally = turning.tally(ascent.turned(turning, current))
    compiled_search.restore(turning.shape, tally, tally.holder.copy())
    reaim.advise(covers, current, AT_MOST_S, moves=2)
