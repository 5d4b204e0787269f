"""A worker class for gunicorn that resets no open connection when it is told to end."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from gunicorn.workers.gthread import ThreadWorker

from .thread_stack import thread_stack


class DrainingWorker(ThreadWorker):
    """gunicorn's worker with threads, which stops at once to listen when it ends.

    gunicorn's own stops to accept, but listens until its last request is answered: connections made in these seconds
    are reset, and a proxy can't know whether a form that it had sent by then was read. This one accepts those that have
    connected, and then refuses connections: a proxy asks another server, which is safe for forms, too."""

    def get_thread_pool(self) -> ThreadPoolExecutor:
        return thread_stack(self.cfg.threads)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Accept connections, or not. At the end, which has `alive` as False, first those that wait, then no more."""
        super().set_accept_enabled(enabled)
        if self.alive or enabled:
            return
        for listener in self.sockets:
            with suppress(OSError):  # closed already
                accepted = -1
                while accepted != self.nr_conns:
                    accepted = self.nr_conns
                    self.accept(listener)
            listener.close()
