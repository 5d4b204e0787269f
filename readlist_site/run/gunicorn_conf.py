"""The gunicorn configuration that `make run` and `make serve` use."""

import gc
import logging
import os
import signal
import sys

from readlist_site.base.web.log_format import JsonFormatter, TextFormatter
from readlist_site.run.log_limit import LogLimit

_host = os.environ.get("HOST") or "127.0.0.1"
_port = os.environ.get("PORT") or "8000"

bind = f"[{_host}]:{_port}" if ":" in _host else f"{_host}:{_port}"
# Several workers need a database server, and its shared cache (see CACHES in the settings).
workers = int(os.environ.get("READLIST_WORKERS") or 1)
# Workers share what is loaded before they are forked: each has 60 MB of its own then instead of 90. A single one shares
# it with nobody who answers requests.
preload_app = workers > 1
threads = 8
worker_class = "readlist_site.run.draining_worker.DrainingWorker"
# Seconds after which a thread lets another one go on. A page waits for its turn after each statement of the database:
# with Python's default, five times as long, that is most of its time as soon as a few requests are answered at once.
sys.setswitchinterval(0.001)
# Seconds for which a stopping server answers what it has accepted.
graceful_timeout = 10
# Seconds for which an idle connection is kept. A proxy that uses one again in the moment in which it is closed here
# loses a request, so it is more than the time after which Caddy (120 s) and nginx (60 s) close theirs. Browsers ask
# again by themselves: where no proxy stands in between, idle connections make room soon.
_behind_proxy = (os.environ.get("READLIST_URL") or "").startswith("https:") or int(
    os.environ.get("READLIST_PROXIES") or 0
)
keepalive = 150 if _behind_proxy else 5
# At "warning" every HEAD request and every malformed request of a scanner would be logged.
loglevel = "error"
control_socket_disable = True


# Whether nohup made it ignore SIGHUP. Read here, before gunicorn installs its own handler, which reloads.
_ignores_hangup = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def on_starting(arbiter) -> None:
    """Makes files that the server writes its owner's alone, and limits and formats its own log as the settings do
    Django's."""
    os.umask(0o077)
    arbiter.log.error_log.addFilter(_leave_out_address)
    arbiter.log.error_log.addFilter(LogLimit())
    for handler in arbiter.log.error_log.handlers:
        handler.setFormatter(JsonFormatter() if os.environ.get("READLIST_LOGS") == "json" else TextFormatter())


def _leave_out_address(record: logging.LogRecord) -> bool:
    """A filter: what gunicorn says of a request doesn't name its address, which may hold a token."""
    if str(record.msg).startswith("Error handling request"):
        record.msg, record.args = "Error handling request", ()
    return True


def pre_fork(arbiter, worker) -> None:
    """Keeps the garbage collector from writing to what the workers share."""
    if preload_app:
        gc.collect()
        gc.freeze()


def when_ready(arbiter) -> None:
    """Prints the URL once the server listens, and makes it exit on SIGHUP, unless it was started with nohup."""
    handler = signal.SIG_IGN if _ignores_hangup else lambda *_: os.kill(os.getpid(), signal.SIGTERM)
    signal.signal(signal.SIGHUP, handler)
    # By name, since a browser has no passkeys for an IP address. The IP address works, too.
    here = f"localhost:{_port}" if _host == "127.0.0.1" else bind
    address = os.environ.get("READLIST_URL") or f"http://{here}/"
    print(f"\nReadlist is at {address}  (Ctrl-C ends it)", flush=True)  # noqa: T201
