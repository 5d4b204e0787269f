"""The title of a page or a PDF, read by a process that can be lost: see `title_child`."""

import subprocess
import sys

from . import title_worker
from .fetch import FetchResult

SECONDS = 6


def read(visit: FetchResult, *, seconds: float = SECONDS) -> str:
    """What the thing calls itself; nothing, where it doesn't say or can't be read."""
    if not visit.body:
        return ""
    # It is given nothing of ours: neither the environment, with its secrets, nor the folder we run in.
    child = [sys.executable, "-I", title_worker.__file__, visit.kind, visit.charset]
    try:
        done = subprocess.run(  # noqa: S603
            child, input=visit.body, capture_output=True, timeout=seconds, env={}, cwd="/", check=True
        )
    except (subprocess.SubprocessError, OSError, ValueError):
        return ""
    return done.stdout.decode("utf-8", "replace")
