"""Writes docs/duties.md: which duty may do what. ``python -m tests.architecture.duties_page --write``."""

import csv
import sys

from tests.architecture.source import PACKAGE, ROOT

PAGE = ROOT / "docs" / "duties.md"
DUTIES = PACKAGE / "ground" / "officers" / "data" / "duties.csv"
HEAD = """# Duties · หน้าที่

Written from `ground/officers/data/duties.csv` by `make docs`; a test compares. Code asks for single permissions, never for a duty or a
rank; a duty is a row that a station may change or add to. An officer has a duty at a station for a period, and it counts at once.

"""


def duties() -> list[dict[str, str]]:
    """The rows that every station begins with."""
    with DUTIES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def permissions() -> list[str]:
    """Every permission that code can ask for, in its order."""
    from safetyzone.ground.officers.models import Permission

    return [str(permission.value) for permission in Permission]


def page() -> str:
    """The whole page: a row a permission, a column a duty."""
    columns = duties()
    head = "| permission | " + " | ".join(f"{duty['name_th']}<br>{duty['name_en']}" for duty in columns) + " |"
    rows = [
        f"| `{permission}` | "
        + " | ".join("●" if permission in duty["permissions"].split() else "" for duty in columns)
        + " |"
        for permission in permissions()
    ]
    return HEAD + "\n".join([head, "|---" * (len(columns) + 1) + "|", *rows]) + "\n"


if __name__ == "__main__":
    import django

    django.setup()
    if "--write" in sys.argv:
        PAGE.write_text(page(), encoding="utf-8")
    else:
        print(page())
