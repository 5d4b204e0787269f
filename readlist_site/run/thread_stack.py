"""Which of its threads a server gives a request: the one that has answered last.

Each thread has a connection to the database, which is quick once it has run the statements of a page: PostgreSQL then
has their plans, SQLite what it compiled and read. Threads that take turns would all be slow for long, and whoever comes
beside many others would meet one that has done nothing yet."""

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from threading import RLock
from typing import Any


class LastFirst:
    """The part of a queue that ThreadPoolExecutor uses: what is put in first is worked on first, by whichever of the
    waiting threads has begun to wait last."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._items: deque[Any] = deque()
        self._waiting: list[SimpleQueue] = []

    def put(self, item: Any) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.pop().put(item)
            else:
                self._items.append(item)

    def get(self, block: bool = True) -> Any:
        """Waits for an item; without `block` raises Empty if there is none."""
        with self._lock:
            if self._items:
                return self._items.popleft()
            if not block:
                raise Empty
            self._waiting.append(mine := SimpleQueue())
        return mine.get()

    def get_nowait(self) -> Any:
        return self.get(block=False)


def thread_stack(threads: int) -> ThreadPoolExecutor:
    """Returns an executor with at most so many threads, which starts one when all others work."""
    executor = ThreadPoolExecutor(threads)
    executor._work_queue = LastFirst()
    return executor
