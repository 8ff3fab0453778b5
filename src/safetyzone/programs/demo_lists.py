"""A watch-list of the demo: a case of a stolen vehicle, its plate on a list, written by one pretend officer and approved by another.

Nothing here is a shortcut: it goes through the same actions as in a real station. The evaluation says of itself that nothing was measured.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.test.utils import override_settings

from safetyzone.contracts.vision import PlateSaid
from safetyzone.ground.officers.access import COMMAND_LINE, Who
from safetyzone.ground.officers.actions import add_officer, post
from safetyzone.ground.officers.queries import who_is
from safetyzone.senses.watchlists import accuracy_actions, activation_actions, list_actions, list_queries
from safetyzone.senses.watchlists.activation_actions import Switch
from safetyzone.senses.watchlists.list_actions import Wanted
from safetyzone.trust.cases import actions as cases

NAME, CASE, LASTS = "รถที่ถูกลัก (สาธิต)", "1/2569", timedelta(days=30)
ASKS, APPROVES, CHECKS = "investigator.demo", "approver.demo", "checker.demo"


@transaction.atomic
def list_a_stolen_plate(plate: PlateSaid, cameras: Sequence[str], *, station: str, at: datetime) -> int:
    """Put a plate on a list and switch it on at these cameras for a month; returns the list. Asked again, nothing is done twice."""
    for one in list_queries.lists(station, at=at):
        if one.name_th == NAME:
            return one.list_id
    asks, approves, checks = (
        _officer(name, duty, station, at) for name, duty in ((ASKS, "investigator"), (APPROVES, "approver"), (CHECKS, "overseer"))
    )
    cases.open_case(number=CASE, unit=station, offence="vehicle_theft", officers=[ASKS], by=ASKS, at=at)
    for code in cameras:
        accuracy_actions.describe_camera(camera=code, camera_class="street", people_a_day=4000, vehicles_a_day=6000, by=checks, at=at)
    figures = {
        "kind": "plate", "model": "demo", "camera_class": "street", "evaluated_at": at, "threshold": 0.5, "passages": 1, "missed": 0,
        "strangers": 1, "false_matches": 0, "groups": {}, "test_set": "สาธิต ไม่ใช่ผลวัดจริง · demo, nothing was measured",
    }  # fmt: skip
    accuracy_actions.enter_evaluation(station=station, figures=figures, by=checks, at=at)
    basis = next(one for one in list_queries.bases(at=at, kind="plate") if one.purpose == "stolen_vehicle")
    listed = list_actions.make_list(
        station=station, basis_id=basis.basis_id, name_th=NAME, name_en="Stolen vehicles (demo)", who="มีคำร้องทุกข์ว่ารถถูกลัก",
        where="กล้องในเขต", expires_at=at + LASTS, by=asks, at=at,
    )  # fmt: skip
    wanted = Wanted(list_id=listed, case=CASE, reason="รถถูกลักตอนเที่ยง", expires_at=at + LASTS)
    entry = list_actions.ask_plate(wanted=wanted, plate=plate, by=asks, at=at)
    list_actions.approve_entry(entry_id=entry, no_relation=True, by=approves, at=at)
    switch = Switch(list_id=listed, cameras=cameras, starts_at=at, ends_at=at + LASTS, reason="ตามหารถที่ถูกลักในเขต", dpia="สาธิต-1")
    activation = activation_actions.activate(switch=switch, by=asks, at=at)
    activation_actions.approve(activation_id=activation, no_relation=True, by=approves, at=at)
    return listed


def _officer(name: str, duty: str, station: str, at: datetime) -> Who:
    """A pretend officer with a duty and a password that nobody knows; a quick hash is right for 256 random bits."""
    if who_is(name, at=at) is None:
        with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
            number = add_officer(username=name, password=secrets.token_urlsafe(32), station=station, by=COMMAND_LINE, at=at)
        post(officer_id=number, duty=duty, station=station, by=COMMAND_LINE, at=at)
    found = who_is(name, at=at)
    if found is None:
        raise LookupError(name)
    return found
