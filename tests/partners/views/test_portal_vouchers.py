"""A partner's own vouchers: counts, codes, the till, redemptions; never a guest."""

from django.contrib.auth.hashers import check_password
from django.core.files.uploadedfile import SimpleUploadedFile

from config.kit import ids
from partners.models.vouchers import Redemption, Voucher, VoucherPool
from partners.selectors.names import POOL, REDEMPTION
from partners.services.redemptions import redeem
from partners.services.vouchers import make_codes
from tests.partners.conftest import partner_path
from tests.partners.services import offering
from tests.partners.views.test_till import words
from tests.partners.vouchers import given, pool_of


def file_of(text):
    return SimpleUploadedFile("codes.csv", text.encode())


def test_a_partner_sees_counts_and_redemptions_and_never_a_guest(pia_client, dinner, wines, cast):
    pool = pool_of(dinner, "DINE-1", "DINE-2", "DINE-3", name="Ten off")
    given(pool, cast.rae), given(pool, cast.rae)
    given(pool_of(wines, "WINE-1", name="A bottle"))
    redeem(dinner, code="DINE-1", key="k", via="till", paid_minor=4_250)
    page = pia_client.get(partner_path(dinner, "vouchers/"))
    text = words(page)
    assert "Ten off £10.00 off low fewer than 10 1 Codes" in text
    assert "…NE-1 At the till £42.50" in text
    assert "A bottle" not in text
    said = page.content.decode()
    for secret in (cast.rae.email, cast.rae.first_name, ids.encode("cus", cast.rae.uid), "DINE-2"):
        assert secret not in said


def test_own_codes_go_to_the_offer_they_are_for(pia_client, dinner):
    offer = offering.live(dinner)
    path = partner_path(dinner, "vouchers/codes/")
    for text in ("Code\nOWN-1\nOWN-2\n", "OWN-2\nOWN-3\n"):
        pia_client.post(path, {"place": f"offer:{offer.pk}", "file": file_of(text)})
    [pool] = offer.pools.all()
    assert (pool.value, pool.makes_more, pool.expires_on) == (20, False, offer.ends_on)
    codes = Voucher.objects.filter(pool=pool).values_list("code", flat=True)
    assert sorted(codes) == ["OWN-1", "OWN-2", "OWN-3"]
    file = pia_client.get(partner_path(dinner, f"vouchers/{ids.encode(POOL, pool.uid)}/free.csv"))
    assert b"".join(file.streaming_content).decode("utf-8-sig").split() == ["Code", *sorted(codes)]


def test_neither_what_is_left_nor_what_was_given_is_counted_for_the_partner(pia_client, dinner):
    pool = pool_of(dinner, *(f"OWN-{n}" for n in range(80)), name="Own", low_at=1)
    for _nth in range(14):
        given(pool)
    made = pool_of(dinner, name="Made", makes_more=True)
    given(made)
    used_up = pool_of(dinner, name="Used up")
    make_codes(used_up, count=1)
    given(used_up)
    path = partner_path(dinner, "vouchers/")
    text = words(pia_client.get(path))
    assert "Own £10.00 off enough 10 or more 0 Codes" in text
    assert "Made £10.00 off enough fewer than 10 0 –" in text  # noqa: RUF001
    assert "Used up £10.00 off none fewer than 10 0 –" in text  # noqa: RUF001
    given(pool)
    assert words(pia_client.get(path)) == text


def test_codes_that_were_made_here_are_no_file_for_the_partner(pia_client, ben, dinner):
    own, made, more = pool_of(dinner, "OWN-1", "OWN-2"), pool_of(dinner, "A-1"), pool_of(dinner)
    make_codes(made, count=2)
    type(more).objects.filter(pk=more.pk).update(makes_more=True)
    given(own)
    for pool in (made, more):
        file = partner_path(dinner, f"vouchers/{ids.encode(POOL, pool.uid)}/free.csv")
        assert pia_client.get(file).status_code == 404
        brands = ben.get(f"/b/floral/partners/vouchers/{ids.encode(POOL, pool.uid)}/free.csv")
        assert brands.status_code == 200
        assert file not in pia_client.get(partner_path(dinner, "vouchers/")).content.decode()
    # Its own codes are all there: which are missing would be those that are given.
    file = pia_client.get(partner_path(dinner, f"vouchers/{ids.encode(POOL, own.uid)}/free.csv"))
    assert b"".join(file.streaming_content).decode("utf-8-sig").split() == [
        "Code",
        "OWN-1",
        "OWN-2",
    ]


def test_the_pin_is_set_here_and_kept_as_a_hash(pia_client, dinner):
    path = partner_path(dinner, "vouchers/pin/")
    assert "Too easy" in words(pia_client.post(path, {"pin": "123456"}))
    pia_client.post(path, {"pin": "408217"})
    dinner.refresh_from_db()
    assert check_password("408217", dinner.pin_hash)


def test_a_redemption_is_taken_back_with_a_reason(pia_client, dinner, cast):
    given(pool_of(dinner, "DINE-1"), cast.rae)
    done = redeem(dinner, code="DINE-1", key="k", via="till")
    path = partner_path(dinner, f"redemptions/{ids.encode(REDEMPTION, done.uid)}/take-back/")
    pia_client.post(path, {"reason": ""})
    assert Redemption.objects.get().taken_back_at is None
    pia_client.post(path, {"reason": "Wrong table"})
    assert Redemption.objects.get().taken_back_reason == "Wrong table"


def test_a_list_of_redemptions_is_taken_in(pia_client, dinner, cast):
    given(pool_of(dinner, "DINE-1"), cast.rae)
    path = partner_path(dinner, "redemptions/")
    looked = pia_client.post(path, {"file": file_of("DINE-1\n")})
    assert "To redeem 1" in words(looked)
    pia_client.post(path, {"text": "DINE-1\n", "act": "redeem"})
    assert Redemption.objects.get().by_kind == "partner"


def test_what_is_another_partners_is_missing(otto_client, wines, dinner, cast):
    pool = pool_of(dinner, "DINE-1")
    given(pool, cast.rae)
    done = redeem(dinner, code="DINE-1", key="k", via="till")
    rdm, vpl = ids.encode(REDEMPTION, done.uid), ids.encode(POOL, pool.uid)
    for partnership in (wines, dinner):
        back = partner_path(partnership, f"redemptions/{rdm}/take-back/")
        assert otto_client.post(back, {"reason": "Mine"}).status_code == 404
        file = partner_path(partnership, f"vouchers/{vpl}/free.csv")
        assert otto_client.get(file).status_code == 404
    for page in ("vouchers/", "redemptions/"):
        assert otto_client.get(partner_path(dinner, page)).status_code == 404
    assert Redemption.objects.get().taken_back_at is None


def test_pools_come_in_pages_each_with_as_many_statements(
    pia_client, dinner, django_assert_max_num_queries
):
    for number in range(12):
        pool_of(dinner, name=f"Pool {number:02}", makes_more=True)
    path = partner_path(dinner, "vouchers/")
    with django_assert_max_num_queries(14):
        text = words(pia_client.get(path))
    assert ("Pool 11" in text, "Pool 02" in text, "Pool 01" in text) == (True, True, False)
    oldest = VoucherPool.objects.get(name="Pool 02").pk
    text = words(pia_client.get(f"{path}?below={oldest}"))
    assert ("Pool 02" in text, "Pool 01" in text, "Pool 00" in text) == (False, True, True)
