"""Pages that are written from the code say what the code says."""

import pytest

from tests.architecture import devices_page, duties_page, settings_page
from tests.architecture.source import shipped, tree

WRITTEN = {"devices": devices_page, "duties": duties_page, "settings": settings_page}


@pytest.mark.parametrize("name", WRITTEN)
def test_the_page_is_up_to_date(name):
    assert WRITTEN[name].PAGE.read_text(encoding="utf-8") == WRITTEN[name].page(), "type: make docs"


def test_every_shape_that_devices_use_is_on_the_page():
    import ast

    shapes = {
        node.name
        for file in shipped()
        if file.parent.name == "contracts"
        for node in tree(file).body
        if isinstance(node, ast.ClassDef) and any(isinstance(base, ast.Name) and base.id == "Shape" for base in node.bases)
    }
    assert shapes == {shape.__name__ for shape, _ in devices_page.SHAPES}


def test_a_duty_asks_only_for_permissions_that_exist_and_none_is_forgotten():
    asked = {permission for duty in duties_page.duties() for permission in duty["permissions"].split()}
    assert asked == set(duties_page.permissions())
