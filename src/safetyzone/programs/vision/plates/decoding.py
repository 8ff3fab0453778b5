"""From the columns of the model to texts that can stand on a plate: a beam over CTC that the grammar prunes, and the weight of any text."""

import math
import re
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from safetyzone.contracts.plates import CONSONANTS, MARKS, forms_of
from safetyzone.programs.vision.plates.alphabet import BLANK, SYMBOLS

LogProbabilities = npt.NDArray[np.float32]
"""Columns x classes."""
BEAM, SYMBOLS_A_COLUMN = 10, 5
_PLACE = {symbol: place for place, symbol in enumerate(SYMBOLS, start=1)}
_LEAST = np.log(2e-4)
"""A symbol less likely than this in a column opens no new path."""
_NEVER = -1e9
_TINY = -37.0
"""A summand so much smaller, as a logarithm, changes no bit of the sum."""
_BEGINS = re.compile(
    rf"\d{{0,2}}|\d\d-\d{{0,4}}|[1-9]?[{CONSONANTS}]{{0,3}}(?:[1-9]\d{{0,3}})?|[{CONSONANTS}เแโใไ][{CONSONANTS}{MARKS}]{{0,5}}(?:[1-9]\d{{0,3}})?"
    rf"|[1-9][{CONSONANTS}]\d{{0,4}}"
)


@lru_cache(maxsize=100_000)
def may_begin(text: str) -> bool:
    """Whether some plate begins so."""
    return _BEGINS.fullmatch(text) is not None


@lru_cache(maxsize=100_000)
def is_plate(text: str) -> bool:
    return bool(forms_of(text))


def best_path(columns: LogProbabilities) -> str:
    """The likeliest symbol of every column, repeated ones and blanks taken out; perhaps no plate."""
    best = columns.argmax(1)
    kept = best[(best != BLANK) & (best != np.concatenate([[BLANK], best[:-1]]))]
    return "".join(SYMBOLS[number - 1] for number in kept)


def _add(a: float, b: float) -> float:
    high, low = (a, b) if a > b else (b, a)
    return high + math.log1p(math.exp(low - high)) if low - high > _TINY else high


Paths = dict[str, tuple[float, float]]
"""Text so far → (log-probability of the paths that end in a blank, of those that end in its last symbol)."""


def beam(columns: LogProbabilities, width: int = BEAM) -> list[str]:
    """The likeliest texts that are plates, best first (Graves 2012, with the grammar as its language model)."""
    paths: Paths = {"": (0.0, _NEVER)}
    for column in columns:
        blank = float(column[BLANK])
        likely = np.argpartition(column, -SYMBOLS_A_COLUMN)[-SYMBOLS_A_COLUMN:]
        symbols = [(SYMBOLS[k - 1], float(column[k])) for k in likely if k != BLANK and column[k] > _LEAST]
        paths = _next(paths, blank, symbols, column.tolist(), width)
    scored = [(text, _add(*ends)) for text, ends in paths.items() if is_plate(text)]
    return [text for text, _ in sorted(scored, key=lambda item: -item[1])]


def _next(paths: Paths, blank: float, symbols: list[tuple[str, float]], column: list[float], width: int) -> Paths:
    """All paths one column on, the best ``width`` of them."""
    grown: Paths = {}
    for text, (with_blank, with_symbol) in paths.items():
        both = _add(with_blank, with_symbol)
        held = with_symbol + column[_PLACE[text[-1]]] if text else _NEVER
        old = grown.get(text, (_NEVER, _NEVER))
        grown[text] = (_add(old[0], both + blank), _add(old[1], held))
        for symbol, weight in symbols:
            longer = text + symbol
            if may_begin(longer):
                come = (with_blank if text.endswith(symbol) else both) + weight
                before = grown.get(longer, (_NEVER, _NEVER))
                grown[longer] = (before[0], _add(before[1], come))
    if len(grown) <= width:
        return grown
    best = sorted(grown.items(), key=lambda item: -max(item[1]))[:width]
    return dict(best)


def weights(looks: npt.NDArray[np.float32], texts: list[str]) -> npt.NDArray[np.float64]:
    """log P(text | look), looks x texts: CTC's forward sum over all ways to write each text.

    ``looks``: looks x columns x classes, log-probabilities.
    """
    longest = max(len(text) for text in texts)
    labels = np.full((len(texts), 2 * longest + 1), BLANK)
    for row, text in enumerate(texts):
        labels[row, 1 : 2 * len(text) : 2] = [_PLACE[symbol] for symbol in text]
    jumps = np.zeros(labels.shape, bool)
    jumps[:, 2:] = (labels[:, 2:] != BLANK) & (labels[:, 2:] != labels[:, :-2])
    spoken = looks.astype(np.float64)
    alpha = np.full((len(looks), *labels.shape), _NEVER)
    alpha[:, :, :2] = spoken[:, 0][:, labels[:, :2]]
    for t in range(1, spoken.shape[1]):
        step = np.full_like(alpha, _NEVER)
        step[:, :, 1:] = alpha[:, :, :-1]
        leap = np.full_like(alpha, _NEVER)
        leap[:, :, 2:] = np.where(jumps[:, 2:], alpha[:, :, :-2], _NEVER)
        high = np.maximum(np.maximum(alpha, step), leap)
        alpha = high + np.log(np.exp(alpha - high) + np.exp(step - high) + np.exp(leap - high)) + spoken[:, t][:, labels]
    ends = np.array([2 * len(text) for text in texts])
    rows = np.arange(len(texts))
    return np.asarray(np.logaddexp(alpha[:, rows, ends], alpha[:, rows, np.maximum(ends - 1, 0)]), np.float64)
