"""Rewards that were given out come to their end: spent at the till, or not used in time."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, Sum

from accounts.models.ledger import AccountKind, Lot, LotUse, Reservation
from accounts.scope import current_brand_id
from accounts.services.events import record
from config.kit.clock import now
from config.kit.sql import load, rows_of
from referrals.events import RewardExpired, RewardRedeemed
from referrals.kinds.registry import BALANCES
from referrals.models.rewards import Reward
from referrals.services.bookings import (
    REWARD,
    advance,
    book,
    breakage_of,
    held_in,
    lock_accounts_of,
    locked,
    people_of,
    settled_of,
)

State = Reward.State
MAX_SETTLED = 5_000
# The shop may tell of an order of a code's last day a little later.
_LATE = timedelta(days=3)


def redeemed_by_coupon(coupon_ids: Collection[int]) -> list[int]:
    """These codes were used at the till; returns the rewards they were."""
    return _settle_all(Q(coupon__in=coupon_ids))


def redeemed_by_orders(order_ids: Collection[int]) -> list[int]:
    """These orders carried codes."""
    params = {"brand_id": current_brand_id(), "order_ids": list(order_ids)}
    # Nearly always nothing, for each order there is.
    used = rows_of(load("referrals", "used_rewards"), params)
    return _settle_all(Q(pk__in=[pk for (pk,) in used])) if used else []


def redeemed_by_import(import_id: int) -> list[int]:
    """Orders of this file carried codes."""
    return _settle_all(Q(coupon__order__import_id=import_id), limit=MAX_SETTLED)


def redeem_due(*, limit: int = 500) -> list[int]:
    """Whatever was used and missed otherwise."""
    return _settle_all(Q(), limit=limit)


def settle(reward: Reward) -> None:
    """Its code was used: nothing of it is owed any more. The reward is locked."""
    amount, moment = reward.open_minor, now()
    if amount:
        sides = {"debit": held_in(reward), "credit": settled_of(reward)}
        book(reward, "redeem", **sides, amount_minor=amount, at=moment)
    columns = {"ended_at": moment}
    advance(reward, "redeemed", to=State.REDEEMED, change=-amount, at=moment, columns=columns)
    record(RewardRedeemed(subject_id=reward.pk, reward_ids=[reward.pk]))


def expire_due(*, limit: int = 500) -> list[int]:
    """What nobody claimed or used in time is no longer owed; returns the rewards that expired.

    Of balances it is what the ledger has expired by now."""
    moment = now()
    over = Reward.objects.filter(open_minor__gt=0, expires_at__lte=moment)
    unclaimed = Q(state=State.CLAIMABLE)
    unused = Q(state=State.ISSUED, coupon__redeemed_at=None, coupon__isnull=False)
    unused &= Q(expires_at__lte=moment - _LATE)
    balances = Q(state=State.ISSUED, kind__in=BALANCES, coupon=None)
    ids = list(over.filter(unclaimed | unused | balances).values_list("pk", flat=True)[:limit])
    expired = []
    with transaction.atomic():
        rewards = list(locked(ids))
        lock_accounts_of(people_of(rewards))
        for reward in rewards:
            is_held = reward.coupon is None and reward.state == State.ISSUED
            if _expire_balance(reward, moment) if is_held else _expire(reward, moment):
                expired.append(reward.pk)
        if expired:
            record(RewardExpired(subject_id=expired[0], reward_ids=expired))
    return expired


def _settle_all(which: Q, *, limit: int = 500) -> list[int]:
    used = Reward.objects.filter(which, state=State.ISSUED, coupon__redeemed_at__isnull=False)
    ids = list(used.order_by("pk").values_list("pk", flat=True)[:limit])
    if not ids:
        return []
    settled = []
    with transaction.atomic():
        rewards = list(locked(ids))
        lock_accounts_of(people_of(rewards))
        for reward in rewards:
            if reward.state == State.ISSUED:
                settle(reward)
                settled.append(reward.pk)
    return settled


def _expire(reward: Reward, moment: datetime) -> bool:
    """Whoever claims, or uses the code, at this very moment is the faster one."""
    is_unused = reward.coupon is None or reward.coupon.redeemed_at is None
    if reward.state not in (State.CLAIMABLE, State.ISSUED) or not is_unused:
        return False
    amount = reward.open_minor
    sides = {"debit": held_in(reward), "credit": breakage_of(reward)}
    book(reward, "expire", **sides, amount_minor=amount, at=moment)
    _end(reward, amount, moment)
    return True


def _expire_balance(reward: Reward, moment: datetime) -> bool:
    """The ledger expires lots by itself; the reward follows. What is reserved for a purchase waits
    for its outcome."""
    left = _left_in_lots(reward)
    gone = reward.open_minor - left
    if gone <= 0:
        return False
    if left:
        advance(reward, "expired", change=-gone, at=moment)
        return False
    _end(reward, gone, moment)
    return True


def _end(reward: Reward, amount: int, moment: datetime) -> None:
    columns = {"ended_at": moment, "reason": "expired"}
    advance(reward, "expired", to=State.EXPIRED, change=-amount, at=moment, columns=columns)


def _left_in_lots(reward: Reward) -> int:
    """On the balance, and held for purchases that are not decided yet."""
    lots = Lot.objects.filter(origin_kind=REWARD, origin_id=reward.pk)
    left = lots.aggregate(total=Sum("left_minor", default=0))["total"]
    held = Reservation.objects.filter(resolved_at=None, account__kind=AccountKind.RESERVED).values(
        "journal"
    )
    uses = LotUse.objects.filter(lot__in=lots, journal__in=held)
    return int(left + uses.aggregate(total=Sum("amount_minor", default=0))["total"])
