"""What buyers of gift packs are told, and the one mail that somebody else gets."""

from datetime import timedelta

import pytest

from campaigns.models.transactional import TransactionalMessage
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid
from customers.models.customers import Customer
from customers.models.orders import Order
from partners.models.packs import PackItem
from partners.models.partnerships import Partnership
from partners.selectors.gifts import gifts_of
from partners.selectors.pack_suggestions import gifts_unsent
from partners.services.gifts import give_pack, keep_pack, send_due, tell_buyers
from partners.services.pack_sales import follow_orders
from tests.conftest import Cast
from tests.partners.packing import give_back, items, sell, the_sale, use, valentine


def _mails() -> list[tuple[str, str]]:
    rows = TransactionalMessage.objects.order_by("pk")
    return [(row.address, row.template.key) for row in rows.select_related("template")]


def _bought(cast: Cast, dinner: Partnership, quantity: int = 1) -> None:
    valentine(dinner)
    follow_orders([sell(cast.rae, quantity=quantity).pk])


def test_a_buyer_is_told_once_where_the_vouchers_are(cast: Cast, dinner: Partnership) -> None:
    _bought(cast, dinner)
    assert (tell_buyers(), tell_buyers()) == (1, 0)
    assert _mails() == [("rae@example.com", "pack_bought")]
    (mail,) = TransactionalMessage.objects.all()
    assert mail.data["parts"] == "A dinner for two at Trattoria Lucia"
    assert "/gift/" in mail.data["link"]


def test_nobody_is_told_while_a_voucher_is_waited_for(cast: Cast, dinner: Partnership) -> None:
    _bought(cast, dinner)
    PackItem.objects.filter(voucher__isnull=False).update(state="waiting", voucher=None)
    assert tell_buyers() == 0
    assert _mails() == []


def test_who_is_given_a_pack_gets_one_mail_on_the_day_and_is_forgotten(
    cast: Cast, dinner: Partnership
) -> None:
    _bought(cast, dinner, quantity=2)
    sale, today = the_sale(), cast.floral.today
    give_pack(sale, number=1, name="Mia", email="mia@example.org", send_on=today)
    tomorrow = today + timedelta(days=1)
    give_pack(sale, number=2, name="Sol", email="sol@example.org", words="Enjoy", send_on=tomorrow)
    assert send_due() == 0
    assert _mails() == [("mia@example.org", "pack_given")]
    PackItem.objects.filter(send_on=tomorrow).update(send_on=today)
    assert (send_due(), send_due()) == (1, 0)
    assert _mails()[1:] == [("sol@example.org", "pack_given")]
    told = PackItem.objects.values_list("recipient_name", "recipient_email", "words")
    assert set(told) == {("", "", "")}
    assert not Customer.objects.filter(email_norm__in=["mia@example.org", "sol@example.org"])


def test_a_day_can_be_changed_until_the_gift_is_sent(cast: Cast, dinner: Partnership) -> None:
    _bought(cast, dinner)
    sale, later = the_sale(), cast.floral.today + timedelta(days=9)
    give_pack(sale, number=1, name="Mia", email="mia@example.org", send_on=later)
    keep_pack(sale, number=1)
    PackItem.objects.filter(send_on=later).update(send_on=cast.floral.today)
    assert send_due() == 0
    give_pack(sale, number=1, name="Mia", email="mia@example.org", send_on=cast.floral.today)
    with pytest.raises(Conflict):
        keep_pack(sale, number=1)
    with pytest.raises(Conflict):
        give_pack(sale, number=1, name="Sol", email="sol@example.org", send_on=later)
    assert _mails() == [("mia@example.org", "pack_given")]


@pytest.mark.parametrize(
    "said",
    [
        {"name": " "},
        {"email": "no address"},
        {"words": "see https://spam.example"},
        {"days": -1},
        {"days": 400},
    ],
)
def test_what_cannot_be_sent_is_refused(
    said: dict[str, object], cast: Cast, dinner: Partnership
) -> None:
    _bought(cast, dinner)
    days = timedelta(days=int(str(said.pop("days", 0))))
    values = {"name": "Mia", "email": "mia@example.org", "words": "", **said}
    with pytest.raises(Invalid):
        give_pack(the_sale(), number=1, send_on=cast.floral.today + days, **values)  # type: ignore[arg-type]
    assert _mails() == []
    assert not PackItem.objects.exclude(recipient_name="").exists()


def test_a_used_or_refunded_pack_is_nobody_s_to_give(cast: Cast, dinner: Partnership) -> None:
    _bought(cast, dinner, quantity=2)
    sale, today = the_sale(), cast.floral.today
    use(items(1)[0])
    give_back(sale.order, 10_000)
    for number in (1, 2, 3):
        with pytest.raises(Conflict):
            give_pack(sale, number=number, name="Mia", email="mia@example.org", send_on=today)
    assert send_due() == 0
    assert _mails() == []


def test_who_would_get_a_pack_is_forgotten_when_there_is_nothing_left_to_give(
    cast: Cast, dinner: Partnership
) -> None:
    _bought(cast, dinner)
    sale, later = the_sale(), cast.floral.today + timedelta(days=9)
    give_pack(sale, number=1, name="Mia", email="mia@example.org", words="Hi", send_on=later)
    give_back(sale.order, 10_000)
    kept = PackItem.objects.values_list("recipient_name", "recipient_email", "words", "send_on")
    assert set(kept) == {("", "", "", None)}


def test_a_gift_whose_mail_cannot_be_written_waits_and_holds_up_no_other(
    cast: Cast, dinner: Partnership
) -> None:
    _bought(cast, dinner, quantity=2)
    sale, tomorrow = the_sale(), cast.floral.today + timedelta(days=1)
    for number, name in enumerate(("mia", "sol"), start=1):
        give_pack(sale, number=number, name=name, email=f"{name}@example.org", send_on=tomorrow)
    PackItem.objects.filter(send_on=tomorrow).update(send_on=cast.floral.today)
    PackItem.objects.filter(recipient_name="mia").update(recipient_email="no address")
    assert [send_due(limit=1) for _ in range(3)] == [0, 1, 0]
    assert _mails() == [("sol@example.org", "pack_given")]
    rows = PackItem.objects.filter(recipient_name="mia", failed_at__isnull=False)
    assert rows.update(recipient_email="mia@example.org", failed_at=now() - timedelta(days=1))
    assert send_due(limit=1) == 1


def test_a_gift_that_can_never_be_sent_is_given_up_and_the_brand_is_told(
    cast: Cast, dinner: Partnership
) -> None:
    _bought(cast, dinner)
    sale, today = the_sale(), cast.floral.today
    give_pack(sale, number=1, name="Mia", email="m@example.org", send_on=today + timedelta(days=1))
    given = PackItem.objects.exclude(recipient_email="")
    given.update(recipient_email="no address", send_on=today - timedelta(days=1))
    may = frozenset({"partners.edit"})
    assert (send_due(), given.count(), gifts_unsent(cast.floral, may)) == (0, 1, [])
    given.update(send_on=today - timedelta(days=2), failed_at=now() - timedelta(days=1))
    assert (send_due(), given.count()) == (0, 0)
    (told,) = gifts_unsent(cast.floral, may)
    assert told.title == "A gift of order 1 could not be sent"
    (gift,) = gifts_of(sale)
    assert (gift.is_given_up, gift.can_be_given) == (True, True)
    assert (send_due(), _mails()) == (0, [])
    give_pack(sale, number=1, name="Mia", email="mia@example.org", send_on=today)
    assert gifts_unsent(cast.floral, may) == []
    assert _mails() == [("mia@example.org", "pack_given")]


def test_a_buyer_who_becomes_known_later_is_told_then(cast: Cast, dinner: Partnership) -> None:
    valentine(dinner)
    order = sell(None)
    follow_orders([order.pk])
    assert tell_buyers() == 0
    Order.objects.filter(pk=order.pk).update(customer=cast.rae)
    assert (tell_buyers(), tell_buyers()) == (1, 0)
    assert _mails() == [("rae@example.com", "pack_bought")]
