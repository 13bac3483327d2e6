"""The brand's pages of vouchers."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from config.kit import ids
from partners.models.vouchers import Redemption, Voucher, VoucherPool
from partners.selectors.names import PARTNERSHIP, POOL
from tests.partners.views.test_till import words
from tests.partners.vouchers import given, pool_of


def path_of(pool, page=""):
    return f"/b/floral/partners/vouchers/{ids.encode(POOL, pool.uid)}/{page}"


def file_of(text):
    return SimpleUploadedFile("codes.csv", text.encode())


def test_a_pool_is_made_filled_and_closed(ben, dinner):
    said = {
        "partnership": dinner.pk,
        "name": "Dinner, ten off",
        "kind": "amount",
        "amount": "10.00",
        "valid_days": "30",
        "low_at": "20",
    }
    answer = ben.post("/b/floral/partners/vouchers/new/", said)
    pool = VoucherPool.objects.get()
    assert (pool.value, pool.valid_days, answer["Location"]) == (1_000, 30, path_of(pool))
    again = ben.post("/b/floral/partners/vouchers/new/", said)
    assert "of this name already" in words(again)
    assert VoucherPool.objects.count() == 1

    ben.post(path_of(pool, "codes/"), {"file": file_of("Code\nA-1\nA-2\n")})
    ben.post(path_of(pool, "make/"), {"count": "3", "begins_with": "LU-"})
    page = words(ben.get(path_of(pool)))
    assert "Codes 5 Left 5" in page
    assert "£10.00 off" in words(ben.get("/b/floral/partners/vouchers/"))
    ben.post(path_of(pool, "close/"))
    assert "Closed" in words(ben.get(path_of(pool)))
    assert not Voucher.objects.filter(state="free").exists()


def test_the_free_codes_are_a_file_for_the_partners_till(ben, dinner, cast):
    pool = pool_of(dinner, "A-1", "A-2", "=cmd()")
    given(pool, cast.rae)
    answer = ben.get(path_of(pool, "free.csv"))
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert content.split() == ["Code", "A-2", "'=cmd()"]


def test_a_voucher_that_was_not_used_can_be_taken_back(ben, dinner, cast):
    pool = pool_of(dinner, "A-1")
    given(pool, cast.rae)
    bad = ben.post(path_of(pool, "void/"), {"code": "B-1", "reason": "Refunded"})
    assert "no such code" in words(bad)
    assert Voucher.objects.get().state == "assigned"
    ben.post(path_of(pool, "void/"), {"code": " a-1 ", "reason": "Refunded"})
    assert Voucher.objects.get().state == "void"


def test_a_list_of_redemptions_is_looked_at_first_and_taken_in_once(ben, dinner, cast):
    pool = pool_of(dinner, "A-1", "A-2")
    given(pool, cast.rae)
    path = f"/b/floral/partners/partnerships/{ids.encode(PARTNERSHIP, dinner.uid)}/redemptions/"
    text = "Code,Date,Paid\nA-1,,12.50\nX-1,,\n"
    looked = ben.post(path, {"file": file_of(text)})
    assert "To redeem 1, £12.50 paid Known already 0 Lines to fix 1" in words(looked)
    assert not Redemption.objects.exists()

    rows = ben.post(path, {"text": text, "act": "rows"})
    lines = b"".join(rows.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == ["Line,Code,Date,Paid,To fix", "3,X-1,,,There is no such code."]
    done = ben.post(path, {"text": text, "act": "redeem"}, follow=True)
    assert "1 voucher redeemed. 1 line is to fix." in words(done)
    again = ben.post(path, {"text": text, "act": "redeem"}, follow=True)
    assert "0 vouchers redeemed. 1 was known already." in words(again)
    assert Redemption.objects.get().paid_minor == 1_250
    assert "Choose the file" in words(ben.post(path, {"act": "look"}))


@pytest.mark.parametrize("act", ["codes", "make", "void", "close"])
def test_another_brands_pool_is_missing(cleo, dinner, act):
    pool = pool_of(dinner, "A-1")
    assert cleo.post(path_of(pool, f"{act}/")).status_code == 404
    assert Voucher.objects.get().state == "free"
