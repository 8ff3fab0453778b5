"""Put plates on a list of a station that runs: a process of its own, for Django reads its settings once.

``python -m tests.proofs.listed --camera CODE --seed N --plates N``; ``chosen`` says beforehand which plates those are.
"""

import argparse
import os
from datetime import timedelta

import django
import numpy

from safetyzone.contracts.plates import Form, Plate, VehicleClass
from safetyzone.simulation.plates.registrations import random_plate

STATION = "lumphini"
TWIN = "TWIN"
"""Set: the list is not approved, and nothing may be compared with it."""


def chosen(seed: int, plates: int) -> list[Plate]:
    """Cars' plates by chance, each another one."""
    chance, found = numpy.random.default_rng(seed), {}
    while len(found) < plates:
        plate = random_plate(chance, vehicle=VehicleClass.CAR)
        if plate.form is Form.CAR and plate.province:
            found.setdefault(plate.key, plate)
    return list(found.values())


def put(camera: str, *, seed: int, plates: int) -> None:
    """A case, a list, so many plates on it, approved, and active at the camera."""
    from safetyzone import story
    from safetyzone.contracts.vision import PlateSaid
    from safetyzone.kernel import clock
    from safetyzone.senses.watchlists import accuracy_actions
    from safetyzone.senses.watchlists.tests import town as towns
    from safetyzone.trust.cases import actions as cases

    story.begin()
    at = clock.now() - timedelta(minutes=2)
    people = [towns.person(name, home, at=at) for name, home in (("asks", STATION), ("approves", STATION), ("outside", "huai-khwang"))]
    town = towns.Town(*people, judge=people[0], second=people[1], cameras=[camera])
    accuracy_actions.describe_camera(camera=camera, camera_class="street", people_a_day=1, vehicles_a_day=9_000, by=town.asks, at=at)
    towns.evaluation("plate", town.asks, at=at)
    town.case_id = cases.open_case(number=town.case, unit=STATION, offence="vehicle_theft", officers=["asks"], by="asks", at=at)
    town.bases["stolen"] = towns.basis("stolen-for-proof", "plate", "stolen_vehicle", ["vehicle_theft"])
    listed = town.make(at=at)
    for one in chosen(seed, plates):
        town.plate(
            listed, PlateSaid(series=one.series, number=one.number, province=one.province, vehicle_class=str(one.vehicle_class)), at=at
        )
    if not os.environ.get(TWIN):
        town.on(listed, at=at)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--camera", required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--plates", type=int, required=True)
    given = parser.parse_args()
    django.setup()
    put(given.camera, seed=given.seed, plates=given.plates)
