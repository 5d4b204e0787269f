"""How gunicorn serves Readlist: the settings that `make run` and `make serve` start it with."""

import os
import signal

_host = os.environ.get("HOST") or "127.0.0.1"
_port = os.environ.get("PORT") or "8000"

bind = f"[{_host}]:{_port}" if ":" in _host else f"{_host}:{_port}"
# One process counts its own rate limits; several need the database's shared count (see CACHES in the settings).
workers = int(os.environ.get("READLIST_WORKERS") or 1)
threads = 8
worker_class = "gthread"
graceful_timeout = 10
# At "warning" every HEAD request and every scanner's nonsense would be told.
loglevel = "error"
control_socket_disable = True


# Whether nohup asked that it outlive its terminal. Read here, before gunicorn takes the signal to mean "reload".
_outlives_its_terminal = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def when_ready(arbiter) -> None:
    """Say where it is, once it listens; and end with the terminal that it was started from, unless told otherwise."""
    hung_up = signal.SIG_IGN if _outlives_its_terminal else lambda *_: os.kill(os.getpid(), signal.SIGTERM)
    signal.signal(signal.SIGHUP, hung_up)
    address = os.environ.get("READLIST_URL") or f"http://{bind}/"
    print(f"\nReadlist is at {address}  (Ctrl-C ends it)", flush=True)  # noqa: T201
