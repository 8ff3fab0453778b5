"""The tree holds what we wrote and nothing that belongs to a machine, a registry or somebody else."""

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, short, tracked

# Spelled in two halves, so that this file does not find itself.
REGISTRY_HOSTS = re.compile("|".join(["pypi" + r"\.org", "python" + "hosted", "npm" + r"js\.(org|com)"]))
MACHINE_PATHS = re.compile("|".join([r"(?<![\w.])/" + r"work/(main|shared)", "/" + "root/", "/home/" + r"\w+/"]))
ADDRESS_IN_A_LOCK = re.compile(r"://|^\s*--(index-url|extra-index-url|find-links|trusted-host)", re.MULTILINE)
SOMEBODY_ELSES = re.compile(r"\.min\.(js|css)$|\.(woff2?|ttf|otf|whl|gz|tgz|zip|pbf|pmtiles|onnx|pt|so|exe)$")
LOCKS = [ROOT / "requirements" / "run.txt", ROOT / "requirements" / "dev.txt", ROOT / "package-lock.json"]


def texts() -> list[tuple[str, str]]:
    found = []
    for file in tracked():
        try:
            found.append((short(file), file.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue  # a picture
    return found


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [f"{path}: {match.group(0)}" for path, text in texts() for match in [pattern.search(text)] if match]


def test_no_file_names_a_registry():
    assert lines_with(REGISTRY_HOSTS) == []


def test_no_file_names_a_path_of_one_machine():
    assert lines_with(MACHINE_PATHS) == []


@pytest.mark.parametrize("lock", LOCKS, ids=short)
def test_a_lock_has_versions_and_hashes_but_no_address(lock):
    text = lock.read_text(encoding="utf-8")
    assert not re.search(r'"resolved"\s*:', text) if lock.suffix == ".json" else not ADDRESS_IN_A_LOCK.search(text)
    assert text.count("sha256:") + text.count('"integrity"') > 10


@pytest.mark.parametrize("lock", LOCKS[:2], ids=short)
def test_every_pinned_package_has_a_hash(lock):
    pinned = [line for line in lock.read_text(encoding="utf-8").splitlines() if re.match(r"^[a-z0-9]", line)]
    assert pinned
    assert [line for line in pinned if "==" not in line or not line.endswith("\\")] == []


def names(wants: list[str]) -> set[str]:
    """The packages' names in a list of requirements, spelled as locks spell them."""
    return {re.split(r"[^\w.-]", want)[0].lower().replace("_", "-") for want in wants}


def pins(lock: str) -> dict[str, str]:
    """Package -> pinned version."""
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[[^]]*\])?==([^ ;\\]+)", lock, re.MULTILINE))


def test_the_locks_follow_the_declaration():
    """Every declared dependency is pinned, and what a station runs is pinned alike for those who change it."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    run, dev = (pins(lock.read_text(encoding="utf-8")) for lock in LOCKS[:2])
    assert names(declared["dependencies"]) - run.keys() == set()
    assert names(declared["optional-dependencies"]["dev"]) - dev.keys() == set()
    assert {name: version for name, version in run.items() if dev.get(name) != version} == {}


def is_our_model(file: Path) -> bool:
    """Weights that we trained: a model card beside them says on what, and names these very bytes."""
    card = file.with_name("MODEL_CARD.md")
    named = hashlib.sha256(file.read_bytes()).hexdigest()[:8]
    return file.suffix == ".onnx" and card.exists() and named in card.read_text(encoding="utf-8")


def test_nothing_of_somebody_else_is_committed():
    assert [short(file) for file in tracked() if SOMEBODY_ELSES.search(file.name) and not is_our_model(file)] == []


def test_the_licence_is_whole():
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert len(text) > 10_000
