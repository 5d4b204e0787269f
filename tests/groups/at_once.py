"""The same moment, for several people: real threads, each with a connection of its own."""

from collections.abc import Callable
from threading import Barrier, Event, Thread

from django.db import close_old_connections, connections, transaction


def at_once(*acts: Callable[[], object]) -> list:
    """Do these things in the same moment; what each returned, or the exception it raised."""
    barrier, said = Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        close_old_connections()
        barrier.wait()
        try:
            said[place] = act()
        except Exception as error:
            said[place] = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def while_uncommitted(first: Callable[[], object], then: Callable[[], object]) -> list:
    """Do `first` in a transaction, and before that is committed begin `then` with a connection of its own; what each
    returned, or the exception it raised. What does not wait for the first is done before the first is committed."""
    begun, finished, said = Event(), Event(), [None, None]

    def run(place: int, act: Callable[[], object]) -> None:
        close_old_connections()
        try:
            said[place] = act()
        except Exception as error:
            said[place] = error
        finally:
            connections.close_all()

    def hold() -> object:
        with transaction.atomic():
            try:
                return first()
            finally:
                begun.set()
                finished.wait(0.5)

    def follow() -> object:
        begun.wait(60)
        try:
            return then()
        finally:
            finished.set()

    threads = [Thread(target=run, args=each) for each in ((0, hold), (1, follow))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said
