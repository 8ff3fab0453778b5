"""The demo's list is made by two people, as in a real station, and once."""

import pytest

from safetyzone.ground.officers import actions as officers
from safetyzone.ground.officers.access import COMMAND_LINE, SYSTEM
from safetyzone.ground.zones.actions import load_ground
from safetyzone.programs.demo_lists import list_a_stolen_plate
from safetyzone.senses.sightings.take_actions import take
from safetyzone.senses.watchlists import queries
from safetyzone.senses.watchlists.models import Hit, ListEntry
from safetyzone.senses.watchlists.tests.town import AT, SOON, STATION, camera, reading, said


@pytest.mark.django_db
def test_the_listed_plate_of_the_demo_is_asked_by_one_approved_by_another_and_hits(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    load_ground(by=COMMAND_LINE, at=AT)
    officers.load_duties(by=COMMAND_LINE, at=AT)
    camera("C1")
    made = list_a_stolen_plate(said(), ["C1"], station=STATION, at=AT)
    assert list_a_stolen_plate(said(), ["C1"], station=STATION, at=SOON) == made
    entry = ListEntry.objects.get()
    assert (entry.asked_by, entry.approved_by) == ("investigator.demo", "approver.demo")
    assert queries.plates_wanted("C1", SOON)
    take([reading(at=SOON)], by=SYSTEM, at=SOON)
    assert Hit.objects.get().camera == "C1"
