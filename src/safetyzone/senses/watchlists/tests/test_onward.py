"""Where a hit goes on to: the exits on the card, for whom, on record, and the search that follows with the case of the hit."""

from datetime import timedelta

import pytest

from safetyzone.senses.cameras.models import Camera
from safetyzone.senses.sightings.models import Search
from safetyzone.senses.watchlists import actions, hit_queries, onward_actions
from safetyzone.senses.watchlists.models import Hit
from safetyzone.senses.watchlists.tests.test_pages import enters, hands, text
from safetyzone.senses.watchlists.tests.town import SOON, STATION, camera, candidate, hit_of, person
from safetyzone.trust.audit.queries import acts_on

assert hands
FOLLOWED = "camera.followed"


@pytest.fixture
def streets(live):
    """East of C1 stands C2, and behind that one C3; north of it N, whose owner shows its place only; G was withdrawn."""
    camera("C3", lon=100.550)
    camera("N", lon=100.542, lat=13.736)
    camera("G", lon=100.541)
    Camera.objects.filter(code="N").update(tier="map_only")
    Camera.objects.filter(code="G").update(withdrawn_at=SOON)
    live.hit = hit_of()
    return live


def card_of(town, by):
    return hit_queries.card(town.hit, for_=by, at=SOON)


def test_the_nearest_exits_are_told_with_the_minutes_and_what_lies_behind_one_or_was_withdrawn_is_not(streets):
    onward = onward_actions.where_next(card_of(streets, streets.judge), by=streets.judge, at=SOON)
    assert onward.kind == "car"
    assert [one.camera for one in onward.exits] == ["C2", "N"]
    east, north = onward.exits
    assert (east.minutes, north.minutes) == (1, 3), "216 m and 667 m, by 1.4, at 22 km/h"
    assert east.from_at < SOON + timedelta(minutes=east.minutes) < east.to_at
    assert east.closed_th == ""
    assert "แผนที่เท่านั้น" in north.closed_th


def test_that_somebody_was_told_is_on_record_with_the_hit_and_names_no_plate(streets):
    onward_actions.where_next(card_of(streets, streets.judge), by=streets.judge, at=SOON)
    (act,) = [one for one in acts_on("camera:C1") if one.action == FOLLOWED]
    assert (act.actor, act.facts["hit"], act.facts["kind"]) == ("judge", streets.hit, "car")
    assert "7414" not in str(act.facts)


def test_who_compares_and_may_not_see_cameras_is_told_of_none(streets):
    compares = person("compares", may="judge_hits")
    assert onward_actions.where_next(card_of(streets, compares), by=compares, at=SOON) is None
    assert not [one for one in acts_on("camera:C1") if one.action == FOLLOWED]


def test_a_face_goes_on_foot(town):
    listed = town.make("warrant")
    entry = town.face(listed)
    town.hit = actions.take_candidate(candidate(entry, town.on(listed), at=SOON), by=town.judge, at=SOON)
    onward = onward_actions.where_next(card_of(town, town.judge), by=town.judge, at=SOON)
    assert onward.kind == "foot"
    assert onward_actions.search_purpose(card_of(town, town.judge), by=town.judge, at=SOON) == ""


def test_only_a_vehicle_that_was_confirmed_is_followed_and_with_the_case_of_its_entry(streets, hands):
    person("asks2", may="judge_hits search_sightings see_cameras keep_cases")
    client, page = enters("asks2", confirmed=False), f"/room/hits/{streets.hit}/"
    before = text(client.get(page))
    assert "/sightings/follow/?camera=C1&amp;at=" in before
    assert "/sightings/begin" not in before
    actions.judge(streets.hit, answer="same", reason="ตรง", by=streets.judge, at=SOON)
    assert Hit.objects.get(pk=streets.hit).state == "confirmed"
    after = text(client.get(page))
    assert f'name="case" value="{streets.case}"' in after
    said = {"station": STATION, "purpose": "stolen", "case": streets.case, "words": "followed from hit 1", "plate": "6กพ7414",
            "near": "1", "hours": "24"}  # fmt: skip
    for name, value in said.items():
        assert name == "words" or f'name="{name}" value="{value}"' in after
    gate = text(client.post("/sightings/begin", said))
    assert f'<option value="{streets.case}" selected>' in gate
    assert 'value="6กพ7414"' in gate
    assert not Search.objects.exists(), "the officer has the last word, and says by which law"


def test_who_may_not_search_is_offered_no_way_on(streets, hands):
    person("operates", may="judge_hits see_cameras")
    actions.judge(streets.hit, answer="same", reason="ตรง", by=streets.judge, at=SOON)
    page = text(enters("operates", confirmed=False).get(f"/room/hits/{streets.hit}/"))
    assert 'class="exits"' in page
    assert "/sightings/" not in page.split("<main")[1]
