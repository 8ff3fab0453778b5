"""Small, daily, reversible: a file over 300 lines or a function over 40 needs a reason that somebody wrote down."""

from tests.architecture.reasons import LONG_FILES, LONG_FUNCTIONS
from tests.architecture.source import functions, ours, short

MOST_LINES_A_FILE = 300
MOST_LINES_A_FUNCTION = 40


def long_files() -> dict[str, int]:
    counted = {short(file): len(file.read_text(encoding="utf-8").splitlines()) for file in ours()}
    return {path: lines for path, lines in counted.items() if lines > MOST_LINES_A_FILE}


def long_functions() -> dict[str, int]:
    counted = {
        f"{short(file)}::{function.name}": (function.end_lineno or 0) - function.lineno + 1
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
