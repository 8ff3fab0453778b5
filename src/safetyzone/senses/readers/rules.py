"""How cameras are shared out among the programs that read. Pure."""

from datetime import timedelta

from safetyzone.contracts.vision import LEASE_FOR_S

LEASE_FOR = timedelta(seconds=LEASE_FOR_S)


def fair_share(wanted: int, workers: int, room: int) -> int:
    """How many cameras one of so many workers holds, so that a second one that comes finds something to do."""
    return min(room, -(-wanted // max(1, workers)))


def to_let_go(held: list[str], share: int) -> list[str]:
    """What a worker with more than its share gives up, the last in the alphabet first: the same at every asking."""
    return sorted(held)[share:]
