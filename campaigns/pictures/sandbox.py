"""Calls the reader of pictures: a process of its own for each."""

import json
import logging
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from campaigns.pictures import reader
from config.kit.errors import Invalid

logger = logging.getLogger(__name__)

_ROOT = Path(__file__).resolve().parents[2]
_SECONDS = 60.0
_TOO_COSTLY = "This picture takes more memory or time to read than it should. Save it smaller."


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it may be shown: `format` is jpg, png or gif."""

    format: str
    width: int
    height: int
    content: bytes


def rewritten(content: bytes) -> Picture:
    """The picture and nothing else; raises Invalid for what is none, or too large to be one."""
    try:
        child = subprocess.run(  # noqa: S603 (our own module; nothing of the file is an argument)
            [sys.executable, "-m", reader.__name__],
            input=content,
            capture_output=True,
            timeout=_SECONDS,
            cwd=_ROOT,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Invalid(_TOO_COSTLY, code="picture_too_costly") from error
    if child.returncode == reader.REFUSED:
        raise Invalid(child.stderr.decode(), code="bad_picture")
    if child.returncode:
        logger.warning("the reader of a picture ended with %s", child.returncode)
        raise Invalid(_TOO_COSTLY, code="picture_too_costly")
    head, _, body = child.stdout.partition(b"\n")
    said = json.loads(head)
    return Picture(said["format"], said["width"], said["height"], body)
