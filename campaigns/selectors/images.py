"""The pictures of a brand, and where mails find them."""

from django.conf import settings
from django.urls import reverse

from campaigns.models.editor import MailImage

SHOWN = 60


def image_url(image: MailImage) -> str:
    """The whole address, as it stands in mails for years."""
    return f"{settings.BASE_URL.rstrip('/')}{reverse('mail_image_file', args=[image.name])}"


def newest_images() -> list[tuple[MailImage, str]]:
    """Each with its address."""
    rows = MailImage.objects.order_by("-pk")[:SHOWN]
    return [(row, image_url(row)) for row in rows]
