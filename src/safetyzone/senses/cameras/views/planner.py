"""The planner: coverage now, dead spots, which cameras to turn, where new ones go, and a turn tried by hand."""

import time
from collections.abc import Callable, Iterable
from uuid import UUID

import orjson
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST, require_safe

from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.kernel.refusals import NotFound
from safetyzone.senses.cameras import advice_actions, map_queries, planner_queries
from safetyzone.senses.cameras.coverage.zone import Shares
from safetyzone.senses.cameras.register.cells import Cell
from safetyzone.senses.cameras.register.sheet import Format, Sheet
from safetyzone.senses.cameras.register.writing import write
from safetyzone.senses.cameras.templatetags.planner import thai
from safetyzone.senses.cameras.views.camera_map import packed
from safetyzone.senses.cameras.views.planner_look import QUESTIONS, BadQuestion, Look

Rows = Iterable[tuple[Cell, ...]]


@require_GET
def page(request: OfficerRequest) -> HttpResponse:
    """The map and the questions; each question's answer comes by itself, because the first look at a zone takes seconds."""
    look = Look(request)
    tab = request.GET.get("tab", QUESTIONS[0])
    return render(request, "cameras/planner.html", {**look.common, "tab": tab if tab in QUESTIONS else QUESTIONS[0]})


@require_GET
def part(request: OfficerRequest, name: str) -> HttpResponse:
    """One question's panel."""
    if name not in QUESTIONS:
        raise NotFound
    return render(request, f"cameras/planner_{name}.html", Look(request).part(name))


@require_safe
def streets(request: OfficerRequest) -> HttpResponse:
    """The zone's streets by how many working cameras see them: ``[level, [lon, lat, …]]`` as differences of 1e-6 degrees.

    With ``?camera=A&azimuth=35&tilt=13``: as it would be with that camera turned so.
    """
    look = Look(request)
    runs = look.here.streets(look.code, look.grade.px_m, look.night, _turn_of(request) if "camera" in request.GET else None)
    return packed(request, orjson.dumps({"zone": look.code, "streets": [[level, _packed(line)] for level, line in runs]}))


def _packed(line: list[tuple[float, float]]) -> list[int]:
    flat, east, north = list[int](), 0, 0
    for lon, lat in line:
        at = round(lon * map_queries.LINE_UNIT), round(lat * map_queries.LINE_UNIT)
        flat += (at[0] - east, at[1] - north)
        east, north = at
    return flat


@require_GET
def try_turn(request: OfficerRequest) -> HttpResponse:
    """``?camera=A&azimuth=35&tilt=13``: what it would see then, and what the zone's figures would be. Nothing is kept."""
    look, began = Look(request), time.perf_counter()
    code, azimuth, tilt = _turn_of(request)
    tried = look.here.try_turn(code, azimuth, tilt, zone=look.code, density_px_m=look.grade.px_m, night=look.night)
    said = {
        "camera": code, "outline": [[density, map_queries.rings_of(shape)] for density, shape in tried.outline],
        "before": _figures(tried.before), "after": _figures(tried.after), "gained_m": tried.gained_m, "lost_m": tried.lost_m,
        "must_see_kept": tried.must_see_kept, "ms": round((time.perf_counter() - began) * 1000, 1),
    }  # fmt: skip
    return JsonResponse(said)


def _turn_of(request: OfficerRequest) -> tuple[str, float, float]:
    """Which camera, and where it would look. Raises BadQuestion."""
    try:
        azimuth, tilt = float(request.GET["azimuth"]), float(request.GET["tilt"])
    except (KeyError, ValueError) as unreadable:
        raise BadQuestion from unreadable
    if not (0 <= azimuth <= 360 and -90 <= tilt <= 90):  # noqa: PLR2004 - a bearing, and straight up and down
        raise BadQuestion
    return request.GET.get("camera", ""), azimuth, tilt


def _figures(shares: Shares) -> dict[str, float]:
    return {name: getattr(shares, name) for name in ("metres", "one_day", "two_day", "one_night", "two_night")}


@require_POST
def ask(request: OfficerRequest) -> HttpResponse:
    """Ask for advice on the zone that is looked at."""
    look = Look(request)
    kind = request.POST.get("kind", "")
    asked = {name: request.POST[name] for name in ("seconds", "most_moves", "budget_baht") if name in request.POST}
    advice = advice_actions.ask(
        zone=look.code, kind=kind, by=request.who, at=request.now,
        asked={**asked, "density_px_m": look.grade.px_m, "night": look.night, "hour": look.wish.hour, "weights": dict(look.wish.weights)},
    )  # fmt: skip
    return JsonResponse({"advice": str(advice)})


@require_POST
def deed(request: OfficerRequest, advice_id: UUID, verb: str) -> HttpResponse:
    """Stop a run, or let it go on."""
    if verb not in _DEEDS:
        raise NotFound
    _DEEDS[verb](advice_id=advice_id, by=request.who, at=request.now)
    return HttpResponse(status=204)


_DEEDS: dict[str, Callable[..., None]] = {"stop": advice_actions.stop, "go-on": advice_actions.go_on}


@require_GET
def export(request: OfficerRequest, name: str) -> HttpResponse:
    """What a table shows, as CSV that Excel opens."""
    if name not in _TABLES:
        raise NotFound
    look = Look(request)
    th, en, rows = _TABLES[name]
    cells = tuple(rows(look))
    body = write(Sheet(Format.CSV, th if thai() else en, cells, tuple(range(2, len(cells) + 2))))
    answer = HttpResponse(body, content_type=Format.CSV.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}-{look.code}.csv"'
    return answer


def _coverage(look: Look) -> Rows:
    shares, px_m = look.shares, look.grade.px_m
    for light, one, two in (("day", shares.one_day, shares.two_day), ("night", shares.one_night, shares.two_night)):
        yield look.code, px_m, light, round(shares.metres, 1), round(one, 4), round(two, 4)


def _dead(look: Look) -> Rows:
    for number, each in enumerate(look.dead_spots, 1):
        near = (round(each.nearest[0], 6), round(each.nearest[1], 6)) if each.nearest else (None, None)
        away = None if each.nearest_m is None else round(each.nearest_m, 1)
        yield number, each.street_th, round(each.metres, 1), round(each.weighted, 1), round(each.lon, 6), round(each.lat, 6), *near, away


def _turn(look: Look) -> Rows:
    advice = look.latest("reaim")
    for each in planner_queries.moves_of(advice) if advice else ():
        yield (
            each.number + 1, each.camera, each.name_th, each.from_azimuth, each.to_azimuth, each.from_tilt, each.to_tilt, each.gain_m,
            each.gain_risk,
        )  # fmt: skip


def _sites(look: Look) -> Rows:
    advice = look.latest("siting")
    for number, each in enumerate(advice.answer.get("sites", []) if advice else [], 1):
        yield (
            number, each["lon"], each["lat"], each["azimuth"], each["tilt"], each["height_m"], each["kind"], each.get("baht"),
            each["gain_m"],
        )  # fmt: skip


def _bill(look: Look) -> Rows:
    advice = look.latest("siting")
    answer = advice.answer if advice else {}
    for each in answer.get("bill", []):
        yield each["what_th"], each["what_en"], each["count"], each["unit_baht"], each["baht"]
    if "total_baht" in answer:
        yield "รวม", "total", None, None, answer["total_baht"]


Headings = tuple[str, ...]
_TABLES: dict[str, tuple[Headings, Headings, Callable[[Look], Rows]]] = {
    "coverage": (
        ("เขต", "พิกเซล/ม.", "ช่วงเวลา", "ถนนทางเท้า (ม.)", "สัดส่วนที่เห็นอย่างน้อย 1 กล้อง", "สัดส่วนที่เห็นอย่างน้อย 2 กล้อง"),
        ("zone", "px/m", "light", "street (m)", "share seen by 1 or more", "share seen by 2 or more"), _coverage,
    ),
    "dead": (
        (
            "ลำดับ", "ถนน", "ความยาว (ม.)", "น้ำหนัก", "ลองจิจูด", "ละติจูด", "จุดติดตั้งใกล้สุด ลองจิจูด", "จุดติดตั้งใกล้สุด ละติจูด",
            "ห่าง (ม.)",
        ),
        ("no.", "street", "length (m)", "weighted", "lon", "lat", "nearest place lon", "nearest place lat", "away (m)"), _dead,
    ),
    "turn": (
        ("ลำดับ", "กล้อง", "ชื่อ", "จากทิศ", "เป็นทิศ", "จากมุมก้ม", "เป็นมุมก้ม", "เพิ่ม (ม.)", "เพิ่มถ่วงน้ำหนัก"),
        ("no.", "camera", "name", "from azimuth", "to azimuth", "from tilt", "to tilt", "gain (m)", "gain weighted"), _turn,
    ),
    "sites": (
        ("ลำดับ", "ลองจิจูด", "ละติจูด", "ทิศ", "มุมก้ม", "ความสูง (ม.)", "ชนิด", "บาท", "เพิ่ม (ม.)"),
        ("no.", "lon", "lat", "azimuth", "tilt", "height (m)", "kind", "baht", "gain (m)"), _sites,
    ),
    "bill": (
        ("รายการ", "item", "จำนวน", "ราคาต่อหน่วย (บาท)", "รวม (บาท)"), ("รายการ", "item", "count", "unit (baht)", "baht"), _bill,
    ),
}  # fmt: skip
