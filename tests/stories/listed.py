"""Furnish a station that runs, and look for the demo's stolen plate at one camera: ``python -m tests.stories.listed PORT CAMERA``.

PORT is that of the pretend cameras. A process of its own, for Django reads its settings once. Prints the duty commander's cookie as JSON.
"""

import json
import sys

import django

from safetyzone.programs.demo_plates import STOLEN
from tests.proofs.prepare import STATION, furnish

if __name__ == "__main__":
    django.setup()
    from safetyzone.kernel import clock
    from safetyzone.programs.demo_lists import list_a_stolen_plate

    made = furnish(poles=1, officers=1, cameras_port=int(sys.argv[1]))
    list_a_stolen_plate(STOLEN, [sys.argv[2]], station=STATION, at=clock.now())
    print(json.dumps({"cookie": made["cookies"][0]}))
