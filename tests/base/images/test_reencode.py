"""What becomes of an uploaded file: a new image of its pixels, or a sentence."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageCms

from readlist_site.base.images import reencode as reencoding
from readlist_site.base.images.reencode import MAX_BYTES, ImageRefused, reencode
from readlist_site.base.text.cpu_meter import metered
from tests import factories

GPS, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F


def file_of(image: Image.Image, name: str, **options) -> bytes:
    file = BytesIO()
    image.save(file, name, **options)
    return file.getvalue()


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


def refusal(upload: bytes) -> str:
    with pytest.raises(ImageRefused) as refused:
        reencode(upload)
    assert str(refused.value).endswith(".")
    return refused.value.code


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is this large, of very few bytes."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("name", "mode", "becomes", "mode_after"),
    [
        ("PNG", "RGB", "png", "RGB"),
        ("PNG", "RGBA", "png", "RGBA"),
        ("PNG", "P", "png", "RGB"),
        ("PNG", "1", "png", "L"),
        ("PNG", "LA", "png", "RGBA"),
        ("PNG", "I;16", "png", "L"),
        ("JPEG", "RGB", "jpeg", "RGB"),
        ("JPEG", "L", "jpeg", "L"),
        ("JPEG", "CMYK", "jpeg", "RGB"),
        ("WEBP", "RGB", "webp", "RGB"),
        ("WEBP", "RGBA", "webp", "RGBA"),
        ("GIF", "P", "png", "RGB"),
    ],
)
def test_each_kind_of_image_is_read_and_written_anew(name, mode, becomes, mode_after):
    new = reencode(file_of(Image.new(mode, (50, 30)), name))
    image = opened(new.content)
    assert (new.format, new.width, new.height) == (becomes, 50, 30)
    assert (image.format.lower(), image.mode, image.size) == (becomes, mode_after, (50, 30))


def test_place_time_camera_and_comments_are_gone():
    exif = Image.Exif()
    exif[MAKE] = "Secret Camera"
    exif.get_ifd(GPS).update({1: "N", 2: (52.0, 31.0, 12.0)})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    upload = file_of(
        Image.new("RGB", (50, 30)), "JPEG", exif=exif, comment=b"Secret comment", icc_profile=profile, xmp=b"Secret xmp"
    )
    assert b"Secret Camera" in upload
    new = reencode(upload)
    image = opened(new.content)
    assert b"Secret" not in new.content
    assert not image.getexif()
    assert not image.getexif().get_ifd(GPS)
    assert not {"exif", "icc_profile", "comment", "xmp"} & image.info.keys()


def test_a_photo_stands_upright_without_its_note_which_way_is_up():
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    picture = Image.new("RGB", (60, 30), "white")
    picture.paste("black", (0, 0, 30, 30))
    new = reencode(file_of(picture, "JPEG", exif=exif))
    image = opened(new.content)
    assert image.size == (new.width, new.height) == (30, 60)
    assert image.getpixel((15, 5))[0] < 50 < 200 < image.getpixel((15, 55))[0]


def test_what_is_large_is_made_smaller_and_what_is_thin_keeps_a_pixel():
    assert (reencode(file_of(Image.new("RGB", (4000, 1000)), "JPEG")).width) == 2000
    new = reencode(file_of(Image.new("L", (60_000, 3)), "PNG"))
    assert (new.width, new.height) == (2000, 1)


def test_of_an_animation_the_first_picture_stays():
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue", "green")]
    for name in ("GIF", "WEBP", "PNG"):
        new = reencode(file_of(frames[0], name, save_all=True, append_images=frames[1:]))
        image = opened(new.content)
        assert getattr(image, "n_frames", 1) == 1
        assert image.convert("RGB").getpixel((10, 10))[0] > 200


def test_a_large_photo_as_png_becomes_a_jpeg_unless_it_is_transparent(monkeypatch):
    noise = Image.effect_noise((1000, 800), 80)
    assert reencode(file_of(Image.merge("RGB", [noise] * 3), "PNG")).format == "jpeg"


@pytest.mark.parametrize(
    ("upload", "code"),
    [
        (b"", "empty"),
        (b"x" * (MAX_BYTES + 1), "too_large"),
        (b"Words.", "not_an_image"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "not_an_image"),
        (b"%PDF-1.7 %%EOF", "not_an_image"),
        (b"BM" + b"\0" * 100, "not_an_image"),
        (b"II*\0" + b"\0" * 100, "not_an_image"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n(x) run\n", "not_an_image"),
        (factories.png()[:60], "damaged"),
        (factories.png()[:10], "not_an_image"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, "not_an_image"),
    ],
    ids=["nothing", "too much", "text", "svg", "pdf", "bmp", "tiff", "postscript", "half", "a tenth", "no jpeg"],
)
def test_what_is_no_image_here_is_refused_with_a_reason(upload, code):
    assert refusal(upload) == code


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (8_000, 6_251), (2**31 - 1, 1)])
def test_a_bomb_is_refused_before_it_is_decoded(width, height):
    with metered() as meter:
        assert refusal(png_of(width, height)) == "too_many_pixels"
    assert 0 < meter.seconds < 2


def test_what_has_as_many_pixels_as_may_be_but_no_data_for_them_is_refused():
    assert refusal(png_of(7_000, 7_000)) == "damaged"


def test_a_bomb_of_text_in_an_image_is_refused():
    text = chunk(b"zTXt", b"k\0\0" + zlib.compress(b"x" * 100_000_000, 9))
    upload = factories.png()
    assert refusal(upload[:33] + text + upload[33:]) in ("damaged", "not_an_image")


def test_nothing_beside_the_pixels_survives():
    page = b"<html><script>alert(1)</script></html>"
    zip_file = b"PK\x03\x04" + b"\0" * 40
    hidden = chunk(b"tEXt", b"Comment\0" + page)
    for upload in (
        factories.png() + page + zip_file,
        factories.png()[:33] + hidden + factories.png()[33:],
        b"GIF89a" + file_of(Image.new("P", (9, 9)), "GIF")[6:] + page,
        file_of(Image.new("RGB", (9, 9)), "JPEG", comment=page) + page,
    ):
        new = reencode(upload)
        assert b"script" not in new.content
        assert b"PK\x03" not in new.content


def test_processor_time_is_charged_and_a_process_that_dies_is_no_fault(monkeypatch):
    with metered() as meter:
        reencode(factories.png())
    assert meter.seconds > 0.01
    monkeypatch.setattr(reencoding, "_WORKER", "readlist_site.base.images.missing")
    with metered() as meter:
        assert refusal(factories.png()) == "took_too_long"
    assert meter.seconds >= reencoding.GIVEN_UP


def test_one_waits_for_another_and_not_forever(monkeypatch):
    monkeypatch.setattr(reencoding, "PATIENCE", 0.01)
    with reencoding._one_at_a_time:
        assert refusal(factories.png()) == "busy"
    assert reencode(factories.png()).format == "png"


def test_the_process_knows_nothing_of_the_environment(monkeypatch, tmp_path):
    said = """import json, os, sys
print(json.dumps({"refused": "damaged" if "SECRET" in os.environ or os.getcwd() != "/" else "empty", "cpu": 0}))"""
    (tmp_path / "worker.py").write_text(said)
    monkeypatch.setenv("SECRET", "1")
    monkeypatch.setattr(reencoding, "_WORKER", tmp_path / "worker.py")
    assert refusal(factories.png()) == "empty"
