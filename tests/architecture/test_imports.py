"""Imports lean downhill, models stay at home, rules know neither Django nor the time."""

import tomllib
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from tests.architecture.reasons import MODELS_AWAY_FROM_HOME
from tests.architecture.source import ROOT, imported, lines_for_types, module_of, room_of, shipped, short

OUTBOUND = ("urllib.request", "http.client", "httpx", "requests", "aiohttp", "smtplib", "ftplib")
ASKS_THE_TIME = ("safetyzone.kernel.clock", "time.", "django.utils.timezone")
SOS_PATH = ("programs/intake", "senses/sos", "senses/alerts")


def test_the_import_contract_is_kept(capsys):
    broken = lint_imports(config_filename=str(ROOT / "tests/architecture/imports.toml"), no_logo=True, no_cache=True)
    assert broken == 0, capsys.readouterr().out


def test_every_room_has_its_place_on_the_hill():
    """A new room that no contract names would be checked by nobody."""
    contract = tomllib.loads((ROOT / "tests/architecture/imports.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    hill = [layer.strip("()").replace(".", "/") for layer in contract["contracts"][0]["layers"]]
    rooms = {room_of(file) for file in shipped() if file.name not in ("__init__.py", "__main__.py", "cli.py", "story.py")}
    assert {room for room in rooms if not room.startswith((*hill, "contracts", "simulation"))} == set()


def test_an_uphill_import_breaks_the_contract(tmp_path, monkeypatch, capsys):
    """The same kind of contract on a house of two rooms whose cellar calls the roof."""
    house = tmp_path / "crooked_house"
    (house / "roof").mkdir(parents=True)
    (house / "cellar").mkdir()
    (house / "__init__.py").touch()
    (house / "roof" / "__init__.py").touch()
    (house / "cellar" / "__init__.py").write_text("from crooked_house import roof\n")
    (tmp_path / "imports.toml").write_text(
        '[tool.importlinter]\nroot_packages = ["crooked_house"]\n[[tool.importlinter.contracts]]\n'
        'name = "downhill"\ntype = "layers"\ncontainers = ["crooked_house"]\nlayers = ["roof", "cellar"]\n'
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert lint_imports(config_filename=str(tmp_path / "imports.toml"), no_logo=True, no_cache=True) != 0
    capsys.readouterr()


def away_from_home(file: Path) -> list[str]:
    """Models of other rooms that a file imports; a name that only mypy reads is no reading."""
    only_for_types = lines_for_types(file)
    home = f"safetyzone.{room_of(file).replace('/', '.')}"
    return [
        f"{short(file)}:{line} imports {name}"
        for line, name in imported(file)
        if line not in only_for_types and name.startswith("safetyzone.") and ".models" in name and not name.startswith(f"{home}.models")
    ]


def test_models_are_imported_only_at_home():
    assert [found for file in shipped() if short(file) not in MODELS_AWAY_FROM_HOME for found in away_from_home(file)] == []


def test_no_reason_to_import_a_model_outlives_its_import():
    assert {path for path in MODELS_AWAY_FROM_HOME if not away_from_home(ROOT / path)} == set()


PURE = [file for file in shipped() if file.name in ("rules.py", "access.py")]


def test_there_are_rules_to_look_at():
    assert {file.name for file in PURE} == {"rules.py", "access.py"}


@pytest.mark.parametrize("file", PURE, ids=short)
def test_rules_know_neither_django_nor_the_time(file):
    impure = [
        name for _, name in imported(file) if name.startswith(("django", *ASKS_THE_TIME)) or ".models" in name
    ]
    assert impure == []
    assert ".now(" not in file.read_text(encoding="utf-8"), "a rule is given its moment"


@pytest.mark.parametrize("file", [f for f in shipped() if room_of(f).startswith(SOS_PATH)], ids=short)
def test_the_sos_path_calls_nobody_outside(file):
    assert [name for _, name in imported(file) if name.startswith(OUTBOUND)] == []


def test_only_the_clock_asks_the_machine_for_the_time():
    """``datetime.now`` and its kin appear in one module; all others receive ``at``."""
    askers = [
        short(file)
        for file in shipped()
        if module_of(file) != "safetyzone.kernel.clock" and not room_of(file).startswith(("simulation", "programs"))
        for word in ("datetime.now(", "datetime.utcnow(", "timezone.now(", "date.today(")
        if word in file.read_text(encoding="utf-8")
    ]
    assert askers == []
