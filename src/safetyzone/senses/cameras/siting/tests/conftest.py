import pytest

from safetyzone.senses.cameras.siting.warm import warm


@pytest.fixture(autouse=True, scope="session")
def _compiled():
    """Time limits in these tests are for answering, not for compiling."""
    warm()
