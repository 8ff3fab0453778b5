"""Small, daily, reversible: a file over 300 lines or a function over 40 needs a reason that somebody wrote down."""

import ast

from tests.architecture.reasons import LONG_FILES, LONG_FUNCTIONS
from tests.architecture.source import functions, ours, short

MOST_LINES_A_FILE = 300
MOST_LINES_A_FUNCTION = 40
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def long_files() -> dict[str, int]:
    counted = {short(file): len(file.read_text(encoding="utf-8").splitlines()) for file in ours()}
    return {path: lines for path, lines in counted.items() if lines > MOST_LINES_A_FILE}


def own_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function without those of the functions in it, which are counted by themselves."""
    inner = [node for node in ast.walk(function) if isinstance(node, FUNCTION) and node is not function]
    lines = set(range(function.lineno, (function.end_lineno or function.lineno) + 1))
    return len(lines.difference(*(range(node.lineno, (node.end_lineno or node.lineno) + 1) for node in inner)))


def long_functions() -> dict[str, int]:
    counted = {
        f"{short(file)}::{function.name}": own_lines(function)
        for file in ours()
        for function in functions(file)
    }
    return {name: lines for name, lines in counted.items() if lines > MOST_LINES_A_FUNCTION}


def test_a_long_file_has_a_reason():
    assert {path: n for path, n in long_files().items() if path not in LONG_FILES} == {}


def test_a_long_function_has_a_reason():
    assert {name: n for name, n in long_functions().items() if name not in LONG_FUNCTIONS} == {}


def test_no_reason_outlives_what_it_excused():
    assert LONG_FILES.keys() <= long_files().keys()
    assert LONG_FUNCTIONS.keys() <= long_functions().keys()


def test_a_function_is_measured_without_the_functions_in_it():
    outer = ast.parse("def outer():\n    def inner():\n        return 1\n    return inner\n").body[0]
    assert isinstance(outer, ast.FunctionDef)
    assert own_lines(outer) == 2
