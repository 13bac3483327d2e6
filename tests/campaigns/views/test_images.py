"""Pictures of mails: uploaded in the editor, public under names nobody can guess."""

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.scope import brand_scope
from campaigns.models.editor import MailImage
from campaigns.selectors.images import image_url
from campaigns.services.images import FOLDER
from tests.campaigns.pictures.test_sandbox import photo, written

LIBRARY = "/b/floral/images/"


def upload(client: Client, content: bytes | None = None, alt: str = "A red rose"):
    picture = written(photo(), "JPEG") if content is None else content
    file = SimpleUploadedFile("../rose.jpg", picture, "image/jpeg")
    return client.post(LIBRARY, {"file": file, "alt": alt})


def _images(cast) -> list[MailImage]:
    with brand_scope(cast.floral):
        return list(MailImage.objects.all())


def test_a_picture_is_kept_and_anybody_can_see_it_by_its_name(cast, ben) -> None:
    response = upload(ben)
    (image,) = _images(cast)
    assert (image.title, image.alt, image.width, image.height) == (
        "rose.jpg",
        "A red rose",
        300,
        200,
    )
    assert image_url(image) in response.content.decode()
    seen = Client().get(f"/i/{image.name}")
    content = b"".join(seen.streaming_content)  # type: ignore[attr-defined]
    assert content == default_storage.open(f"{FOLDER}/{image.name}").read()
    assert seen["Content-Type"] == "image/jpeg"
    assert seen["Cache-Control"] == "public, max-age=31536000, immutable"
    assert seen["X-Content-Type-Options"] == "nosniff"


def test_a_picture_needs_words_and_must_be_one(cast, ben) -> None:
    assert "This field is required" in upload(ben, alt="").content.decode()
    assert "not a picture we can read" in upload(ben, content=b"<svg/>").content.decode()
    assert "larger than 8 MB" in upload(ben, content=bytes(8_000_001)).content.decode()
    assert _images(cast) == []


def test_another_brand_sees_none_of_them_in_its_library(cast, ana) -> None:
    upload(ana)
    (image,) = _images(cast)
    assert image.name not in ana.get("/b/grocer/images/").content.decode()


def test_other_names_lead_nowhere(db) -> None:
    for name in ("x.jpg", f"{'0' * 32}.jpg", f"{'0' * 32}.svg", "..%2F..%2Fetc%2Fpasswd"):
        assert Client().get(f"/i/{name}").status_code == 404
