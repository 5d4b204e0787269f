"""The process that decodes one uploaded image and encodes it anew, started as a script.

It reads the file from its input and writes a line of JSON, then the new file. Whatever the upload holds beside its
pixels (place and time, thumbnails, a second file at its end) isn't in the new one. Imports nothing of this project,
so that it starts quickly."""

from __future__ import annotations

import json
import resource
import struct
import sys
import time
import warnings
from contextlib import suppress
from io import BytesIO

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

MEMORY = 800 * 2**20  # bytes of address space
CPU_SECONDS = 6
MAX_SIDE = 2_000  # pixels; what is larger is made smaller
MAX_PIXELS = 50_000_000  # of the upload: the largest photos of phones
LARGE = 1_500_000  # bytes of a PNG from which on one without transparency is a JPEG instead

# What is read, and as what it is written.
FORMATS = {"PNG": "PNG", "GIF": "PNG", "JPEG": "JPEG", "MPO": "JPEG", "WEBP": "WEBP"}
_READ = ("PNG", "GIF", "JPEG", "WEBP")
_OPTIONS = {
    "PNG": {},
    "JPEG": {"quality": 85, "optimize": True, "progressive": True},
    "WEBP": {"quality": 85},
}
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


class Refused(Exception):
    """The upload can't be an image here; its argument is a code: see `reencode.SENTENCES`."""


def main() -> None:
    """Answers for the file on the input."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        with suppress(OSError, ValueError):  # not every system lets a process limit itself
            resource.setrlimit(what, (most, resource.getrlimit(what)[1]))
    content = b""
    try:
        name, size, content = reencode(sys.stdin.buffer.read())
        said = {"format": name, "width": size[0], "height": size[1]}
    except Refused as refusal:
        said = {"refused": str(refusal)}
    said["cpu"] = time.process_time()
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + content)


def reencode(upload: bytes) -> tuple[str, tuple[int, int], bytes]:
    """Returns format, size in pixels, and content of the new file. Of an animation it has the first picture. Raises
    Refused."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(BytesIO(upload), formats=_READ) as opened:
            source = FORMATS[opened.format]
            opened.draft(None, (MAX_SIDE, MAX_SIDE))  # a JPEG is decoded no larger than needed
            image = _plain(_in_srgb(ImageOps.exif_transpose(opened)))
        image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
        # Pixels alone: none of what Pillow would write along, as a comment.
        clean = Image.new(image.mode, image.size)
        clean.paste(image)
    except UnidentifiedImageError as error:
        raise Refused("not_an_image") from error
    except (*_BOMBS, MemoryError) as error:
        raise Refused("too_many_pixels") from error
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, struct.error) as error:
        raise Refused("damaged") from error
    content = _encoded(clean, source)
    if source == "PNG" and len(content) > LARGE and clean.mode in ("L", "RGB"):
        source, content = "JPEG", _encoded(clean, "JPEG")
    return source.lower(), clean.size, content


def _encoded(image: Image.Image, name: str) -> bytes:
    file = BytesIO()
    image.save(file, name, **_OPTIONS[name])
    return file.getvalue()


def _in_srgb(image: Image.Image) -> Image.Image:
    """Returns the image with the colours that its profile means, since the new file has none; as it is, if that can't
    be read."""
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "CMYK"):
        with suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
            given, wanted = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            return ImageCms.profileToProfile(image, given, wanted, outputMode="RGB") or image
    return image


def _plain(image: Image.Image) -> Image.Image:
    """Returns the image in one of the modes that every format here has: grey, with colours, or with transparency."""
    if image.mode in ("L", "RGB", "RGBA"):
        return image if "transparency" not in image.info else image.convert("RGBA")
    if image.mode.startswith("I"):  # 16 bits
        return image.convert("I").point(lambda value: value / 256).convert("L")
    has_alpha = image.mode in ("LA", "La", "PA", "RGBa") or "transparency" in image.info
    return image.convert("RGBA" if has_alpha else "L" if image.mode in ("1", "F") else "RGB")


if __name__ == "__main__":
    main()
