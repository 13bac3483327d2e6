"""The pages of gift packs: made, sold and given, by the brand and by who buys one."""

import pytest
from django.test import Client

from accounts.scope import brand_scope
from campaigns.models.transactional import TransactionalMessage
from partners.models.packs import Pack, PackItem
from partners.selectors.gifts import gift_address
from partners.selectors.pack_pages import split_of
from partners.selectors.packs import parts_of
from partners.services.pack_sales import follow_orders
from partners.services.vouchers import make_codes
from tests.conftest import Cast
from tests.partners.conftest import make_partner, make_partnership
from tests.partners.packing import sell, the_sale, valentine
from tests.partners.vouchers import pool_of


@pytest.fixture
def dinner_of_lucia(cast: Cast) -> int:
    """A pool of Trattoria Lucia's that packs may draw from."""
    with brand_scope(cast.floral):
        pia = make_partner("pia@lucia.example", name="Pia", business="Trattoria Lucia")
        pool = pool_of(make_partnership(pia), kind="item", item="A dinner for two", low_at=1)
        make_codes(pool, count=3)
        return pool.pk


def _signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def _words(answer: object) -> str:
    return " ".join(answer.content.decode().split())  # type: ignore[attr-defined]


def test_a_pack_is_made_filled_split_and_sold(cast: Cast, dinner_of_lucia: int) -> None:
    client = _signed_in(cast.ben)
    root = "/b/floral/partners/packs/"
    assert "Flowers, a card, and a table for two" in _words(client.get(root))
    said = {
        "name": "Valentine",
        "sku": "VALENTINE",
        "price": "99.99",
        "occasion": "Valentine's Day",
    }
    page = client.post(f"{root}new/", said).url  # type: ignore[attr-defined]
    with brand_scope(cast.floral):
        pack = Pack.objects.get()
        parts = {part.need: part.pk for part in parts_of(pack)}
    assert list(parts) == ["flowers", "card", "sweets", "wine", "dinner"]
    assert "Nothing is in this pack yet" in _words(client.post(f"{page}start/", follow=True))
    client.post(f"{page}fill/", {"part": parts["dinner"], "pool": dinner_of_lucia})
    shown = _words(client.post(f"{page}start/", follow=True))
    assert "Say whose share is how large first." in shown
    assert client.get(page, {"search": "\0"}).status_code == 200
    client.post(f"{page}split/", {f"weight-{parts['dinner']}": "1"})
    with brand_scope(cast.floral):
        assert split_of(pack).total_minor == 9_999
    assert "On sale" in _words(client.post(f"{page}start/", follow=True))
    with brand_scope(cast.floral):
        follow_orders([sell(cast.rae, money=9_999).pk])
        sale = the_sale()
    shown = _words(client.get(page))
    assert "A dinner for two" in shown
    assert "£99.99" in shown
    assert "Taken for 1 packs" in shown
    assert client.get(f"{page}sales/{sale.pk}/").status_code == 200


@pytest.fixture
def bought(cast: Cast) -> str:
    """The path of the page of Rae, who bought one pack with a dinner in it."""
    with brand_scope(cast.floral):
        pia = make_partner("pia@lucia.example", name="Pia", business="Trattoria Lucia")
        valentine(make_partnership(pia))
        follow_orders([sell(cast.rae).pk])
        return "/gift/" + gift_address(the_sale().pk).rpartition("/")[2]


def test_only_who_settles_with_partners_takes_a_part_back(cast: Cast, bought: str) -> None:
    with brand_scope(cast.floral):
        item = PackItem.objects.get(voucher__isnull=False)
    path = f"/b/floral/partners/packs/items/{item.pk}/back/"
    assert _signed_in(cast.ben).post(path).status_code == 404
    assert _signed_in(cast.cleo).post(path).status_code == 404
    with brand_scope(cast.floral):
        item.refresh_from_db()
        assert item.state == "issued"
    assert "It came back." in _words(_signed_in(cast.ana).post(path, follow=True))
    with brand_scope(cast.floral):
        item.refresh_from_db()
        assert item.state == "refunded"


def test_a_buyer_sees_the_code_and_has_it_sent_to_somebody(cast: Cast, bought: str) -> None:
    client = Client()
    shown = client.get(bought)
    with brand_scope(cast.floral):
        item = PackItem.objects.select_related("voucher").get(voucher__isnull=False)
        assert item.voucher is not None
        today = cast.floral.today.isoformat()
    assert item.voucher.code in _words(shown)
    assert shown["Cache-Control"] == "no-store"
    wrong = {"number": "1", "name": "Mia", "email": "mia", "send_on": today}
    assert client.post(bought, wrong).status_code == 409
    said = {**wrong, "email": "mia@example.org", "words": "For you"}
    assert client.post(bought, said).status_code == 302
    assert "It was sent." in _words(client.get(bought))
    assert client.post(bought, said).status_code == 409
    with brand_scope(cast.floral):
        mail = TransactionalMessage.objects.get(template__key="pack_given")
        assert mail.address == "mia@example.org"
        link = "/gift/" + mail.data["link"].rpartition("/")[2]
    opened = _words(client.get(link))
    assert item.voucher.code in opened
    assert "Have it sent" not in opened
    assert "ROSES" not in opened
    assert Client().get(link.replace("gift/", "gift/x")).status_code == 404


def test_a_brand_without_packs_asks_one_question_of_an_order(
    cast: Cast, django_assert_num_queries: object
) -> None:
    with brand_scope(cast.floral):
        order = sell(cast.rae)
        with django_assert_num_queries(1):  # type: ignore[operator]
            assert follow_orders([order.pk]) == 0
