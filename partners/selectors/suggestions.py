"""What joint ventures ask for on the overview."""

from django.urls import reverse

from accounts.models.brands import Brand
from config.kit import formats
from customers.selectors.suggestions import Suggestion
from partners.models.settlements import Statement
from partners.models.vouchers import VoucherPool
from partners.selectors import partnerships
from partners.selectors.review import waiting
from partners.selectors.statements import payable


def to_review(brand: Brand, permissions: frozenset[str]) -> list[Suggestion]:
    """Offers that wait for the brand's word, for who may give it."""
    count = waiting().count() if "partners.review" in permissions else 0
    if not count:
        return []
    number = formats.number(count, brand.locale)
    waits = "1 partner offer waits" if count == 1 else f"{number} partner offers wait"
    return [
        Suggestion(
            title=f"{waits} for review",
            detail="Approve, ask for changes or decline",
            url=reverse("partner_review", args=[brand.slug]),
            icon="handshake",
            tone="venture",
            count=count,
        )
    ]


def to_answer(brand: Brand, permissions: frozenset[str]) -> list[Suggestion]:
    """Applications that wait for the brand's word, for who may give it."""
    count = partnerships.waiting().count() if "partners.review" in permissions else 0
    if not count:
        return []
    number = formats.number(count, brand.locale)
    return [
        Suggestion(
            title="1 business asks to be a partner"
            if count == 1
            else f"{number} businesses ask to be partners",
            detail="Approve, or turn down",
            url=reverse("partners", args=[brand.slug]),
            icon="handshake",
            tone="venture",
            count=count,
        )
    ]


def vouchers_low(brand: Brand, permissions: frozenset[str]) -> list[Suggestion]:
    """Pools with few codes left, for who may add some."""
    rows = VoucherPool.objects.filter(told_low_at__isnull=False, closed_at=None)
    count = rows.count() if "partners.edit" in permissions else 0
    if not count:
        return []
    number = formats.number(count, brand.locale)
    run = "1 pool of vouchers runs" if count == 1 else f"{number} pools of vouchers run"
    return [
        Suggestion(
            title=f"{run} low",
            detail="Add codes before customers go without",
            url=reverse("voucher_pools", args=[brand.slug]),
            icon="ticket",
            tone="venture",
            count=count,
        )
    ]


def disputed(brand: Brand, permissions: frozenset[str]) -> list[Suggestion]:
    """Statements that partners dispute, for who may answer."""
    rows = Statement.objects.filter(state=Statement.State.DISPUTED)
    count = rows.count() if "partners.pay" in permissions else 0
    if not count:
        return []
    number = formats.number(count, brand.locale)
    return [
        Suggestion(
            title="1 statement is disputed" if count == 1 else f"{number} statements are disputed",
            detail="Your partner waits for an answer",
            url=reverse("statements", args=[brand.slug]),
            icon="receipt-text",
            tone="venture",
            count=count,
        )
    ]


def to_pay_out(brand: Brand, permissions: frozenset[str]) -> list[Suggestion]:
    """Agreed statements that are in no payout yet, for who may pay."""
    count = payable().count() if "partners.pay" in permissions else 0
    if not count:
        return []
    number = formats.number(count, brand.locale)
    return [
        Suggestion(
            title="1 partner to pay" if count == 1 else f"{number} statements of partners to pay",
            detail="They have agreed to what you owe",
            url=reverse("payouts", args=[brand.slug]),
            icon="landmark",
            tone="venture",
            count=count,
        )
    ]
