"""What a station runs may be used, changed and given on by anybody: the licences of all that is installed to run it."""

import re
from importlib.metadata import PackageNotFoundError, metadata

import pytest

from tests.architecture.reasons import LICENCES_LOOKED_AT
from tests.architecture.source import ROOT

PERMISSIVE = re.compile(
    r"\b(MIT|BSD|0BSD|Apache|ISC|PSF|Python Software Foundation|Unlicense|Zlib|CC0|Public Domain|HPND|MIT-CMU)\b",
    re.IGNORECASE,
)
PINNED = re.findall(r"^([a-z0-9-]+)(?:\[[^]]*\])?==", (ROOT / "requirements" / "run.txt").read_text(), re.MULTILINE)


def licence_of(package: str) -> str:
    """What the package says of itself: the expression, the classifiers, or the first line of the field."""
    said = metadata(package)
    classifiers = [c for c in said.get_all("Classifier") or [] if c.startswith("License ::")]
    return said.get("License-Expression") or " ".join(classifiers) or (said.get("License") or "").strip().split("\n")[0]


def is_permissive(licence: str) -> bool:
    copyleft = re.search(r"GPL|MPL|Mozilla|EUPL|CDDL|Business Source|SSPL", licence)
    return bool(PERMISSIVE.search(licence)) and not copyleft


@pytest.mark.parametrize("package", PINNED)
def test_the_licence_lets_a_station_use_and_pass_it_on(package):
    try:
        licence = licence_of(package)
    except PackageNotFoundError:
        pytest.skip("another platform's package")
    assert is_permissive(licence) or package in LICENCES_LOOKED_AT, f"{package}: {licence!r}"


@pytest.mark.parametrize("licence", ["GPL-3.0-or-later", "MPL-2.0", "Proprietary", "", "MIT AND LGPL-3.0-only"])
def test_a_licence_that_asks_for_more_is_found(licence):
    assert not is_permissive(licence)
