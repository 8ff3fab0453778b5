"""What stands on real plates more often than by chance, as a weight on what was seen.

Numbers are given out in order. A digit stands before the letters only where all pairs had been given out (Bangkok, since 2012), and then
the first letters of each class come first again: nine digits before ก and ข alone make seven million plates, which is all that was given
out since. So after a digit ก is far likelier than ภ or ถ, which look like it; a plate that is clearly seen to say ภ still says so.

Authority: the order in which letters were taken up, by class (``domain.md`` 7.6 of the project's notes, from Wikipedia's "Vehicle
registration plates of Thailand" and samuitimes.com "Thai number plates explained"); that the later ones are rare is our own arithmetic.
"""

from dataclasses import replace

import numpy as np

from safetyzone.programs.vision.plates.evidence import Evidence

FIRST_GIVEN = frozenset("กขฒนมท")
"""The first letters of private cars (two), pick-ups, vans and taxis (two) in the order of adoption."""
TIMES = 8.0
"""So many times as likely after a digit as another letter: less than it is, so that a rare plate well seen is read as it is."""


def as_issued(found: Evidence) -> Evidence:
    """The same evidence with each text weighed by how common such plates are, best first."""
    times = np.array([TIMES if _is_early(text) else 1.0 for text in found.texts])
    joint, mass = found.joint + np.log(times), found.mass * times
    mass /= max(1e-12, mass.sum() + max(0.0, 1.0 - float(found.mass.sum())))
    order = np.argsort(-joint, kind="stable")
    return replace(found, texts=tuple(found.texts[k] for k in order), joint=joint[order], mass=mass[order])


def _is_early(text: str) -> bool:
    return len(text) > 1 and text[0].isdecimal() and text[1] in FIRST_GIVEN
