"""Reads the title of a page or a PDF in a child process: see `title_worker`."""

import subprocess
import sys

from . import title_worker
from .fetch import FetchResult

SECONDS = 6


def read(result: FetchResult, *, seconds: float = SECONDS) -> str:
    """Returns the title of the fetched page or PDF; "" if it has none or can't be read in time."""
    if not result.body:
        return ""
    # The child gets neither the environment, which holds secrets, nor the working directory.
    child = [sys.executable, "-I", title_worker.__file__, result.kind, result.charset]
    try:
        process = subprocess.run(  # noqa: S603
            child, input=result.body, capture_output=True, timeout=seconds, env={}, cwd="/", check=True
        )
    except (subprocess.SubprocessError, OSError, ValueError):
        return ""
    return process.stdout.decode("utf-8", "replace")
