"""Pictures for mails, kept by us: written anew on the way in, public under random names."""

import re
import secrets
from pathlib import PurePosixPath

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.scope import brand_scope
from campaigns.models.editor import MailImage
from campaigns.pictures.sandbox import rewritten
from config.kit.errors import Conflict, Invalid
from config.kit.text import clean_text

MAX_BYTES = 8_000_000
# What arrives in an inbox over a phone: larger ones are not read to their end.
MAX_WRITTEN_BYTES = 2_000_000
MOST_IMAGES = 5_000
FOLDER = "public"
NAME = re.compile(r"[0-9a-f]{32}\.(?:jpg|png|gif)", re.ASCII)


def keep_image(*, brand_id: int, content: bytes, title: str, alt: str) -> MailImage:
    """Keep a picture; opens its own scope, because reading it takes a while.

    Raises Invalid for what is no picture, is too large, or has no words for those who cannot see
    it."""
    if len(content) > MAX_BYTES:
        raise Invalid(
            f"This picture is larger than {MAX_BYTES // 10**6} MB.", code="file_too_large"
        )
    try:
        words = clean_text(alt, max_length=300)
        name = clean_text(PurePosixPath(title).name, max_length=200)
    except ValueError as error:
        raise Invalid(str(error)) from error
    if not words:
        message = "Describe the picture for those who cannot see it."
        raise Invalid(message, fields={"alt": message})
    picture = rewritten(content)
    if len(picture.content) > MAX_WRITTEN_BYTES:
        raise Invalid(
            f"This picture is still {len(picture.content) / 10**6:.1f} MB after we made it smaller."
            " Use one with fewer details, or a shorter GIF."
        )
    stored = f"{secrets.token_hex(16)}.{picture.format}"
    with brand_scope(brand_id):
        if MailImage.objects.count() >= MOST_IMAGES:
            raise Conflict(f"There are {MOST_IMAGES:,} pictures already; that is the most.")
        default_storage.save(f"{FOLDER}/{stored}", ContentFile(picture.content))
        return MailImage.objects.create(
            name=stored,
            title=name,
            alt=words,
            width=picture.width,
            height=picture.height,
            size=len(picture.content),
        )
