"""The same moment, for several people: real threads, each with a connection of its own."""

from collections.abc import Callable
from threading import Barrier, Thread

from django.db import close_old_connections, connections


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
