"""Only actions write: anywhere else a row would change with nobody's name under it."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.reasons import WRITERS_BESIDE_ACTIONS
from tests.architecture.source import shipped, short, tree

WRITES = {"create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "save", "delete"}
OF_A_QUERY = {"update"}  # a dictionary has one, too: counted only behind a manager or a query set
OWN_SQL = re.compile(r"INSERT INTO |DELETE FROM |UPDATE .* SET ", re.DOTALL)
QUERY_SET = {"objects", "filter", "exclude", "all", "select_for_update"}


def behind_a_query_set(call: ast.Call) -> bool:
    """``Incident.objects.filter(...).update(...)``, and not ``words.update(...)``."""
    names = {node.attr for node in ast.walk(call.func) if isinstance(node, ast.Attribute)}
    return bool(names & QUERY_SET)


def writes(source: ast.Module) -> list[int]:
    """The lines on which a file writes a row: through Django, by ``insert_rows``, or by INSERT, UPDATE or DELETE of its own."""
    return [node.lineno for node in ast.walk(source) if isinstance(node, ast.Call | ast.Constant) and _writes(node)]


def _writes(node: ast.Call | ast.Constant) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and bool(OWN_SQL.search(node.value))
    if isinstance(node.func, ast.Name):
        return node.func.id == "insert_rows"
    if not isinstance(node.func, ast.Attribute):
        return False
    method = node.func.attr
    return method == "save" or (method in WRITES | OF_A_QUERY and behind_a_query_set(node))


def is_an_action(file: Path) -> bool:
    return file.name.endswith("actions.py") or file.parent.name == "actions"


WRITERS = {short(file): writes(tree(file)) for file in shipped() if not is_an_action(file) and writes(tree(file))}


def test_nobody_writes_but_actions():
    assert {path: lines for path, lines in WRITERS.items() if path not in WRITERS_BESIDE_ACTIONS} == {}


def test_no_reason_to_write_outlives_its_file():
    assert WRITERS_BESIDE_ACTIONS.keys() <= WRITERS.keys()


@pytest.mark.parametrize(
    "line",
    [
        "Incident.objects.filter(id=41).update(status='closed')",
        "incident.save()",
        "insert_rows('sos_press', ('id',), [])",
        "Press.objects.create(id=1)",
        "cursor.execute('UPDATE incidents_incident SET status = 1')",
    ],
)
def test_a_write_is_found(line):
    assert writes(ast.parse(line)) == [1]


@pytest.mark.parametrize("line", ["words.update(more)", "Incident.objects.filter(id=41).first()", "stream.create(name)"])
def test_what_only_looks_like_a_write_is_not(line):
    assert writes(ast.parse(line)) == []
