"""Saved views of the video wall: an officer's own, the station's, and which screen opens which."""

from typing import Any

import pytest
from django.test import Client

from safetyzone.ground.officers.access import Who
from safetyzone.kernel.refusals import NotFound, NotYours
from safetyzone.response.command_room import wall_actions, wall_queries
from safetyzone.response.command_room.tests.conftest import STATION, Town
from safetyzone.response.command_room.wall_rules import LAYOUTS, NotAView, must_be_a_view
from safetyzone.trust.audit.models import Leaf


def without_command(who: Who) -> Who:
    return Who(name=who.name, officer_id=who.officer_id, grants=who.grants - {(STATION, "shift")})


FOUR: list[str | None] = ["CAM-01", None, "CAM-03", "CAM-04"]


def save(by: Who, town: Town, **how: Any) -> int:
    given: dict[str, Any] = {"number": 2, "name": "แยกราชประสงค์", "layout": "4", "cameras": FOUR, "carousel_s": 0, "shared": False}
    return wall_actions.save_view(station=STATION, **{**given, **how}, by=by, at=town.now)


def test_a_view_is_kept_as_it_was_laid_out_and_the_next_of_its_number_takes_its_place(town: Town, malee: Who) -> None:
    first = save(malee, town)
    again = save(malee, town, layout="1+5", carousel_s=30)
    assert first == again
    (view,) = wall_queries.views(STATION, for_=malee)
    assert (view.number, view.layout, view.cameras, view.carousel_s, view.shared) == (2, "1+5", FOUR, 30, False)
    assert [leaf.action for leaf in Leaf.objects.filter(action__startswith="wall_view")] == ["wall_view.saved"] * 2


def test_the_stations_view_is_everybodys_and_ones_own_nobody_elses(town: Town, malee: Who, wichai: Who, somchai: Who) -> None:
    own = save(malee, town)
    with pytest.raises(NotYours):
        save(without_command(malee), town, shared=True)
    shared = save(somchai, town, shared=True)
    assert [(v.id, v.shared) for v in wall_queries.views(STATION, for_=malee)] == [(own, False), (shared, True)]
    assert [v.id for v in wall_queries.views(STATION, for_=wichai)] == [shared]
    with pytest.raises(NotFound):
        wall_actions.remove_view(view=own, by=wichai, at=town.now)
    with pytest.raises(NotFound):
        wall_actions.open_on_screen(station=STATION, screen=1, view=own, by=wichai, at=town.now)
    with pytest.raises(NotYours):
        wall_actions.remove_view(view=shared, by=without_command(wichai), at=town.now)
    wall_actions.remove_view(view=shared, by=somchai, at=town.now)
    assert [v.id for v in wall_queries.views(STATION, for_=malee)] == [own]


def test_each_screen_opens_the_view_chosen_for_it_or_that_of_its_number(town: Town, malee: Who, wichai: Who, somchai: Who) -> None:
    two, seven = save(somchai, town, shared=True), save(malee, town, number=7)
    assert wall_queries.view_on_screen(STATION, 2, for_=malee) == two
    assert wall_queries.view_on_screen(STATION, 1, for_=malee) is None
    wall_actions.open_on_screen(station=STATION, screen=2, view=seven, by=malee, at=town.now)
    assert wall_queries.view_on_screen(STATION, 2, for_=malee) == seven
    assert wall_queries.view_on_screen(STATION, 2, for_=wichai) == two, "another officer's screens are another officer's"
    wall_actions.remove_view(view=seven, by=malee, at=town.now)
    assert wall_queries.view_on_screen(STATION, 2, for_=malee) == two


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": 0}, {"number": 100}, {"layout": "5"}, {"cameras": ["<script>"]}, {"cameras": ["A"] * 257}, {"name": "ก" * 61},
        {"name": "a\x00"}, {"carousel_s": 4}, {"carousel_s": 601},
    ],
)  # fmt: skip
def test_what_is_no_view_is_refused(wrong: dict[str, Any]) -> None:
    right = {"number": 1, "name": "", "layout": "64", "cameras": FOUR, "carousel_s": 0}
    must_be_a_view(**right)
    with pytest.raises(NotAView):
        must_be_a_view(**{**right, **wrong})


def test_the_page_opens_a_screens_view_and_saves_what_it_is_told(town: Town, desk: Client, malee: Who) -> None:
    said = {"number": 3, "name": " ตลาด ", "layout": "1+5", "cameras": ["CAM-01"], "carousel_s": 0, "shared": False, "screen": 2}
    saved = desk.post("/room/wall/view", said, content_type="application/json", headers={"Accept": "application/json"})
    assert saved.status_code == 200
    view = saved.json()["saved"]
    assert saved.json()["opens"] == view
    assert saved.json()["views"][0]["name"] == "ตลาด"
    page = desk.get("/room/wall/?screen=2")
    assert page.context["saved"]["opens"] == view
    assert page.context["layouts"] == LAYOUTS
    assert desk.get("/room/wall/?screen=99").context["screen"] == 1
    json = {"content_type": "application/json", "headers": {"Accept": "application/json"}}
    for no in ({**said, "number": "3"}, {**said, "layout": "2"}, {}, {**said, "more": 1}):
        assert desk.post("/room/wall/view", no, **json).status_code == 400
    stranger = town.at_the_desk(town.officer("rider", "patrol"))
    assert stranger.post("/room/wall/view", said, **json).status_code in (403, 404)
    assert desk.post("/room/wall/screen", {"screen": 1, "view": view}, **json).json()["opens"] == view
    assert desk.post("/room/wall/screen", {"screen": 1, "view": 2**70}, **json).status_code in (400, 404)
    assert desk.post(f"/room/wall/view/{view}/remove", {}, **json).json()["views"] == []
