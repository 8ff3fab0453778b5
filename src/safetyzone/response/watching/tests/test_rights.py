"""The whole matrix of rights, for the ticket and for the look that runs: role, station, tier, state of the camera, incident's distance.

The expectation is written a second time here, from the words that owners read, and not from the rule under test.
"""

import itertools

import pytest

from safetyzone.response.watching.tests.conftest import OTHER, STATION, YESTERDAY

DUTIES = ("commander", "operator", "patrol", "planner", "technician", "administrator", "overseer", None)
WATCHES = {"commander", "operator"}
SEES = WATCHES | {"planner", "technician"}
TIERS = ("map_only", "on_request", "during_incident", "always")
STATES = ("shared", "paused", "withdrawn", "over", "retired")
KINDS = ("shop", "police")
DISTANCES = (None, 100.0, 149.0, 151.0)
"""Metres east of the camera at which the only incident is; the owner's distance is 150."""


def opens_live(tier: str, state: str, distance: float | None) -> bool:
    return state == "shared" and (tier == "always" or (tier == "during_incident" and distance is not None and distance <= 150))


def opens_recorded(tier: str, state: str, distance: float | None, kind: str, *, named: bool) -> bool:
    """The station's own keep theirs here; a shop's is the loop of a named incident near it, and nothing else."""
    if not opens_live(tier, state, distance):
        return False
    if kind == "police" and tier == "always":
        return True
    return named and distance is not None and distance <= 150


def put_up(town) -> dict[str, tuple[str, str, str]]:
    """One camera for each kind of owner, tier and state; all in one place."""
    made = {}
    for number, (kind, tier, state) in enumerate(itertools.product(KINDS, TIERS, STATES)):
        of_state = {"paused": {"paused_at": town.now}, "withdrawn": {"withdrawn_at": town.now}, "over": {"contract_until": YESTERDAY},
                    "retired": {"retired_at": town.now}}.get(state, {})  # fmt: skip
        made[town.camera(f"C{number}", kind=kind, tier=tier, **of_state)] = (kind, tier, state)
    return made


@pytest.mark.parametrize("distance", DISTANCES)
def test_every_role_gets_exactly_the_tickets_that_owners_terms_allow(town, distance):
    cameras = put_up(town)
    named = town.incident(east_m=distance) if distance is not None else None
    loop = {"from_ms": round(town.now.timestamp() * 1000), "to_ms": round(town.now.timestamp() * 1000) + 1000}
    for station, duty in itertools.product((STATION, OTHER), DUTIES):
        name = f"{duty or 'none'}-{station}"
        client = town.officer(name, duty, station=station) if duty else _without_duty(town, name)
        wishes = [{"mode": "live"}, {"mode": "recorded", "why": "ตรวจสอบ", **loop}]
        if named and duty in {"commander", "operator", "planner"} and station == STATION:
            wishes += [{"mode": "live", "incident": named}, {"mode": "recorded", "incident": named, **loop}]
        for wish in wishes:
            for tile in town.ask(client, *cameras, **wish):
                kind, tier, state = cameras[tile["camera"]]
                may = duty in WATCHES and station == STATION
                if wish["mode"] == "live":
                    expected = may and opens_live(tier, state, distance)
                else:
                    expected = may and opens_recorded(tier, state, distance, kind, named="incident" in wish)
                assert (tile["ticket"] is not None) == expected, (duty, station, kind, tier, state, distance, wish, tile["terms_en"])
                knows = duty in SEES and station == STATION and state != "retired"
                assert bool(tile["name_th"]) == knows, (duty, station, state)


def _without_duty(town, name):
    from django.contrib.auth import get_user_model

    town.officers[name] = get_user_model().objects.create(username=name)
    return town.sign_in(name)


def test_another_stations_camera_and_none_at_all_are_answered_alike(town):
    stranger = town.officer("stranger", "commander", station=OTHER)
    town.camera("THERE")
    there, nowhere = town.ask(stranger, "THERE", "NOWHERE")
    assert {**there, "camera": ""} == {**nowhere, "camera": ""}
    assert there["ticket"] is None


@pytest.mark.parametrize(("mode", "distance"), [("live", 100.0), ("recorded", 100.0), ("live", None), ("recorded", None)])
@pytest.mark.parametrize("kind", KINDS)
def test_a_look_that_runs_ends_whenever_a_ticket_would_no_longer_be_given(town, malee, mode, distance, kind):
    """From every camera that opens, to every other tier, state and distance."""
    named = town.incident(east_m=distance) if distance is not None else None
    ms = round(town.now.timestamp() * 1000)
    wish = {"mode": mode, **({"incident": named} if named else {"why": "ตรวจสอบ"})}
    if mode == "recorded":
        wish |= {"from_ms": ms, "to_ms": ms + 60_000}
    for before in TIERS:
        if not (opens_live(before, "shared", distance) if mode == "live" else
                opens_recorded(before, "shared", distance, kind, named=named is not None)):  # fmt: skip
            continue
        for number, (tier, state) in enumerate(itertools.product(TIERS, STATES)):
            code = town.camera(f"{before}-{number}", kind=kind, tier=before)
            look = town.ticket(malee, code, **wish).look
            assert town.standing((look, 1.0)) == {}
            town.change(code, tier=tier, **{"paused": {"paused_at": town.now}, "withdrawn": {"withdrawn_at": town.now},
                        "over": {"contract_until": YESTERDAY}, "retired": {"retired_at": town.now}}.get(state, {}))  # fmt: skip
            goes_on = (opens_live(tier, state, distance) if mode == "live" else
                       opens_recorded(tier, state, distance, kind, named=named is not None))  # fmt: skip
            assert (look not in town.standing((look, 2.0))) == goes_on, (before, tier, state)
            assert (town.tile(malee, code, **wish)["ticket"] is not None) == goes_on, "ticket and standing say the same"


def test_a_withdrawal_closes_the_look_with_its_reason_in_both_languages(town, malee):
    look = town.ticket(malee, town.camera()).look
    assert town.standing((look, 2.0)) == {}
    town.change("C1", withdrawn_at=town.now)
    said = town.standing((look, 4.0))[look]
    assert said == {"look": look, "th": "เจ้าของถอนกล้องนี้ออกจากการแบ่งปันแล้ว", "en": "The owner has withdrawn this camera."}
    assert (town.look(look).closed_why, town.look(look).seconds) == ("withdrawn", 4.0)


def test_a_look_goes_on_while_its_posting_lasts_and_not_a_second_longer(town):
    from datetime import timedelta

    from django.contrib.auth import get_user_model

    town.officers["kla"] = get_user_model().objects.create(username="kla")
    town.post("kla", "operator", until=town.now + timedelta(hours=1))
    look = town.ticket(town.sign_in("kla"), town.camera()).look
    town.later(3599)
    assert town.standing((look, 3599.0)) == {}
    town.later(1)
    assert town.standing((look, 3600.0))[look]["en"] == "The duty that let you watch has ended."


def test_an_officer_who_left_the_force_looks_no_longer(town, malee):
    look = town.ticket(malee, town.camera()).look
    town.officers["malee"].is_active = False
    town.officers["malee"].save()
    assert look in town.standing((look, 1.0))


def test_signing_out_ends_the_looks_of_that_session_and_of_no_other(town, malee):
    second = town.sign_in("malee")
    one, other = town.ticket(malee, town.camera()).look, town.ticket(second, "C1").look
    malee.post("/accounts/logout/")
    closed = town.standing((one, 1.0), (other, 1.0))
    assert set(closed) == {one}
    assert "signed out" in closed[one]["en"]


def test_a_session_that_is_over_ends_its_looks(town, malee):
    from django.contrib.sessions.models import Session

    look = town.ticket(malee, town.camera()).look
    Session.objects.update(expire_date=town.now)
    assert look in town.standing((look, 1.0))


@pytest.mark.parametrize("status", ["resolved", "false_press", "test"])
def test_what_an_incident_opened_ends_with_it_and_another_incident_nearby_does_not_keep_it(town, malee, status):
    number = town.incident(east_m=50)
    town.incident(east_m=60)
    town.camera(tier="during_incident")
    town.camera("ANY", tier="always")
    looks = [town.ticket(malee, code, incident=number).look for code in ("C1", "ANY")]
    assert town.standing(*((look, 1.0) for look in looks)) == {}
    town.incident_is(number, status)
    closed = town.standing(*((look, 2.0) for look in looks))
    assert set(closed) == {looks[0]}, "what its owner shares at any time goes on"
    assert closed[looks[0]]["en"] == "This incident is over, and with it what it had opened."


def test_an_incident_that_was_joined_into_another_keeps_its_tiles(town, malee):
    older, newer = town.incident(east_m=50), town.incident(east_m=60)
    look = town.ticket(malee, town.camera(tier="during_incident"), incident=newer).look
    town.incident_is(newer, "duplicate", merged_into=older)
    assert town.standing((look, 1.0)) == {}
    town.incident_is(older, "resolved")
    assert look in town.standing((look, 2.0))


def test_a_broken_pole_opens_nobodys_camera(town, malee):
    town.incident(kind="pole_fault", east_m=10)
    assert town.tile(malee, town.camera(tier="during_incident"))["ticket"] is None


def test_an_incident_that_another_station_handles_cannot_be_named(town):
    stranger = town.officer("stranger", "operator", station=OTHER)
    theirs, none = (town.ask(stranger, "C1", incident=number, status=404)[0] for number in (town.incident(), 77_077))
    assert theirs["code"] == none["code"] == "not_found"


@pytest.mark.parametrize("before_s", [0, 30])
def test_a_shops_loop_reaches_back_half_a_minute_and_no_further(town, malee, before_s):
    number = town.incident(east_m=10)
    tier = "always" if before_s else "during_incident"
    town.camera(tier=tier)
    press_ms = round(town.now.timestamp() * 1000)
    span = {"mode": "recorded", "incident": number, "to_ms": press_ms + 1000}
    assert town.tile(malee, "C1", from_ms=press_ms - before_s * 1000, **span)["ticket"] is not None
    assert town.tile(malee, "C1", from_ms=press_ms - before_s * 1000 - 1, **span)["ticket"] is None
