"""Uploaded pictures are written anew in a process of their own, or refused in words."""

import io
import struct
import zlib

import pytest
from PIL import Image

from campaigns.pictures.sandbox import rewritten
from config.kit.errors import Invalid


def written(picture: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def photo(width: int = 300, height: int = 200) -> Image.Image:
    """More colours than a drawing has."""
    picture = Image.radial_gradient("L").resize((width, height))
    return Image.merge("RGB", (picture, picture.rotate(90, expand=False), picture.rotate(45)))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_a_jpeg_that_fits_a_mail(kind):
    found = rewritten(written(photo(3_000, 1_500), kind))
    assert (found.format, found.width, found.height) == ("jpg", 1_200, 600)
    assert Image.open(io.BytesIO(found.content)).size == (1_200, 600)


def test_what_can_be_seen_through_stays_so():
    holes = Image.new("RGBA", (40, 30), (200, 0, 0, 0))
    found = rewritten(written(holes, "PNG"))
    assert (found.format, found.width, found.height) == ("png", 40, 30)
    assert Image.open(io.BytesIO(found.content)).getpixel((1, 1))[3] == 0


def test_an_animation_stays_one():
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    moving = written(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=80)
    found = rewritten(moving)
    assert found.format == "gif"
    assert Image.open(io.BytesIO(found.content)).n_frames == 3


def test_nothing_but_the_picture_is_kept():
    exif = Image.Exif()
    exif[0x010F] = "A camera that knows where I live"
    exif[0x0112] = 6  # turned by a quarter
    found = rewritten(written(photo(), "JPEG", exif=exif))
    assert b"camera" not in found.content
    assert (found.width, found.height) == (200, 300)


def bomb() -> bytes:
    """A PNG that says it has ten thousand million points."""
    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IEND", b"")


def too_long() -> bytes:
    frames = [Image.new("L", (4, 4), n) for n in range(61)]
    return written(frames[0], "GIF", save_all=True, append_images=frames[1:])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "not a pic"),
        (b"%PDF-1.7", "not a picture"),
        (written(photo(), "JPEG")[:500], "not a picture"),
        (written(photo(), "BMP"), "not a picture"),
        (bomb(), "million points"),
        (too_long(), "more than 60 pictures"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(content, says):
    with pytest.raises(Invalid, match=says):
        rewritten(content)
