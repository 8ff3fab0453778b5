"""The planner's page: its figures follow the register, its questions are for those who plan, its tables export what they show."""

import csv
import io
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from safetyzone.kernel.ids import new_id
from safetyzone.senses.alerts.models import Alert
from safetyzone.senses.cameras import advice_actions, planner_queries, planner_words
from safetyzone.senses.cameras import standing as standings
from safetyzone.senses.cameras.models import Advice, Camera
from safetyzone.senses.cameras.planner_queries import Proof, proof_of
from safetyzone.senses.cameras.templatetags.planner import share, turned
from safetyzone.senses.cameras.tests import junction
from safetyzone.senses.cameras.tests.junction import NOON, STATION, ZONE

QUESTIONS = ("coverage", "dead", "turn", "sites", "hand")
MOVE = {
    "camera": "CAM-01", "from_azimuth": 0.0, "to_azimuth": 90.0, "from_tilt": 10.0, "to_tilt": 10.0, "gain_m": 43.2, "gain_risk": 51.0,
    "keeps": 0,
}  # fmt: skip
TURNS = {
    "moves": [MOVE], "before_m": 100.0, "after_m": 143.2, "street_m": 480.0, "value": 143.2, "bound": 148.2, "gap": 0.034,
    "duplicates": [],
}  # fmt: skip
SITES = {
    "sites": [
        {"lon": 100.5405, "lat": 13.7441, "azimuth": 90.0, "tilt": 13.0, "height_m": 4.5, "kind": "fixed", "gain_m": 60.0, "baht": 38000},
    ],
    "bill": [{"what_th": "กล้อง", "what_en": "camera", "count": 1.0, "unit_baht": 38000.0, "baht": 38000.0}],
    "total_baht": 38000.0, "before_m": 100.0, "after_m": 160.0, "value": 160.0, "bound": 160.0, "gap": 0.0,
}  # fmt: skip


@pytest.fixture
def here(ground, monkeypatch) -> None:
    made = junction.ground()
    monkeypatch.setattr(standings, "ground_of", lambda _station: made)
    monkeypatch.setattr(standings, "_standing", {})
    junction.eight_cameras()


@pytest.fixture
def asked(monkeypatch) -> list[str]:
    """Advice that is wanted, without a queue."""
    wanted: list[str] = []
    monkeypatch.setattr(advice_actions, "_wanted", lambda advice: wanted.append(advice.kind))
    return wanted


def advise(kind: str, answer: dict, status: str = "finished", progress: dict | None = None) -> Advice:
    return Advice.objects.create(
        id=advice_actions.new_id(), station=STATION, zone=ZONE, kind=kind, status=status, answer=answer, progress=progress or {},
        asked={"density_px_m": 25.0, "night": True, "seconds": 5.0, "budget_baht": 500000.0, "most_moves": 3.0}, asked_by="pim",
        asked_at=NOON, changed_at=NOON + timedelta(minutes=1),
    )  # fmt: skip


def rows(answer) -> list[list[str]]:
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_is_answered_in_both_languages(signed_in, here, question, language):
    answer = signed_in("planner", language=language).get(f"/planner/_{question}?class=detect")
    assert answer.status_code == 200
    assert f'data-question="{question}"' in answer.content.decode()


def test_the_page_names_both_editions_of_the_standard(signed_in, here):
    page = signed_in("planner").get("/planner/").content.decode()
    assert "62676-4:2014" in page
    assert "62676-4:2025" in page
    assert f'value="{planner_words.DEFAULT_CLASS}" selected' in page


def test_the_figure_follows_a_camera_that_fails(signed_in, here):
    browser = signed_in("planner")
    before = rows(browser.get("/planner/coverage.csv?class=detect"))
    assert float(before[1][4]) > 0.1
    Camera.objects.update(state="offline", changed_at=NOON + timedelta(seconds=1), state_since=NOON + timedelta(seconds=1))
    after = rows(browser.get("/planner/coverage.csv?class=detect"))
    assert float(after[1][4]) == 0
    page = browser.get("/planner/_coverage?class=detect").content.decode()
    assert 'data-figure="one_day">0.0 %' in page
    assert "CAM-01" in page  # what changed last


def test_streets_are_told_by_how_many_see_them(signed_in, here):
    said = signed_in("planner").get("/planner/streets.json?class=detect").json()
    assert {level for level, _ in said["streets"]} == {0, 1, 2}


def test_the_table_of_dead_spots_is_what_is_exported(signed_in, here):
    browser = signed_in("planner")
    listed = browser.get("/planner/_dead?class=detect").content.decode()
    exported = rows(browser.get("/planner/dead.csv?class=detect"))
    assert len(exported) - 1 == listed.count("data-spot") > 0
    assert exported[1][1] in listed


def test_a_camera_turned_by_hand_changes_the_figures_and_nothing_else(signed_in, here):
    browser = signed_in("planner")
    tried = browser.get("/planner/try.json?class=detect&camera=CAM-01&azimuth=90&tilt=10").json()
    assert tried["after"]["one_day"] > tried["before"]["one_day"]
    assert tried["gained_m"] > 0
    assert tried["must_see_kept"] is True
    assert [density for density, _ in tried["outline"]] == sorted(density for density, _ in tried["outline"])
    assert Camera.objects.get(code="CAM-01").azimuth_deg == 0
    still = browser.get("/planner/try.json?class=detect&camera=CAM-01&azimuth=0&tilt=10").json()
    assert still["before"] == still["after"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("camera=CAM-01&azimuth=x&tilt=1", 400), ("camera=CAM-01", 400), ("camera=CAM-01&azimuth=nan&tilt=1", 400),
        ("camera=CAM-01&azimuth=900&tilt=1", 400), ("camera=NO-SUCH&azimuth=1&tilt=1", 404), ("class=best&camera=CAM-01", 400),
        ("zone=elsewhere&camera=CAM-01&azimuth=1&tilt=1", 404),
    ],
)  # fmt: skip
def test_what_cannot_be_tried_is_refused(signed_in, here, query, status):
    assert signed_in("planner").get(f"/planner/try.json?{query}").status_code == status


def test_who_plans_may_ask_and_who_only_looks_may_not(signed_in, here, asked):
    planner, operator = signed_in("planner"), signed_in("operator")
    assert operator.get("/planner/_turn").status_code == 200
    assert "data-ask" not in operator.get("/planner/_turn").content.decode()
    assert operator.post("/planner/ask", {"kind": "reaim"}).status_code == 403
    answer = planner.post("/planner/ask?class=detect&light=night", {"kind": "reaim", "most_moves": "3", "seconds": "9"})
    kept = Advice.objects.get(id=answer.json()["advice"])
    assert (kept.zone, kept.asked["density_px_m"], kept.asked["night"], kept.asked["most_moves"]) == (ZONE, 25.0, True, 3.0)
    assert asked == ["reaim"]
    assert planner.post("/planner/ask", {"kind": "reaim", "seconds": "1e9"}).status_code == 400
    assert planner.post("/planner/ask", {"kind": "prophecy"}).status_code == 400


def test_a_run_is_stopped_and_taken_up_again_by_those_who_plan(signed_in, here, asked):
    advice = advise("reaim", {}, status="running", progress={"value": 96.6, "bound": 100.0, "gap": 0.034, "seconds": 2.0})
    planner = signed_in("planner")
    assert signed_in("operator").post(f"/planner/advice/{advice.id}/stop").status_code == 403
    assert "96.6 %" in planner.get("/planner/_turn").content.decode()
    assert planner.post(f"/planner/advice/{advice.id}/stop").status_code == 204
    advice.refresh_from_db()
    assert advice.stop_asked
    Advice.objects.update(status="stopped")
    assert planner.post(f"/planner/advice/{advice.id}/go-on").status_code == 204
    assert asked == ["reaim"]
    assert planner.post(f"/planner/advice/{advice.id}/forget").status_code == 404


def test_turns_are_listed_and_one_that_was_made_says_so(signed_in, here):
    advise("reaim", TURNS)
    browser = signed_in("planner")
    page = browser.get("/planner/_turn").content.decode()
    assert "+90°" in page
    assert "+43 ม." in page
    assert 'data-order="turn"' in page
    assert rows(browser.get("/planner/turn.csv"))[1][:5] == ["1", "CAM-01", "กล้อง 1", "0.0", "90.0"]
    Camera.objects.filter(code="CAM-01").update(azimuth_deg=92)
    turned_now = browser.get("/planner/_turn").content.decode()
    assert "หันแล้ว" in turned_now
    assert 'data-order="turn"' not in turned_now


def test_a_camera_turned_otherwise_since_is_not_ordered_from_an_old_advice(signed_in, here):
    advise("reaim", TURNS)
    Camera.objects.filter(code="CAM-01").update(azimuth_deg=180, changed_at=NOON + timedelta(hours=1))
    page = signed_in("planner").get("/planner/_turn").content.decode()
    assert 'data-order="turn"' not in page
    assert "ทะเบียนกล้องเปลี่ยนหลังจากคำนวณ" in page


def test_new_cameras_come_with_their_bill_and_both_are_exported(signed_in, here):
    advise("siting", SITES)
    browser = signed_in("planner")
    page = browser.get("/planner/_sites").content.decode()
    assert "38,000" in page
    assert "ดีที่สุดเท่าที่เป็นไปได้" in page
    assert rows(browser.get("/planner/sites.csv"))[1][1:4] == ["100.5405", "13.7441", "90.0"]
    bill = rows(browser.get("/planner/bill.csv"))
    assert bill[1] == ["กล้อง", "camera", "1.0", "38000.0", "38000.0"]
    assert bill[-1][-1] == "38000.0"


def test_with_no_camera_the_page_says_what_to_do(signed_in, ground):
    assert "ยังไม่มีกล้องในทะเบียน" in signed_in("planner").get("/planner/_coverage").content.decode()


@pytest.mark.parametrize("path", ["/planner/", "/planner/_coverage", "/planner/streets.json", "/planner/dead.csv"])
def test_the_planner_is_for_those_who_see_cameras_of_their_own_station(signed_in, here, path):
    assert signed_in("patrol").get(path).status_code == 403
    assert signed_in("planner", station="huai-khwang").get(f"{path}?station={STATION}").status_code == 404


def test_an_advice_of_another_station_cannot_be_touched(signed_in, here, asked):
    advice = advise("reaim", {}, status="running")
    assert signed_in("planner", station="huai-khwang").post(f"/planner/advice/{advice.id}/stop").status_code == 404


def test_a_share_is_never_rounded_up_to_whole():
    assert share(0.99999) == "99.9 %"
    assert share(1.0) == "100.0 %"
    assert share(None) == "–"


def test_a_turn_goes_the_short_way():
    move = planner_queries.Move(0, "A", "", "", 350.0, 25.0, 0, 0, 1, 1, 0, done=False, moved=False)
    assert turned(move.by_deg) == "+35°"
    back = planner_queries.Move(0, "A", "", "", 10.0, 350.0, 0, 0, 1, 1, 0, done=False, moved=False)
    assert turned(back.by_deg) == "−20°"


@pytest.mark.parametrize(
    ("facts", "proof"),
    [
        ({}, Proof(None, best=False)), ({"value": 5.0, "bound": None, "gap": None}, Proof(None, best=False)),
        ({"value": 96.6, "bound": 100.0, "gap": 0.034}, Proof(0.966, best=False)),
        ({"value": 7.0, "bound": 7.0, "gap": 0.0}, Proof(1.0, best=True)),
    ],
)  # fmt: skip
def test_only_what_is_proven_is_called_proven(facts, proof):
    assert proof_of(facts) == proof


def test_the_trend_is_drawn_in_steps_and_ends_now():
    drawn = planner_words.line([(NOON, 0.5), (NOON + timedelta(days=45), 1.0)], at=NOON + timedelta(days=90), back=timedelta(days=90))
    assert drawn == "M6.0 40.0H160.0V6.0H314.0"
    assert planner_words.line([], at=NOON, back=timedelta(days=90)) == ""


def test_the_newest_of_a_kind_is_shown(signed_in, here):
    advise("siting", SITES)
    Advice.objects.update(asked_at=NOON - timedelta(days=1))
    newer = advise("siting", {}, status="waiting")
    page = signed_in("planner").get("/planner/_sites").content.decode()
    assert str(newer.id) in page
    assert "38,000" not in page


def test_streets_of_a_turned_camera_are_told_and_an_unknown_one_is_refused(signed_in, here):
    browser = signed_in("planner")
    now = browser.get("/planner/streets.json?class=detect").json()
    same = browser.get("/planner/streets.json?class=detect&camera=CAM-01&azimuth=0&tilt=10").json()
    turned = browser.get("/planner/streets.json?class=detect&camera=CAM-01&azimuth=90&tilt=10").json()
    assert same == now
    assert turned["streets"] != now["streets"]
    assert browser.get("/planner/streets.json?camera=NONE&azimuth=90&tilt=10").status_code == 404
    assert browser.get("/planner/streets.json?camera=CAM-01&azimuth=east&tilt=10").status_code == 400


def test_a_call_makes_dead_spots_near_it_weigh_more_at_its_hour_and_by_its_slider(signed_in, here):
    spot = standings.standing(STATION).dead_spots(ZONE, 25, night=False)[-1]
    heard = NOON.astimezone(ZoneInfo("Asia/Bangkok")).replace(hour=21)
    Alert.objects.create(
        id=new_id(), kind="sos_pole", station=STATION, device="P1", lon=spot.lon, lat=spot.lat, at=heard, heard_at=heard, certainty=1,
        incident_id=1, first_incident_id=1,
    )  # fmt: skip
    browser = signed_in("planner")

    def weighed(query: str) -> float:
        return sum(float(row[3]) for row in rows(browser.get(f"/planner/dead.csv?class=detect&{query}"))[1:])

    plain = weighed("w_calls=0")
    assert weighed("") > plain
    assert weighed("hour=22") == weighed("hour=-1") == weighed("")
    assert weighed("hour=9") == plain
    assert weighed("hour=21&w_calls=3") > weighed("hour=21")
    for wrong in ("hour=24", "hour=noon", "w_calls=6", "w_calls=nan"):
        assert browser.get(f"/planner/_dead?{wrong}").status_code == 400


def test_advice_remembers_the_hour_and_the_weights_that_it_was_asked_for(signed_in, here, asked):
    browser = signed_in("planner")
    assert browser.post("/planner/ask?class=detect&hour=21&w_calls=2.5", {"kind": "reaim"}).status_code == 200
    kept = Advice.objects.get().asked
    assert (kept["hour"], kept["weights"]) == (21, {"calls": 2.5})
    assert "21:00" in browser.get("/planner/_turn?class=detect").content.decode()
