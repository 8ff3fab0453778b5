"""Group commit: one writer that commits everything which arrived while its last commit ran. No timer; the commit is the window.

Durable before answered: an item's ``answered`` is called only after the transaction that holds it has been committed.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, connection

log = structlog.get_logger()

Item = TypeVar("Item")
Answer = TypeVar("Answer")

MOST_AT_ONCE = 2_000
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.05, 1.0
RACES_BEFORE_SPLITTING = 3


@dataclass(slots=True)
class Waiting(Generic[Item, Answer]):
    """One thing to keep, and whom to tell when it is kept."""

    item: Item
    answered: Callable[[Answer], None]


class Writer(Generic[Item, Answer]):
    """Collects in the event loop, commits in one thread with one database connection of its own.

    Args:
        commit: writes a batch in one transaction and returns an answer for each item, in order.
        alone: what to try for an item that cannot be stored as it is; may raise.
        most: largest batch; 1 makes it one transaction an item (kept to measure against).
    """

    def __init__(
        self,
        name: str,
        commit: Callable[[Sequence[Item]], Sequence[Answer]],
        *,
        alone: Callable[[Item], Answer] | None = None,
        most: int = MOST_AT_ONCE,
    ) -> None:
        self.name, self._commit, self._alone, self._most = name, commit, alone, most
        self._waiting: list[Waiting[Item, Answer]] = []
        self._arrived = asyncio.Event()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._stopping = False
        self.committed = 0

    def keep(self, item: Item, answered: Callable[[Answer], None]) -> None:
        """Hand over one item; returns at once. Call from the event loop only."""
        self._waiting.append(Waiting(item, answered))
        self._arrived.set()

    @property
    def backlog(self) -> int:
        """How many wait for a commit."""
        return len(self._waiting)

    async def run(self) -> None:
        """Commit until stopped."""
        loop = asyncio.get_running_loop()
        while not self._stopping:
            await self._arrived.wait()
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            if not self._waiting:
                self._arrived.clear()
            if batch:
                kept = await loop.run_in_executor(self._thread, self._keep_all, [one.item for one in batch])
                for one, answer in zip(batch, kept, strict=True):
                    if answer is not None:
                        one.answered(answer)

    async def stop(self) -> None:
        """Let the commit in flight end; what still waits was never answered, so its sender says it again."""
        self._stopping = True
        self._arrived.set()
        await asyncio.get_running_loop().run_in_executor(self._thread, lambda: connection.close())  # noqa: PLW0108 - the thread's own
        self._thread.shutdown(wait=False)

    def _keep_all(self, items: Sequence[Item]) -> Sequence[Answer | None]:
        """In the writer's thread: commit, through restarts of the database, until it is done."""
        pause, races = FIRST_PAUSE_S, 0
        while True:
            try:
                answers = self._commit(items)
            except (OperationalError, InterfaceError) as away:
                # The database is away or chose us as a deadlock's victim: nothing was promised, so we simply say it again.
                log.warning("commit_waits", writer=self.name, items=len(items), error=type(away).__name__)
                self._drop_connection()
                if self._stopping:
                    return [None] * len(items)
                time.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_S)
            except IntegrityError:
                # Another intake kept the same press a moment ago: the next try finds it and gives its answer.
                races += 1
                if races > RACES_BEFORE_SPLITTING:
                    return self._keep_each(items)
            except Exception:  # the edge of the process: whatever one item does to us, the others are kept
                return self._keep_each(items)
            else:
                self.committed += len(items)
                return answers

    def _keep_each(self, items: Sequence[Item]) -> list[Answer | None]:
        """One item spoils the batch: the others must not wait for it."""
        if len(items) > 1:
            return [answer for item in items for answer in self._keep_all([item])]
        try:
            return [self._alone(items[0])] if self._alone else [None]
        except Exception:  # the edge of the process
            # Not answered, so its sender says it again and a person sees this line; never dropped in silence.
            log.exception("item_cannot_be_kept", writer=self.name)
            return [None]

    @staticmethod
    def _drop_connection() -> None:
        try:
            connection.close()
        except DatabaseError:
            connection.connection = None
