"""What the wheel carries for browsers is whole, licensed, and found by the pages that name it."""

import re
from pathlib import Path

import pytest

from safetyzone.programs.web import vendor

pytestmark = pytest.mark.skipif(not vendor.MODULES.is_dir(), reason="npm ci has not been run here")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("static") / "vendor"
    vendor.build(vendor=folder)
    return folder


def test_every_library_comes_with_its_licence_and_is_in_the_notices(built: Path) -> None:
    notices = (built / "THIRD_PARTY_NOTICES").read_text()
    for library in vendor.LIBRARIES:
        assert len((built / library.folder / "LICENSE").read_text()) > 500
        assert f"\n{library.name} " in notices


def test_no_module_imports_by_a_bare_name_or_from_another_address(built: Path) -> None:
    modules = [*built.rglob("*.js"), *built.rglob("*.mjs")]
    found = []
    for module in modules:
        for address in re.findall(r'(?:^|[;}\n])import[^;"\']*?from ?"([^"]+)"', module.read_text()):
            assert address.startswith(("./", "../")), module.name
            assert (module.parent / address).is_file(), f"{module.name} imports {address}"
            found.append(address)
    assert found == ["../fflate/fflate.mjs"]  # the one import there is, so the search above can see one


def test_an_import_that_has_moved_is_noticed_rather_than_shipped_broken(tmp_path: Path) -> None:
    moved = vendor.Library("pmtiles", "pmtiles", {"dist/esm/index.js": "pmtiles.js"}, rewrites={'"gone"': '"x"'})
    with pytest.raises(ValueError, match="gone"):
        vendor.copied(moved, vendor.MODULES, tmp_path)


def test_every_icon_that_a_page_names_is_in_the_sprite() -> None:
    pages = [*vendor.PACKAGE.rglob("*.html"), *(vendor.PACKAGE / "static" / "safetyzone").glob("*.js")]
    named = {name for page in pages for name in re.findall(r"sprite\.svg#([a-z0-9-]+)", page.read_text())}
    assert named <= set(vendor.ICONS)


def test_the_lock_names_no_address_to_download_from() -> None:
    lock = (vendor.MODULES.parent / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert lock.count('"integrity"') >= len(vendor.LIBRARIES)
