"""The verifier that travels in every package, in a real browser and from a file: no server, no connection."""

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from safetyzone.trust.evidence.carried import verify
from safetyzone.trust.evidence.tests.clips import NIGHT, clip, ms
from tests.proofs import tamper

pytestmark = pytest.mark.browser
PAGE = Path(verify.__file__).with_name("verify.html")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        chromium = play.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(offline=True)
    opened = context.new_page()
    opened.goto(PAGE.as_uri())
    yield opened
    context.close()


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An unpacked package."""
    folder = tmp_path_factory.mktemp("package")
    start = ms(NIGHT)
    tamper.package_of([("LPN-1", start + later, clip(start + later, 2.0) + bytes([later // 2000])) for later in (0, 2000)], folder)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    for name in ("files", "key", "format"):
        manifest.pop(name)
    moment = {"utc": "2026-11-22T14:00:00+00:00", "bangkok": "22 พ.ย. 2569 21:00:00 น."}
    manifest |= {"item": {"number": "EV-00041", "from": moment, "to": moment}, "cameras": [{"code": "LPN-1"}]}
    tamper.writing.seal(folder, manifest, tamper.KEY)
    return folder


def files_of(package: Path) -> tamper.Files:
    return {path: (package / path).read_bytes() for path in tamper.writing.files_in(package)}


def drop(page: Page, content: bytes) -> None:
    page.locator("#zip").set_input_files({"name": "EV-00041.zip", "mimeType": "application/zip", "buffer": content})


def test_a_whole_package_is_valid_and_its_key_is_compared(page: Page, package: Path) -> None:
    page.locator("#known").fill(tamper.KNOWN)
    drop(page, tamper.zipped(files_of(package)))
    expect(page.locator("#verdict h2")).to_have_text("✔ ถูกต้องครบถ้วน · valid")
    expect(page.locator("#verdict")).to_contain_text(tamper.KNOWN)
    expect(page.locator("#verdict")).to_contain_text("22 พ.ย. 2569")
    assert Axe().run(page).response["violations"] == []


def test_the_unpacked_folder_is_valid_too(page: Page, package: Path) -> None:
    page.locator("#folder").set_input_files(package)
    expect(page.locator("#verdict h2")).to_have_text("✔ ถูกต้องครบถ้วน · valid")


def test_another_key_is_not_the_stations(page: Page, package: Path) -> None:
    page.locator("#known").fill("ab12 " * 16)
    drop(page, tamper.zipped(files_of(package)))
    expect(page.locator("#verdict h2")).to_have_text("✘ ไม่ถูกต้อง · NOT VALID")


@pytest.mark.parametrize("kind", list(tamper.IN_FILES))
def test_what_was_changed_is_found(page: Page, package: Path, kind: str) -> None:
    page.locator("#known").fill(tamper.KNOWN)
    changed = tamper.IN_FILES[kind](files_of(package), random.Random(1))
    drop(page, tamper.zipped(changed))
    expect(page.locator("#verdict h2")).to_have_text("✘ ไม่ถูกต้อง · NOT VALID")


@pytest.mark.parametrize("kind", ["the ZIP cut short", "a member twice"])
def test_a_zip_that_is_not_as_it_was_written_is_found(page: Page, package: Path, kind: str) -> None:
    drop(page, tamper.IN_THE_ZIP[kind](files_of(package), random.Random(1)))
    expect(page.locator("#verdict h2")).to_contain_text("✘")
