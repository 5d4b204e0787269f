"""An uploaded file as a new image, made by a process of its own (`reencode_worker.py`) with limits on time and memory.

One at a time in each server process, so that a machine's memory holds a few of them at most."""

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from readlist_site.base.text.cpu_meter import charge, costs_cpu

# Bytes of an upload.
MAX_BYTES = 5_000_000
# Seconds that a request waits for another's image, and that its own may take on a busy machine.
PATIENCE, TIMEOUT = 10, 30
# Processor time of one that was given up.
GIVEN_UP = 6

_WORKER = Path(__file__).with_name("reencode_worker.py")
_one_at_a_time = threading.Lock()

SENTENCES = {
    "empty": _("This file is empty."),
    "too_large": _("This file is larger than 5 MB. Choose a smaller image."),
    "not_an_image": _("This file is not a PNG, JPEG, WebP or GIF image."),
    "damaged": _("This image is damaged. Save it again in the program that made it, or choose another."),
    "too_many_pixels": _("This image has too many pixels. Make it smaller, or choose another."),
    "took_too_long": _("This image takes too long to read. Save it as PNG or JPEG, or choose another."),
    "busy": _("The server is too busy to read this image. Try again in a minute."),
}


class ImageRefused(Exception):
    """The file can't be stored as an image. `str()` of it is a sentence in the active language; `code` is its key in
    `SENTENCES`."""

    def __init__(self, code: str) -> None:
        super().__init__(str(SENTENCES[code]))
        self.code = code


@dataclass(frozen=True)
class NewImage:
    """A file that was encoded here: `format` is png, jpeg or webp, `width` and `height` are in pixels."""

    format: str
    width: int
    height: int
    content: bytes


@costs_cpu
def reencode(upload: bytes) -> NewImage:
    """Returns the image of an uploaded file, whatever its name says it is. Its processor time is charged to the person
    of the request. Raises ImageRefused and, if a meter refuses the work, what that raises."""
    if not upload:
        raise ImageRefused("empty")
    if len(upload) > MAX_BYTES:
        raise ImageRefused("too_large")
    if not _one_at_a_time.acquire(timeout=PATIENCE):
        raise ImageRefused("busy")
    try:
        said, content = _in_process(upload)
    finally:
        _one_at_a_time.release()
    if "refused" in said:
        raise ImageRefused(said["refused"])
    return NewImage(said["format"], said["width"], said["height"], content)


def _in_process(upload: bytes) -> tuple[dict, bytes]:
    """Returns what the process says of the image, and the new file. Raises ImageRefused."""
    # The process gets neither the environment, which holds secrets, nor the working directory.
    worker = [sys.executable, "-I", str(_WORKER)]
    try:
        done = subprocess.run(  # noqa: S603 (nothing of the upload is in the command)
            worker, input=upload, capture_output=True, timeout=TIMEOUT, env={}, cwd="/", check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        charge(GIVEN_UP)
        raise ImageRefused("busy") from error
    header, _, content = done.stdout.partition(b"\n")
    if done.returncode or not header:
        charge(GIVEN_UP)
        raise ImageRefused("took_too_long")
    said = json.loads(header)
    charge(said["cpu"])
    return said, content
