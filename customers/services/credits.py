"""Keep the credits: where each piece of net revenue came from, and who claims what."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Q

from accounts.scope import current_brand_id
from config.kit import sql
from config.kit.clock import now
from config.kit.errors import Invalid
from customers.models.credits import CreditClaim
from customers.models.orders import Order
from customers.rules.credits import CLAIM_PRECEDENCE, RULE_VERSION
from customers.services.locks import lock_buyers, lock_customers

MAX_CLAIMANT = 60
_MANY_ORDERS = 500


@dataclass(frozen=True, slots=True)
class CreditsWritten:
    """How many credits were not as they should be, and now are."""

    added: int
    changed: int
    removed: int


def credit_orders(
    *,
    customer_ids: Collection[int] | None = None,
    order_ids: Collection[int] | None = None,
    refund_ids: Collection[int] | None = None,
) -> CreditsWritten:
    """Bring the credits of these customers up to date (nothing given: all of the brand's).

    `order_ids` and `refund_ids` are of nobody we know; others come with their customer. Rungs and
    what counts must stand already, so facts are refreshed first."""
    if customer_ids is None and order_ids is None and refund_ids is None:
        return _write(everything=True)
    if not customer_ids and not order_ids and not refund_ids:
        return CreditsWritten(0, 0, 0)
    return _write(
        customer_ids=customer_ids or (), order_ids=order_ids or (), refund_ids=refund_ids or ()
    )


def credit_guest_orders() -> CreditsWritten:
    """Bring the credits of orders and refunds of nobody we know up to date."""
    return _write(guests=True)


def claim_credit(
    *, order: Order, source: str, claimant: str, line_position: int | None = None
) -> CreditClaim:
    """Say that this order, or one of its lines, came by a referral or from a joint venture.

    `claimant` is the app's own name for who claims ("referral:123"). Claiming again, also after
    a withdrawal, leaves one claim in force. Raises Invalid."""
    _check_claim(source, claimant)
    with transaction.atomic():
        lock_customers([order.customer_id])
        claim, _ = CreditClaim.objects.update_or_create(
            order=order,
            line_position=line_position,
            source=source,
            claimant=claimant,
            defaults={"withdrawn_at": None},
        )
        _credit_order(order)
    return claim


def withdraw_claim(
    *, order: Order, source: str, claimant: str, line_position: int | None = None
) -> bool:
    """End a claim (a referral that turned out to be fraud); False when none was in force."""
    with transaction.atomic():
        lock_customers([order.customer_id])
        withdrawn = CreditClaim.objects.filter(
            order=order,
            line_position=line_position,
            source=source,
            claimant=claimant,
            withdrawn_at=None,
        ).update(withdrawn_at=now())
        if withdrawn:
            _credit_order(order)
    return bool(withdrawn)


def claim_credits(*, source: str, claimants: Mapping[int, str]) -> None:
    """`claim_credit` for many whole orders: order id -> claimant. Their buyers are known, and the
    caller has locked them (`lock_buyers`)."""
    for claimant in claimants.values():
        _check_claim(source, claimant)
    entangled = sql.rows_of(
        sql.load("customers", "claim_orders"),
        {
            "brand_id": current_brand_id(),
            "order_ids": list(claimants),
            "claimants": list(claimants.values()),
            "source": source,
            "at": now(),
        },
    )
    credit_orders(customer_ids=[customer_id for (customer_id,) in entangled])


def withdraw_claims(*, source: str, claimants: Mapping[int, str]) -> int:
    """`withdraw_claim` for many whole orders of known customers; how many were in force."""
    with transaction.atomic():
        customer_ids = lock_buyers(claimants)
        withdrawn = CreditClaim.objects.filter(
            order__in=claimants,
            line_position=None,
            source=source,
            claimant__in=claimants.values(),
            withdrawn_at=None,
        ).update(withdrawn_at=now())
        if withdrawn:
            credit_orders(customer_ids=customer_ids)
    return withdrawn


def _check_claim(source: str, claimant: str) -> None:
    if source not in CLAIM_PRECEDENCE or not 0 < len(claimant) <= MAX_CLAIMANT:
        raise Invalid("Only referrals and joint ventures can claim an order, by a short name.")


def _credit_order(order: Order) -> None:
    if order.customer_id is None:
        credit_orders(order_ids=[order.pk])
    else:
        credit_orders(customer_ids=[order.customer_id])


def _write(
    *,
    customer_ids: Collection[int] = (),
    order_ids: Collection[int] = (),
    refund_ids: Collection[int] = (),
    guests: bool = False,
    everything: bool = False,
) -> CreditsWritten:
    orders = () if everything else _orders_of(customer_ids, order_ids, guests=guests)
    # Few rows are found one by one; many are not, whatever the planner thinks of a new table.
    is_many = everything or len(orders) > _MANY_ORDERS
    with sql.joined_by_hashing() if is_many else connection.cursor() as cursor:
        cursor.execute(
            sql.load("customers", "credits"),
            {
                "brand_id": current_brand_id(),
                "customer_ids": sorted(customer_ids),
                "order_ids": list(orders),
                "refund_ids": sorted(refund_ids),
                "guests": guests,
                "everything": everything,
                "precedence": list(CLAIM_PRECEDENCE),
                "rule_version": RULE_VERSION,
            },
        )
        added, changed, removed = cursor.fetchone()
    return CreditsWritten(added, changed, removed)


def _orders_of(
    customer_ids: Collection[int], order_ids: Collection[int], *, guests: bool
) -> list[int]:
    """All orders in question, so that the statement can be planned for how many they are."""
    wanted = Q(customer_id__in=customer_ids) | Q(pk__in=order_ids)
    if guests:
        wanted |= Q(customer_id=None)
    return list(Order.objects.filter(wanted).values_list("pk", flat=True))
