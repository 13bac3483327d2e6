"""Makers for tests of customers' pages: friends and rewards, whatever they are."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from config.kit.clock import now
from customers.models.customers import Customer
from referrals.models.programmes import Advocate, ProgrammeVersion
from referrals.models.referrals import Referral
from referrals.models.rewards import Reward
from referrals.selectors.addresses import portal_address, reward_address
from referrals.selectors.programmes import current_version
from tests import factories


def friend(advocate: Advocate, label: str, **fields: Any) -> Referral:
    """One friend of an advocate, in any state."""
    version: ProgrammeVersion = current_version(advocate.programme)
    values = {"friend_label": label, "state": Referral.State.IDENTIFIED, **fields}
    return Referral.objects.create(
        programme=advocate.programme, version=version, advocate=advocate, **values
    )


def ordered(advocate: Advocate, label: str, on: Any, **fields: Any) -> Referral:
    """A friend whose order of that day counts."""
    person = factories.customer(email=f"{label.split()[0].casefold()}@example.com")
    order = factories.order(person, source_id=f"O-{person.pk}", on=on, minor=4_000)
    values = {"state": Referral.State.QUALIFIED, "friend": person, "order": order, **fields}
    return friend(advocate, label, **values)


def reward(
    advocate: Advocate,
    referral: Referral | None = None,
    *,
    of: Customer | None = None,
    **fields: Any,
) -> Reward:
    """A reward of £10 in any state; of the advocate's side, unless a friend's."""
    side = Reward.Side.FRIEND if of else Reward.Side.ADVOCATE
    values = {
        "side": side,
        "rule": side.value,
        "trigger": f"test:{Reward.objects.count()}",
        "kind": "coupon",
        "unit": "GBP",
        "amount_minor": 1_000,
        "available_at": now() + timedelta(days=14),
        **fields,
    }
    whose = of or advocate.customer
    made = Reward.objects.create(
        programme=advocate.programme,
        version=current_version(advocate.programme),
        referral=referral,
        advocate=advocate,
        customer=whose,
        holder_id=whose.pk,
        **values,
    )
    made.refresh_from_db()
    return made


def portal_path(advocate: Advocate) -> str:
    found = portal_address(programme_id=advocate.programme_id, customer_id=advocate.customer_id)
    return urlsplit(found).path


def reward_path(made: Reward) -> str:
    return urlsplit(reward_address(made.pk)).path
