"""Writes an uploaded picture anew in a process of its own, with little memory and little time
(trust rule 24): whatever a file does to its reader, the web process goes on.

    python -m campaigns.pictures.reader
        file on stdin; answers with one line of JSON (format, width, height) and the new file, or
        with a refusal in words on stderr

What is written holds the picture and nothing else: no place, no camera, no comments.
"""

import io
import json
import os
import resource
import sys
import warnings
from typing import BinaryIO

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

MEMORY_BYTES = 768 * 1024 * 1024
CPU_SECONDS = 20
REFUSED = 3

MAX_PIXELS = 40_000_000
MAX_FRAMES = 60
# Twice the width of a mail, for screens that have two points for one.
MAX_WIDTH = 1_200
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
_QUALITY = 84


class Refused(Exception):
    """In words for people."""


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with os.fdopen(0, "rb") as file:
            answer, content = rewritten(file)
    except Refused as refusal:
        sys.stderr.write(str(refusal))
        return REFUSED
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        sys.stderr.write(f"This picture has more than {MAX_PIXELS // 10**6} million points.")
        return REFUSED
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
        sys.stderr.write("This is not a picture we can read. Use JPEG, PNG, GIF or WebP.")
        return REFUSED
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + content)
    sys.stdout.buffer.flush()
    return 0


def rewritten(file: BinaryIO) -> tuple[dict[str, object], bytes]:
    """What the new file is, and its bytes; raises Refused or what the decoder raises."""
    with Image.open(file, formats=_FORMATS) as picture:
        if picture.format == "GIF" and getattr(picture, "is_animated", False):
            return _animation(picture)
        still = _fitted(ImageOps.exif_transpose(picture))
    out = io.BytesIO()
    if _has_holes(still):
        still.convert("RGBA").save(out, "PNG", optimize=True)
        name = "png"
    elif still.mode in {"1", "L", "P"} and still.getcolors(256):
        still.save(out, "PNG", optimize=True)
        name = "png"
    else:
        still.convert("RGB").save(out, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
        name = "jpg"
    return {"format": name, "width": still.width, "height": still.height}, out.getvalue()


def _animation(picture: Image.Image) -> tuple[dict[str, object], bytes]:
    if getattr(picture, "n_frames", 1) > MAX_FRAMES:
        raise Refused(f"This GIF has more than {MAX_FRAMES} pictures. Use a shorter one.")
    frames, times = [], []
    for frame in ImageSequence.Iterator(picture):
        frames.append(_fitted(frame.convert("RGBA")))
        times.append(int(frame.info.get("duration", 100)) or 100)
    out = io.BytesIO()
    first, *others = frames
    first.save(out, "GIF", save_all=True, append_images=others, duration=times, loop=0, disposal=2)
    return {"format": "gif", "width": first.width, "height": first.height}, out.getvalue()


def _fitted(picture: Image.Image) -> Image.Image:
    if picture.width <= MAX_WIDTH:
        return picture.copy()
    height = max(1, round(picture.height * MAX_WIDTH / picture.width))
    source = picture.convert("RGBA") if picture.mode == "P" else picture
    return source.resize((MAX_WIDTH, height), Image.Resampling.LANCZOS)


def _has_holes(picture: Image.Image) -> bool:
    if "transparency" in picture.info:
        return True
    if picture.mode not in {"RGBA", "LA", "PA"}:
        return False
    return any(picture.getchannel("A").histogram()[:255])


if __name__ == "__main__":
    sys.exit(main())
