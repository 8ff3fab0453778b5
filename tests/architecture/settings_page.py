"""Writes docs/settings.md from the settings themselves. ``python -m tests.architecture.settings_page --write``."""

import sys

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from safetyzone.kernel.settings import Settings
from tests.architecture.source import ROOT

PAGE = ROOT / "docs" / "settings.md"
HEAD = """# Settings · ค่าตั้ง

Written from `safetyzone.kernel.settings` by `make docs`; a test compares. Set them by environment, or in a TOML file
(names in small letters, without the prefix) that `SAFETYZONE_SETTINGS_FILE` names. A wrong value is refused at start,
with the reason.

| setting | default | ไทย | English |
|---|---|---|---|
"""


def default_of(field: FieldInfo) -> str:
    """The default as a person would type it; nothing for settings that have none."""
    if field.default in (None, PydanticUndefined, ""):
        return ""
    return f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"


def row(name: str, field: FieldInfo) -> str:
    """One setting as a line of the table."""
    return f"| `SAFETYZONE_{name.upper()}` | {default_of(field)} | {field.title or ''} | {field.description or ''} |"


def page() -> str:
    """The whole page."""
    return HEAD + "\n".join(row(name, field) for name, field in Settings.model_fields.items()) + "\n"


if __name__ == "__main__":
    if "--write" in sys.argv:
        PAGE.write_text(page(), encoding="utf-8")
    else:
        print(page())
