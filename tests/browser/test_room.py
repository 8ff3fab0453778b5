"""The command room in a real browser, in front of the real web and the real actions.

With ``SAFETYZONE_PICTURES=1`` the pictures of the room in ``docs/pictures`` are taken anew.
"""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import DESK, SMALL, live, nothing_overflows, picture, serious
from tests.browser.station import Station

pytestmark = pytest.mark.browser
pytest_plugins = ("tests.browser.desk",)


def test_a_press_is_on_the_screen_and_its_panel_open_before_anybody_touches_anything(
    station: Station, open_room: Callable[..., Page]
) -> None:
    page = live(open_room())
    expect(page.locator("#ring")).to_be_hidden()
    number = station.happen("one_press")["ringing"]
    expect(page.locator(f'#queue li[data-incident="{number}"]')).to_be_visible()
    expect(page.locator(f'#ring li[data-incident="{number}"]')).to_be_visible()
    expect(page.locator("#incident h2")).to_have_text(f"เหตุ {number}")
    expect(page.locator("#assertive")).to_contain_text("เสา 17")
    expect(page.locator("#queue li[data-unshown]")).to_have_count(0, timeout=20000)


def test_a_whole_incident_by_keyboard(station: Station, open_room: Callable[..., Page]) -> None:
    page = live(open_room())
    number = station.happen("one_press")["ringing"]
    expect(page.locator("#incident h2")).to_contain_text(str(number))
    page.keyboard.press("a")
    expect(page.locator("#incident")).to_have_attribute("data-status", "answered")
    expect(page.locator("#ring")).to_be_hidden()
    page.keyboard.press("v")
    expect(page.locator("#incident")).to_have_attribute("data-status", "verified")
    page.keyboard.press("1")
    expect(page.locator("#incident")).to_have_attribute("data-status", "assigned")
    expect(page.locator(".orders li").first).to_contain_text("รอตอบรับ")
    unit = page.locator(".orders li b").first.inner_text()
    for line, status in ((f"e {unit}", "assigned"), (f"o {unit}", "on_scene")):
        page.keyboard.press("/")
        page.keyboard.type(line)
        if status == "assigned":  # not acknowledged yet: the answer is no, and the line stays to be mended
            page.keyboard.press("Enter")
            expect(page.locator("#bar .refused")).to_be_visible()
            page.keyboard.press("Escape")
            page.locator(".orders button").first.click()
            expect(page.locator(".orders li").first).to_have_attribute("data-state", "acknowledged")
        else:
            page.keyboard.press("Enter")
        expect(page.locator("#incident")).to_have_attribute("data-status", status)
    page.keyboard.press("w")
    page.keyboard.type("ผู้แจ้งปลอดภัย")
    page.keyboard.press("Enter")
    expect(page.locator(".lines li").first).to_contain_text("ผู้แจ้งปลอดภัย")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#incident")).to_have_attribute("data-status", "resolved")
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(page.locator("#said .refused")).to_contain_text("ขั้นตอนบังคับ")


def test_what_is_half_typed_selected_and_scrolled_stays_while_the_room_changes(
    station: Station, open_room: Callable[..., Page]
) -> None:
    page = live(open_room(size=SMALL))
    number = station.happen("one_press")["ringing"]
    expect(page.locator("#incident h2")).to_contain_text(str(number))
    page.locator("#note-words").fill("ยังพิมพ์ไม่จบ")
    page.locator("#note-words").focus()
    page.evaluate("document.querySelector('#incident .scroll').scrollTop = 120")
    at = page.evaluate("document.querySelector('#incident .scroll').scrollTop")
    row = page.locator(f'#queue li[data-incident="{number}"]')
    row.evaluate("row => row.dataset.ours = 'the same element'")
    station.happen("storm")
    expect(page.locator("#queue li[data-incident]")).not_to_have_count(1)
    page.wait_for_timeout(1500)
    expect(page.locator("#note-words")).to_have_value("ยังพิมพ์ไม่จบ")
    expect(page.locator("#note-words")).to_be_focused()
    expect(page.locator("#incident h2")).to_contain_text(str(number))
    assert page.evaluate("document.querySelector('#incident .scroll').scrollTop") == pytest.approx(at, abs=2)
    assert page.locator("#queue li[data-selected]").get_attribute("data-incident") == str(number)


def test_a_call_elsewhere_is_one_request_and_leaves_the_open_panel_alone(station: Station, open_room: Callable[..., Page]) -> None:
    page = live(open_room())
    number = station.happen("one_press")["ringing"]
    expect(page.locator("#incident h2")).to_have_text(f"เหตุ {number}")
    expect(page.locator("#queue li[data-unshown]")).to_have_count(0, timeout=20000)
    asked: list[list[str]] = []

    def note(address: str) -> None:
        query = parse_qs(urlsplit(address).query)
        if "heard" in query:  # the poll, which asks for everything, has heard of nothing
            asked.append([one.partition(":")[0] for one in query["want"]])

    page.on("request", lambda request: note(request.url))
    other = station.happen("elsewhere")["ringing"]
    expect(page.locator(f'#ring li[data-incident="{other}"]')).to_be_visible()
    together = [names for names in asked if "queue" in names]
    assert together
    assert all("ring" in names and f"incident/{number}" not in names for names in together)
    assert page.evaluate("[...document.querySelectorAll('#ring .card')].map((card) => card.dataset.incident)") == [str(number), str(other)]
    page.keyboard.press("w")
    page.keyboard.type("ฝากดูด้วย")
    page.keyboard.press("Enter")
    expect(page.locator(".lines li").first).to_contain_text("ฝากดูด้วย")


def test_what_rings_flashes_and_for_who_wants_no_motion_it_does_not(station: Station, open_room: Callable[..., Page]) -> None:
    page = live(open_room())
    number = station.happen("one_press")["ringing"]
    card = page.locator(f'#ring li[data-incident="{number}"]')
    expect(card).to_be_visible()
    colours = """(card) => new Promise((done) => {
        const seen = new Set();
        const timer = setInterval(() => seen.add(getComputedStyle(card).backgroundColor), 50);
        setTimeout(() => (clearInterval(timer), done(seen.size)), 2500);
    })"""
    assert card.evaluate(colours) == 2
    page.emulate_media(reduced_motion="reduce")
    assert card.evaluate(colours) == 1


def test_the_language_is_changed_on_the_page_even_after_the_top_was_drawn_again(
    station: Station, open_room: Callable[..., Page]
) -> None:
    page = live(open_room())
    station.happen("quiet")
    expect(page.locator("#top .duty")).to_contain_text("somchai")
    page.click("button[name=language][value=en]")
    expect(page.locator("#queue-title")).to_contain_text("Queue")
    assert urlsplit(page.url).path == "/room/"


def test_two_near_calls_are_offered_as_one_and_parted_again(station: Station, open_room: Callable[..., Page]) -> None:
    page = live(open_room())
    made = station.happen("two_near")
    expect(page.locator("#queue .offer")).to_contain_text(str(made["newer"]))
    page.keyboard.press("j")
    expect(page.locator(f'#queue li[data-incident="{made["newer"]}"]')).to_have_count(0)
    page.keyboard.press("u")
    expect(page.locator(f'#queue li[data-incident="{made["newer"]}"]')).to_be_visible()


def test_others_see_who_has_a_call_and_may_take_it(station: Station, open_room: Callable[..., Page]) -> None:
    page = live(open_room())
    number = station.happen("taken")["taken"]
    card = page.locator(f'#ring li[data-incident="{number}"]')
    expect(card).to_contain_text("wichai")
    page.keyboard.press("t")
    expect(card).to_have_count(0)
    expect(page.locator(f'#queue li[data-incident="{number}"]')).to_contain_text("malee")


def test_hiding_a_call_hides_it_for_me_only_and_it_stays_in_the_queue(station: Station, open_room: Callable[..., Page]) -> None:
    mine, other = live(open_room()), live(open_room("wichai"))
    number = station.happen("one_press")["ringing"]
    expect(mine.locator("#ring .card")).to_be_visible()
    mine.keyboard.press("Escape")
    expect(mine.locator("#ring .card")).to_be_hidden()
    expect(mine.locator("[data-unhide]")).to_be_visible()
    expect(other.locator("#ring .card")).to_be_visible()
    expect(mine.locator(f'#queue li[data-incident="{number}"]')).to_be_visible()


def test_it_rings_every_five_seconds_until_somebody_answers(station: Station, open_room: Callable[..., Page]) -> None:
    page = live(open_room())
    page.locator("#sound").click()
    expect(page.locator("#sound")).to_have_attribute("aria-pressed", "true")
    page.evaluate(
        "window.tones = [];"
        "document.addEventListener('room:tone', ({detail}) => tones.push([detail.priority, performance.now()]))"
    )
    station.happen("one_press")
    page.wait_for_function("() => tones.length >= 2", timeout=20000)
    tones = page.evaluate("tones")
    assert [priority for priority, _ in tones[:2]] == [1, 1]
    assert tones[1][1] - tones[0][1] == pytest.approx(5000, abs=1300)
    page.keyboard.press("a")
    expect(page.locator("#ring")).to_be_hidden()
    count = page.evaluate("tones.length")
    page.wait_for_timeout(6500)
    assert page.evaluate("tones.length") == count


def test_the_bar_helps_with_either_layout(open_room: Callable[..., Page]) -> None:
    page = live(open_room())
    page.keyboard.press("/")
    expect(page.locator("#bar-line")).to_be_focused()
    page.keyboard.type("ยน")  # "po" with the Thai layout on
    expect(page.locator("#bar-choices li:visible")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(page.locator("#bar-line")).to_have_value("pole ")
    page.keyboard.type("17")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("LPN-P017")
    page.keyboard.press("/")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#bar-line")).to_have_value("pole 17")


def test_a_pinned_window_stays_and_a_following_one_follows(station: Station, open_room: Callable[..., Page]) -> None:
    page = live(open_room())
    made = station.happen("two_near")
    expect(page.locator("#incident h2")).to_be_visible()
    pinned, follows = page.context.new_page(), page.context.new_page()
    pinned.goto(f"{station.url}/room/panel/incident/{made['older']}/")
    follows.goto(f"{station.url}/room/panel/incident/")
    page.locator(f'#queue li[data-incident="{made["newer"]}"] .line').click()
    expect(follows.locator("#incident h2")).to_contain_text(str(made["newer"]))
    expect(pinned.locator("#incident h2")).to_contain_text(str(made["older"]))


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("scene", ["empty", "night", "storm"])
def test_the_room_can_be_read_by_everybody(
    station: Station, open_room: Callable[..., Page], scene: str, language: str
) -> None:
    station.happen("quiet" if scene == "empty" else scene)
    page = live(open_room(language=language))
    expect(page.locator("#incident .calm, #incident .head")).to_be_visible()
    picture(page, f"room-{scene}-{language}")
    assert nothing_overflows(page) == []
    assert serious(page) == []
    page.set_viewport_size({"width": SMALL[0], "height": SMALL[1]})
    page.wait_for_timeout(300)
    picture(page, f"room-{scene}-{language}-small") if scene == "storm" else None
    assert nothing_overflows(page) == []
    for path, name in (("/room/shift/", "hand-over"), ("/room/poles/", "poles"), ("/room/panel/wall/", "wall")):
        page.goto(station.url + path)
        page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
        picture(page, f"{name}-{scene}-{language}") if scene == "night" else None
        assert serious(page) == [], path


def test_the_wall_is_read_at_four_metres_and_a_line_that_is_lost_is_seen(station: Station, open_room: Callable[..., Page]) -> None:
    station.happen("night")
    page = live(open_room(path="/room/panel/wall/"))
    sizes = page.evaluate(
        "[...document.querySelectorAll('#wall *')].filter((one) => one.offsetParent)"
        ".filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.nodeValue.trim()))"
        ".map((one) => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert sizes
    assert min(sizes) >= 40
    station.web.kill()
    expect(page.locator("link-state")).not_to_have_attribute("data-state", "live", timeout=30_000)
