"""What joint ventures ask for on the overview."""

from django.urls import reverse

from accounts.models.brands import Brand
from customers.selectors.suggestions import Suggestion, counted
from partners.models.settlements import Statement
from partners.models.vouchers import VoucherPool
from partners.selectors import partnerships
from partners.selectors.partnerships import public_id
from partners.selectors.review import waiting
from partners.selectors.statements import held, payable
from partners.selectors.terms import answered


def to_review(brand: Brand, permissions: frozenset[str]) -> list[Suggestion]:
    """Offers that wait for the brand's word, for who may give it."""
    if "partners.review" not in permissions:
        return []
    return counted(
        brand,
        waiting().count(),
        one="1 partner offer waits for review",
        many="{count} partner offers wait for review",
        detail="Approve, ask for changes or decline",
        url=reverse("partner_review", args=[brand.slug]),
        icon="handshake",
        tone="venture",
    )


def to_answer(brand: Brand, permissions: frozenset[str]) -> list[Suggestion]:
    """Applications that wait for the brand's word, for who may give it."""
    if "partners.review" not in permissions:
        return []
    return counted(
        brand,
        partnerships.waiting().count(),
        one="1 business asks to be a partner",
        many="{count} businesses ask to be partners",
        detail="Approve, or turn down",
        url=reverse("partners", args=[brand.slug]),
        icon="handshake",
        tone="venture",
    )


def terms_to_answer(brand: Brand, permissions: frozenset[str]) -> list[Suggestion]:
    """Terms that partners proposed, for who may agree to them."""
    if "partners.edit" not in permissions:
        return []
    found = answered()
    first = found.first()
    where = reverse("partnership", args=[brand.slug, public_id(first)]) if first else ""
    return counted(
        brand,
        found.count(),
        one="1 partner proposes other terms",
        many="{count} partners propose other terms",
        detail="Agree, or propose again",
        url=where,
        icon="handshake",
        tone="venture",
    )


def vouchers_low(brand: Brand, permissions: frozenset[str]) -> list[Suggestion]:
    """Pools with few codes left, for who may add some."""
    if "partners.edit" not in permissions:
        return []
    return counted(
        brand,
        VoucherPool.objects.filter(told_low_at__isnull=False, closed_at=None).count(),
        one="1 pool of vouchers runs low",
        many="{count} pools of vouchers run low",
        detail="Add codes before customers go without",
        url=reverse("voucher_pools", args=[brand.slug]),
        icon="ticket",
        tone="venture",
    )


def disputed(brand: Brand, permissions: frozenset[str]) -> list[Suggestion]:
    """Statements that partners dispute, for who may answer."""
    if "partners.pay" not in permissions:
        return []
    return counted(
        brand,
        Statement.objects.filter(state=Statement.State.DISPUTED).count(),
        one="1 statement is disputed",
        many="{count} statements are disputed",
        detail="Your partner waits for an answer",
        url=reverse("statements", args=[brand.slug]),
        icon="receipt-text",
        tone="venture",
    )


def held_back(brand: Brand, permissions: frozenset[str]) -> list[Suggestion]:
    """Open statements of banned partners, for who may decide on them."""
    if "partners.pay" not in permissions:
        return []
    return counted(
        brand,
        held().count(),
        one="1 statement is held",
        many="{count} statements are held",
        detail="You banned the partner: is it owed or not?",
        url=reverse("payouts", args=[brand.slug]),
        icon="receipt-text",
        tone="venture",
    )


def to_pay_out(brand: Brand, permissions: frozenset[str]) -> list[Suggestion]:
    """Agreed statements that are in no payout yet, for who may pay."""
    if "partners.pay" not in permissions:
        return []
    return counted(
        brand,
        payable().count(),
        one="1 partner to pay",
        many="{count} statements of partners to pay",
        detail="They have agreed to what you owe",
        url=reverse("payouts", args=[brand.slug]),
        icon="landmark",
        tone="venture",
    )
