"""Actions are the only writers, and always say who and when."""

import importlib
import inspect
from types import FunctionType

import pytest

from tests.architecture.reasons import ACTIONS_WITHOUT_BY_AND_AT
from tests.architecture.source import module_of, shipped

MODULES = sorted(
    module_of(file) for file in shipped() if file.name.endswith("actions.py") or file.parent.name == "actions"
)


def public_functions(module_name: str) -> dict[str, FunctionType]:
    module = importlib.import_module(module_name)
    return {
        f"{module_name}.{name}": thing
        for name, thing in vars(module).items()
        if inspect.isfunction(thing) and not name.startswith("_") and thing.__module__ == module_name
    }


ACTIONS = {name: action for module in MODULES for name, action in public_functions(module).items()}


def missing_from(action: FunctionType) -> list[str]:
    """What a reader of the ledger would miss: ``by`` and ``at``, and the names of everything else."""
    parameters = inspect.signature(action).parameters
    missing = [
        word
        for word in ("by", "at")
        if word not in parameters or parameters[word].kind is not inspect.Parameter.KEYWORD_ONLY
    ]
    if any(p.kind is inspect.Parameter.POSITIONAL_ONLY for p in parameters.values()):
        missing.append("names")
    return missing


def test_the_rooms_have_actions():
    assert len(ACTIONS) >= 20, f"found only {sorted(ACTIONS)}"


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_an_action_says_by_whom_and_when(name):
    missing = missing_from(ACTIONS[name])
    assert bool(missing) == (name in ACTIONS_WITHOUT_BY_AND_AT), (
        f"{name} lacks {missing}" if missing else f"{name} needs its reason no longer"
    )


def test_an_action_that_forgets_who_is_found():
    def forgetful(*, at):
        """Twin of an action, broken on purpose."""

    assert missing_from(forgetful) == ["by"]
