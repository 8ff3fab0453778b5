"""``python -m tests.browser.happen SCENE``: let something happen in the database that the environment names, by the real actions."""

import sys
from datetime import UTC, datetime

import django

django.setup()

from safetyzone import story  # noqa: E402 - Django is ready only now
from tests.browser import cameras, looking_back, sightings, town  # noqa: E402


def main() -> None:
    """Print what was made as ``name=number`` words."""
    story.begin()
    now, what = datetime.now(UTC), sys.argv[1]
    if what == "found":
        town.found(now)
        return
    made = {**town.SCENES, **cameras.SCENES, **looking_back.SCENES, **sightings.SCENES}[what](town.again(now), now)
    print(" ".join(f"{name}={number}" for name, number in made.items()))


if __name__ == "__main__":
    main()
