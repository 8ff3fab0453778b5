"""``safetyzone run`` with one difference: a program that lived two seconds counts as settled.

A proof kills in minutes what dies once in years; with the supervisor's own patience (a minute) it would spend the proof waiting.
"""

import sys

from safetyzone.kernel.settings import settings
from safetyzone.programs import station

station.SETTLED_AFTER_S = 2.0

if __name__ == "__main__":
    sys.exit(station.Station(settings(), say=station.say_in_json).run())
