"""Short words for tests of rewards: terms, friends who ordered, and what stands in the books."""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from accounts.models.ledger import (
    LIABILITIES,
    AccountKind,
    AccountRef,
    Cause,
    LedgerAccount,
    Owner,
    OwnerKind,
    Reservation,
)
from accounts.selectors.ledger import balance
from accounts.selectors.ledger_checks import check_ledger
from accounts.services.ledger import Transfer, post
from config.kit.clock import now
from customers.models.customers import Customer
from customers.models.orders import Order
from customers.services.orders import record_order
from customers.services.refunds import record_refund
from referrals.models.programmes import Advocate, Programme, RewardSettings
from referrals.models.referrals import Referral
from referrals.models.rewards import Reward, RewardStep
from referrals.rules.terms import Attribution, Caps, RewardTerms, Terms, Tier
from referrals.selectors.programmes import current_version
from referrals.services.advocates import join
from referrals.services.balances import reserve_balance
from referrals.services.granting import grant_for
from referrals.services.programmes import create_programme, go_live
from referrals.services.reversals import reverse_for_orders
from referrals.services.rewards import release_due
from tests import factories

__all__ = ["Attribution", "Caps", "RewardTerms", "Terms", "Tier"]

HOUR = timedelta(hours=1)
_numbers = count(1)
_clocks: list[Callable[[], datetime]] = [now]


def later(monkeypatch: pytest.MonkeyPatch, step: timedelta) -> None:
    """From now on everybody's clock is ahead by so much."""

    def ahead() -> datetime:
        return now() + step

    _clocks.append(ahead)
    clocks = "accounts.", "campaigns.", "config.kit.clock", "customers.", "referrals."
    for name, module in list(sys.modules.items()):
        if name.startswith(clocks) and getattr(module, "now", None) in _clocks:
            monkeypatch.setattr(module, "now", ahead)


def coupon(amount: int = 1_000, **more: Any) -> RewardTerms:
    return RewardTerms(**{"kind": "coupon", "amount": amount, "hold_days": 0, **more})


def in_shop(*kinds: str, point_minor: int = 1) -> None:
    """The brand's shop lets customers spend these."""
    RewardSettings.objects.update_or_create(
        defaults={"spends": list(kinds), "point_minor": point_minor}
    )


def programme_of(**terms: Any) -> Programme:
    """Live; unless said otherwise only the advocate gets £10 at once, as a coupon."""
    said = {"advocate": coupon(), "friend": None, **terms}
    row = create_programme(f"Programme {next(_numbers)}", terms=Terms(**said))
    go_live(row)
    return row


def advocate_in(programme: Programme, customer: Customer) -> Advocate:
    return join(programme, customer=customer, source="portal")


def friend_order(minor: int = 4_000, **said: Any) -> Order:
    """An hour old, of a friend of its own."""
    number = next(_numbers)
    friend = factories.customer(email=f"friend{number}@example.com", first_name="Fay")
    values = {
        "source": "shop",
        "source_id": f"F-{number}",
        "placed_at": now() - HOUR,
        "customer": friend,
        "gross_minor": minor,
    }
    return record_order(**{**values, **said}).order


def referred_at_once(advocates: Sequence[Advocate], number: int) -> list[tuple[Referral, Order]]:
    """So many friends with an order each, in turn of these advocates, written in a few
    statements."""
    people = Customer.objects.bulk_create(
        Customer(email=(mail := f"friend{next(_numbers)}@example.com"), email_norm=mail)
        for _ in range(number)
    )
    orders = Order.objects.bulk_create(
        Order(
            customer=person,
            source="shop",
            source_id=f"F-{next(_numbers)}",
            placed_at=now() - HOUR,
            placed_on=now().date(),
            gross_minor=4_000,
            content_hash=bytes(32),
        )
        for person in people
    )
    version = current_version(Programme.objects.get(pk=advocates[0].programme_id))
    referrals = Referral.objects.bulk_create(
        Referral(
            programme_id=version.programme_id,
            version=version,
            advocate=advocates[place % len(advocates)],
            friend=order.customer,
            state=Referral.State.QUALIFIED,
            order=order,
        )
        for place, order in enumerate(orders)
    )
    return list(zip(referrals, orders, strict=True))


def referral_by(advocate: Advocate, order: Order | None = None) -> Referral:
    """It counts, by this order; without one the friend is only known."""
    state = Referral.State.QUALIFIED if order else Referral.State.IDENTIFIED
    friend = order.customer if order else factories.customer(email=f"f{next(_numbers)}@x.example")
    return Referral.objects.create(
        programme_id=advocate.programme_id,
        version=current_version(Programme.objects.get(pk=advocate.programme_id)),
        advocate=advocate,
        friend=friend,
        state=state,
        order=order,
        qualified_at=now() if order else None,
    )


def granted(advocate: Advocate, minor: int = 4_000) -> Reward:
    """The advocate's reward for a friend's order of so much, still pending."""
    order = friend_order(minor)
    [reward] = [r for r in grant_for(referral_by(advocate, order), order) if r.rule == "advocate"]
    return reward


def ready(advocate: Advocate, minor: int = 4_000) -> Reward:
    """The same, to be had now."""
    reward = granted(advocate, minor)
    release_due(only=[reward.pk])
    reward.refresh_from_db()
    return reward


def refund(reward: Reward, minor: int, number: str = "R-1") -> Reward:
    """The shop tells that so much of its order went back, and rewards follow."""
    record_refund(
        source="shop",
        source_id=number,
        refunded_at=now(),
        order_ref=reward.order.source_id,
        amount_minor=minor,
    )
    reverse_for_orders([reward.order_id])
    reward.refresh_from_db()
    return reward


def credited(customer: Customer, minor: int = 1_000, unit: str = "GBP") -> None:
    """So much on the customer's balance."""
    owner, brand = Owner(OwnerKind.CUSTOMER, customer.pk), Owner(OwnerKind.BRAND, 1)
    transfer = Transfer(
        debit=AccountRef(brand, AccountKind.EXPENSE, unit),
        credit=AccountRef(owner, AccountKind.AVAILABLE, unit),
        amount_minor=minor,
    )
    cause = Cause("gift", next(_numbers))
    post(key=f"gift:{cause.id}", kind="gift", cause=cause, transfers=[transfer])


def reserved(customer: Customer, *, key: str, minor: int = 100) -> Reservation:
    """Some of it, held for a purchase."""
    credited(customer)
    return reserve_balance(customer, unit="GBP", amount_minor=minor, key=key)


def books(customer: Customer, unit: str = "GBP") -> dict[str, int]:
    """The customer's accounts that are not empty, by kind."""
    owner = Owner(OwnerKind.CUSTOMER, customer.pk)
    kinds = (*LIABILITIES, AccountKind.DEBT)
    return {kind.value: n for kind in kinds if (n := balance(owner, kind, unit))}


def cost(programme: Programme, unit: str = "GBP") -> dict[str, int]:
    """The programme's side of it."""
    owner = Owner(OwnerKind.PROGRAMME, programme.pk)
    kinds = (AccountKind.EXPENSE, AccountKind.BREAKAGE, AccountKind.SETTLED)
    return {kind.value: n for kind in kinds if (n := balance(owner, kind, unit))}


def is_in_order() -> bool:
    """The books prove themselves, agree with the rewards, and so does the history of each."""
    assert check_ledger() == []
    owed = sum(
        LedgerAccount.objects.filter(owner_kind="customer", kind__in=LIABILITIES).values_list(
            "balance_minor", flat=True
        )
    )
    assert owed == sum(Reward.objects.values_list("open_minor", flat=True))
    history: dict[int, list[RewardStep]] = {}
    for step in RewardStep.objects.order_by("id"):
        history.setdefault(step.reward_id, []).append(step)
    for reward in Reward.objects.all():
        steps = history[reward.pk]
        assert sum(step.amount_minor for step in steps) == reward.open_minor, reward
        assert steps[-1].state == reward.state
    return True
