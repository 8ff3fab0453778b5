"""Who went along: as the record says, as the columns say, and only for who may ask."""

from collections import defaultdict
from datetime import timedelta
from unittest.mock import patch

import numpy as np
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safetyzone.ground.officers.access import SYSTEM
from safetyzone.kernel.refusals import NotFound
from safetyzone.senses.sightings import along_actions, finding, search_actions
from safetyzone.senses.sightings.columns import Rows, Sightings, packed
from safetyzone.senses.sightings.search_actions import Ask
from safetyzone.senses.sightings.search_rules import sought
from safetyzone.senses.sightings.take_actions import take
from safetyzone.senses.sightings.tests.conftest import read
from safetyzone.senses.watchlists.tests.town import AT, STATION, camera, person
from safetyzone.trust.audit.queries import acts_on
from safetyzone.trust.cases.actions import close

pytestmark = pytest.mark.django_db
BEGAN = AT + timedelta(minutes=5)
LATER = AT + timedelta(hours=2)
CAMERAS = ("C1", "C2", "C3", "C4")
PLATES = {"leader": ("6กพ", "7414"), "shadow": ("1กข", "234"), "twice": ("2ขค", "5"), "late": ("3คง", "77")}


@pytest.fixture
def convoy(town, history_on):
    """A leader at four cameras; one follows 12 s behind at all of them, one at two only, one 21 s behind."""
    for code in CAMERAS:
        if code not in ("C1", "C2"):
            camera(code)
        history_on(code)
    readings = []
    for n, code in enumerate(CAMERAS):
        moment = BEGAN + timedelta(minutes=4 * n)
        readings.append(read(*PLATES["leader"], camera=code, at=moment))
        readings.append(read(*PLATES["shadow"], camera=code, at=moment + timedelta(seconds=12)))
        readings.append(read(*PLATES["late"], camera=code, at=moment + timedelta(seconds=21)))
        if n < 2:
            readings.append(read(*PLATES["twice"], camera=code, at=moment - timedelta(seconds=3)))
    take(readings, by=SYSTEM, at=LATER)
    town.searcher = person("searcher", may="search_sightings")
    ask = Ask(STATION, "stolen", "inquiry", town.case, "ลักรถหน้าตลาดเมื่อเที่ยง", sought("6กพ7414"), AT, LATER)
    town.search = search_actions.ask(ask, by=town.searcher, at=LATER).search
    return town


def test_who_is_within_twenty_seconds_at_three_cameras_went_along_and_nobody_else(convoy):
    found = along_actions.along(convoy.search, "6กพ7414", by=convoy.searcher, at=LATER)
    assert [(one.text, one.cameras) for one in found] == [("1กข234", 4)]
    assert found[0].first_at == BEGAN + timedelta(seconds=12)
    acts = [act for act in acts_on(f"search:{convoy.search}") if act.action == "search.along"]
    assert len(acts) == 1


def test_of_a_plate_that_the_search_did_not_find_nothing_is_said(convoy):
    for text, by in (("1กข234", convoy.searcher), ("6กพ7414", person("other", may="search_sightings"))):
        with pytest.raises(NotFound):
            along_actions.along(convoy.search, text, by=by, at=LATER)


def test_with_the_case_closed_it_is_over(convoy):
    from safetyzone.trust.cases.queries import NoOpenCase, open_case

    close(case_id=open_case(convoy.case, STATION, "", LATER).case_id, why="ฟ้องแล้ว", by="asks", at=LATER)
    with pytest.raises(NoOpenCase):
        along_actions.along(convoy.search, "6กพ7414", by=convoy.searcher, at=LATER + timedelta(minutes=1))


def test_following_is_on_record_and_only_for_those_who_may_search(convoy):
    here, _ = along_actions.follow("C1", BEGAN, "car", by=convoy.searcher, at=LATER)
    assert here.code == "C1"
    assert [act.action for act in acts_on("camera:C1")].count("camera.followed") == 1
    for code, by in (("C1", person("nobody", may="see_room")), ("NONE", convoy.searcher)):
        with pytest.raises(NotFound):
            along_actions.follow(code, BEGAN, "car", by=by, at=LATER)


passages = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 300)), min_size=1, max_size=40)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(passages)
def test_the_columns_answer_as_the_record_does(town, history_on, passages):
    """Filled from the record itself, as at a start."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sightings_sighting")
        cursor.execute("DELETE FROM sightings_history")
    for code in CAMERAS:
        history_on(code) if code in ("C1", "C2") else None
    texts = [("1กข", str(n + 1)) for n in range(6)]
    take([read(*texts[v], camera=f"C{c % 2 + 1}", at=AT + timedelta(seconds=s)) for v, c, s in passages], by=SYSTEM, at=LATER)
    index, names = _from_the_record()
    own, cameras = "1กข1", ["C1", "C2"]
    found = finding.find(sought(own), cameras, AT, LATER, at=LATER, most=100)
    plates = index.exact(own)
    assert index.of_plates(plates).at_ms.tolist() == [int(one.at.timestamp() * 1000) for one in found]
    near = finding.find(sought(own, near=True), cameras, AT, LATER, at=LATER, most=100)
    assert {names[plate] for plate in index.near(own)} >= {one.text for one in near} >= {one.text for one in found}
    with patch.object(finding, "LEAST_CAMERAS", 1):
        companions = finding.companions([(one.camera, one.at) for one in found], own, at=LATER)
    along = [(names[one.plate], one.cameras) for plate in plates for one in index.along(plate, least=1)]
    assert sorted(along) == sorted((one.text, one.cameras) for one in companions)


def _from_the_record():
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, text FROM sightings_platetext ORDER BY id")
        names = cursor.fetchall()
        cursor.execute("SELECT plate, camera, at FROM sightings_sighting")
        rows = cursor.fetchall()
    index, days = Sightings(), defaultdict(list)
    index.name(np.array([n for n, _ in names]), packed(text.replace("-", "") for _, text in names))
    for plate, code, at in rows:
        days[at.toordinal()].append((plate, int(code[1:]), int(at.timestamp() * 1000)))
    for day, own in days.items():
        columns = np.array(own, np.int64).T
        index.append(day, Rows(columns[0].astype(np.int32), columns[1].astype(np.int32), columns[2]))
    return index, dict(names)
