"""Coupons as people see them: a batch from a file, more codes, the file for the shop."""

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.scope import brand_scope
from campaigns.models.coupons import CampaignCoupons, Coupon, CouponBatch
from campaigns.services.coupons import add_codes, create_batch
from campaigns.services.drafts import create_campaign
from config.kit import ids

PAGE = "/b/floral/coupons/"
TERMS = {"name": "Spring", "kind": "percent", "percent": "10", "minimum": "20.00", "products": ""}


def file(text="Code\nA-1\nA-2\n"):
    return SimpleUploadedFile("codes.csv", text.encode())


def test_a_batch_comes_with_its_file(cast, ben):
    answer = ben.post(PAGE + "new/", {**TERMS, "file": file()})
    assert answer["Location"] == PAGE
    with brand_scope(cast.floral):
        batch = CouponBatch.objects.get()
        assert (batch.kind, batch.value, batch.minimum_minor) == ("percent", 10, 2000)
        assert batch.coupons.count() == 2
    page = ben.get(PAGE).content.decode()
    assert "2 codes added." in page
    assert "10% off, from £20.00" in page


def test_a_file_without_codes_makes_no_batch(cast, ben):
    answer = ben.post(PAGE + "new/", {**TERMS, "file": file("\n")}).content.decode()
    assert "empty" in answer or "There is no code in this file." in answer
    answer = ben.post(PAGE + "new/", {**TERMS, "percent": "", "file": file()}).content.decode()
    assert "Say what it is worth." in answer
    with brand_scope(cast.floral):
        assert not CouponBatch.objects.exists()


def test_more_codes_are_added_and_all_go_to_the_shop_as_a_file(cast, ben):
    with brand_scope(cast.floral):
        batch = create_batch(name="Spring", kind="amount", value=500)
        add_codes(batch, ["A-1"])
        batch.refresh_from_db()
        Coupon.objects.update(customer=cast.rae)
    url = f"{PAGE}{ids.encode('cpb', batch.uid)}/"
    assert ben.post(url + "codes/", {"file": file()})["Location"] == url
    page = ben.get(url).content.decode()
    assert "1 codes added. 1 were there already." in page
    assert "£5.00 off" in page
    lines = b"".join(ben.get(url + "codes.csv").streaming_content).decode().splitlines()
    assert lines[0].lstrip("\ufeff").startswith("Code,E-mail")
    assert lines[1].startswith("A-1,rae@example.com,")
    assert lines[2].startswith("A-2,,")


def test_a_campaign_takes_its_codes_from_a_batch_of_its_brand(cast, ben):
    with brand_scope(cast.other_brand):
        theirs = create_batch(name="Theirs", kind="amount", value=500)
    with brand_scope(cast.floral):
        campaign = create_campaign(name="May")
        batch = create_batch(name="Spring", kind="amount", value=500)
    url = f"/b/floral/campaigns/{campaign.pk}/coupons/"
    ben.post(url, {"batch": theirs.pk})
    with brand_scope(cast.floral):
        assert not CampaignCoupons.objects.exists()
    assert ben.post(url, {"batch": batch.pk}).status_code == 302
    with brand_scope(cast.floral):
        assert CampaignCoupons.objects.get().batch == batch
    ben.post(url, {"batch": ""})
    with brand_scope(cast.floral):
        assert not CampaignCoupons.objects.exists()
