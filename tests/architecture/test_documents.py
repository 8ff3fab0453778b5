"""What the documents name exists: pages, pictures, files, commands."""

import re

import pytest

from tests.architecture.source import ROOT, short, tracked

PAGES = [file for file in tracked() if file.suffix == ".md"]


def links(text: str) -> list[str]:
    """The relative targets of a page's links and pictures."""
    return [to.split("#")[0] for to in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in to and not to.startswith("#")]


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_every_link_leads_somewhere(page):
    broken = [to for to in links(page.read_text(encoding="utf-8")) if not (page.parent / to).exists()]
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_every_module_that_a_page_runs_exists(page):
    named = set(re.findall(r"python -m ((?:safetyzone|tests|benchmarks)[\w.]*)", page.read_text(encoding="utf-8")))
    paths = {name: (ROOT / "src" if name.startswith("safetyzone") else ROOT) / name.replace(".", "/") for name in named}
    assert [n for n, p in paths.items() if not p.with_suffix(".py").exists() and not (p / "__main__.py").exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_every_make_target_that_a_page_names_exists(page):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)", page.read_text(encoding="utf-8")))
    assert named - targets == set()


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_every_command_that_a_page_names_exists(page):
    from typer.main import get_command

    from safetyzone.cli import app

    known = set(getattr(get_command(app), "commands", {}))
    named = set(re.findall(r"`safetyzone ([a-z]+)", page.read_text(encoding="utf-8")))
    assert named - known == set()


def test_every_measured_figure_in_the_readme_is_in_the_list_of_figures():
    """The README's table is an extract: nothing is claimed there that the list does not show with its command."""
    table = (ROOT / "README.md").read_text(encoding="utf-8").split("## Measured")[1].split("## ")[0]
    listed = (ROOT / "docs" / "figures.md").read_text(encoding="utf-8")
    rows = [row for row in re.findall(r"^\| (?!what|--).*\|$", table, re.MULTILINE) if "---" not in row]
    assert [row for row in rows if row not in listed] == []


def test_every_decision_is_in_the_list_of_decisions():
    folder = ROOT / "docs" / "decisions"
    listed = set(links((folder / "README.md").read_text(encoding="utf-8")))
    assert {page.name for page in folder.glob("0*.md")} == listed


def test_a_broken_link_is_found():
    assert links("[a](docs/no.md#there) [b](https://example.org) ![c](d.png)") == ["docs/no.md", "d.png"]
