"""Privacy requests on the pages: a copy for 15 minutes, an erasure after typing it out."""

import io
import zipfile
from datetime import timedelta

from accounts.scope import brand_scope
from config.kit import ids
from config.kit.clock import now
from customers.models.consents import PrivacyRequest


def page_of(cast, part: str) -> str:
    return f"/b/floral/customers/{ids.encode('cus', cast.rae.uid)}/{part}/"


def refreshed(cast):
    with brand_scope(cast.floral):
        cast.rae.refresh_from_db()
    return cast.rae


def test_a_copy_is_made_and_fetched_while_its_link_lives(cast, ana):
    refreshed(cast)
    assert "15 minutes" in ana.get(page_of(cast, "privacy")).content.decode()
    report = ana.post(page_of(cast, "copy"))["Location"]
    assert "Download the copy" in ana.get(report).content.decode()
    answer = ana.get(report + "copy.zip")
    assert answer["Cache-Control"] == "no-store, private"
    assert zipfile.ZipFile(io.BytesIO(answer.content)).namelist() == ["data.json", "read-me.txt"]
    with brand_scope(cast.floral):
        PrivacyRequest.objects.update(requested_at=now() - timedelta(minutes=16))
    assert ana.get(report + "copy.zip").status_code == 404
    assert "run out" in ana.get(report).content.decode()


def test_who_may_not_erase_sees_nothing_of_it(cast, ben):
    refreshed(cast)
    for part in ("privacy", "copy", "erase"):
        assert ben.post(page_of(cast, part)).status_code == 404
    with brand_scope(cast.floral):
        assert not PrivacyRequest.objects.exists()


def test_an_erasure_is_typed_out_and_reported(cast, ana):
    refreshed(cast)
    answer = ana.post(page_of(cast, "erase"), {"typed": "rae@example.org"})
    assert "Please type rae@example.com exactly." in answer.content.decode()
    assert refreshed(cast).erased_at is None
    report = ana.post(page_of(cast, "erase"), {"typed": " RAE@example.com"})["Location"]
    assert refreshed(cast).erased_at is not None
    page = ana.get(report).content.decode()
    assert "Addresses and ids" in page
    assert "Ana Okafor" in page
    again = ana.get(page_of(cast, "privacy")).content.decode()
    assert "was erased on" in again
    assert "Make a copy" not in again
