"""Money goes back, and so do the rewards it earned: pro rata, by what was frozen then.

What is wanted follows from all refunds of an order together; only the difference to what was taken
back before is booked, so it does not matter how often, and in which order, refunds are told of.
What was spent already becomes a debt, and comes out of the next reward."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet, Sum

from accounts.models.ledger import AccountKind, Journal
from accounts.services.events import record
from accounts.services.ledger import move
from campaigns.services.coupons import lower_coupon
from config.kit.clock import now
from customers.models.orders import Order, Refund
from referrals.events import ReferralRefused, RewardGranted, RewardReversed
from referrals.models.programmes import Advocate
from referrals.models.referrals import Referral
from referrals.models.rewards import Reward
from referrals.rules.rewards import in_money, wanted_reversal
from referrals.selectors.programmes import has_begun
from referrals.selectors.promises import COUNTED, friends_of
from referrals.selectors.rewards import point_minor, terms_of_reward
from referrals.services import caps
from referrals.services.bookings import (
    BALANCES,
    accounts_of,
    advance,
    book,
    cause_of,
    debt_in,
    expense_of,
    held_in,
    is_balance,
    key_of,
    locked,
    note_uses,
    taken_from,
)
from referrals.services.redeeming import settle

State = Reward.State
_FINAL = (State.REJECTED, State.EXPIRED)


@dataclass(frozen=True, slots=True)
class _Order:
    """What has become of an order: `refunded` of its money, or all of it, whatever it was."""

    refunded: int
    is_void: bool


def reverse_for_orders(order_ids: Collection[int]) -> int:
    """Bring the rewards earned by these orders to what refunds have left of them; a refund that
    was corrected gives back. Returns how many rewards changed."""
    if not has_begun():
        return 0
    with transaction.atomic():
        _follow_refunds(order_ids)
        return _bring_all(Reward.objects.filter(order__in=order_ids).exclude(state__in=_FINAL))


def reverse_for_import(import_id: int) -> int:
    """The same for the refunds of a file."""
    refunded = Refund.objects.filter(import_id=import_id, order__rewards__isnull=False)
    return reverse_for_orders(list(refunded.values_list("order", flat=True).distinct()))


def reverse_for_referrals(referral_ids: Collection[int]) -> int:
    """The same for referrals that were found not to count, or to count again."""
    return _bring_all(Reward.objects.filter(referral__in=referral_ids).exclude(state__in=_FINAL))


def settle_milestones(advocate_ids: Collection[int]) -> int:
    """Milestones are kept for as long as enough friends count: what is no longer reached is taken
    back, and promised again when it is."""
    rows = Reward.objects.filter(advocate__in=advocate_ids, referral=None)
    ids = list(rows.exclude(state__in=_FINAL).values_list("pk", flat=True))
    if not ids:
        return 0
    with transaction.atomic():
        _lock_advocates(advocate_ids)
        counts, changed = friends_of(advocate_ids), 0
        for reward in _lock(ids):
            is_reached = int(reward.rule.split(":")[2]) <= counts[reward.advocate_id]
            wanted = 0 if is_reached else reward.amount_minor
            changed += _bring(reward, wanted, "unearned")
    return changed


def _follow_refunds(order_ids: Collection[int]) -> None:
    """A friend whose order was paid back in full does not count, unless that was a mistake."""
    rows = Referral.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    referrals = list(rows.filter(order__in=order_ids).select_related("order"))
    orders = _orders({each.order_id for each in referrals if each.order_id})
    ended = []
    for referral in referrals:
        assert referral.order is not None
        refunded = orders[referral.order.pk].refunded
        is_paid_back = refunded > 0 and refunded >= referral.order.gross_minor
        if is_paid_back and referral.state in COUNTED:
            _set_state(referral, Referral.State.DISQUALIFIED, "refunded")
            ended.append(referral.pk)
        elif not is_paid_back and referral.reason == "refunded":
            _set_state(referral, Referral.State.QUALIFIED, "")
    if ended:
        record(ReferralRefused(subject_id=ended[0], referral_ids=ended, reason="refunded"))


def _set_state(referral: Referral, state: str, reason: str) -> None:
    """Nothing when the friend counts for another advocate by now."""
    try:
        with transaction.atomic():
            Referral.objects.filter(pk=referral.pk).update(
                state=state, reason=reason, updated_at=now()
            )
    except IntegrityError as error:
        if "referral_of_" not in str(error):
            raise


def _bring_all(rows: QuerySet[Reward]) -> int:
    found = list(rows.values_list("pk", "advocate_id"))
    if not found:
        return 0
    with transaction.atomic():
        advocates = {advocate_id for _, advocate_id in found}
        _lock_advocates(advocates)
        rewards = _lock([pk for pk, _ in found])
        orders = _orders({each.order_id for each in rewards if each.order_id})
        refused = _refused({each.referral_id for each in rewards if each.referral_id})
        changed = 0
        for reward in rewards:
            reason = refused.get(reward.referral_id or 0, "refunded")
            order = orders.get(reward.order_id or 0, _Order(0, is_void=False))
            wanted = wanted_reversal(
                reward.amount_minor, basis=reward.basis_minor, refunded=order.refunded
            )
            if order.is_void or reward.referral_id in refused:
                wanted = reward.amount_minor
            changed += _bring(reward, wanted, reason)
    return changed + settle_milestones(advocates)


def _bring(reward: Reward, wanted: int, reason: str) -> bool:
    difference, moment = wanted - reward.reversed_minor, now()
    if difference > 0:
        _take_back(reward, difference, reason, moment)
    elif difference < 0:
        _give_again(reward, -difference, moment)
    return difference != 0


def _take_back(reward: Reward, amount: int, reason: str, moment: datetime) -> None:
    is_all = reward.reversed_minor + amount == reward.amount_minor
    caps.give_back(reward, amount, is_gone=is_all)
    taken = _from_open(reward, amount, is_all=is_all, moment=moment)
    journal = _from_balance(reward, amount - taken, moment) if taken < amount else None
    debt = debt_in(journal) if journal else 0
    own = taken_from(journal)[reward.pk] if journal else 0
    left = reward.open_minor - taken - own
    to = State(reward.state)
    if is_all:
        to = State.REVERSED
    elif not left and to in (State.CLAIMABLE, State.ISSUED):
        # What is left of it has gone into an earlier debt, or was spent.
        to = State.REDEEMED
    advance(
        reward,
        "taken_back",
        to=to,
        change=-taken - own,
        debt=debt,
        why=reason,
        at=moment,
        columns={
            "reversed_minor": reward.reversed_minor + amount,
            "reason": reason if is_all else reward.reason,
            "ended_at": moment if to in (State.REVERSED, State.REDEEMED) else reward.ended_at,
        },
    )
    if journal:
        note_uses([journal], "offset", at=moment, but=reward.pk)
    record(RewardReversed(subject_id=reward.pk, amount_minor=amount, debt_minor=debt))


def _from_open(reward: Reward, amount: int, *, is_all: bool, moment: datetime) -> int:
    """What is taken from where the reward itself stands; a code is worth so much less."""
    if is_balance(reward):
        return 0
    taken = min(amount, reward.open_minor)
    if reward.state == State.ISSUED and reward.coupon is not None:
        taken = _from_code(reward, taken, is_all=is_all)
    if taken:
        sides = {"debit": held_in(reward), "credit": expense_of(reward)}
        book(reward, "reverse", **sides, amount_minor=taken, at=moment)
    return taken


def _from_code(reward: Reward, amount: int, *, is_all: bool) -> int:
    """Nothing when the code was redeemed meanwhile, or is not ours to make worth less."""
    assert reward.coupon is not None
    terms = terms_of_reward(reward)
    if terms.coupon_batch and not is_all:
        return 0
    left = in_money(reward.open_minor - amount, reward.unit, point_minor=point_minor())
    if terms.percent and left:
        return amount
    if lower_coupon(reward.coupon, worth_minor=left):
        return amount
    settle(reward)
    return 0


def _from_balance(reward: Reward, amount: int, moment: datetime) -> Journal:
    """Of the customer's balance in this unit, this reward's part of it first; the rest is owed."""
    available = accounts_of(reward, AccountKind.AVAILABLE)
    return move(
        key=key_of(reward, "reverse_balance"),
        kind="reverse",
        cause=cause_of(reward),
        debits=[*available, accounts_of(reward, AccountKind.DEBT)[0]],
        credits=[expense_of(reward)],
        amount_minor=amount,
        own_lots=cause_of(reward),
        terms_hash=reward.version.terms_hash,
        at=moment,
    ).journal


def _give_again(reward: Reward, amount: int, moment: datetime) -> None:
    """A debt is paid back first. What was over already becomes pending once more."""
    was_gone = reward.state == State.REVERSED
    caps.take_again(reward, amount, was_gone=was_gone)
    is_over = reward.state in (State.REVERSED, State.REDEEMED)
    journal = move(
        key=key_of(reward, "again"),
        kind="grant",
        cause=cause_of(reward),
        debits=[expense_of(reward)],
        credits=[*accounts_of(reward, AccountKind.DEBT), held_in(reward)],
        amount_minor=amount,
        terms_hash=reward.version.terms_hash,
        lots_expire_at=reward.expires_at,
        at=moment,
    ).journal
    paid_back = -debt_in(journal)
    change = amount - paid_back
    columns = {"reversed_minor": reward.reversed_minor - amount, "reason": ""}
    to = State(reward.state)
    if is_over:
        to = State.PENDING if change else State.REDEEMED
        columns |= {"coupon": None, "claimed_at": None, "ended_at": None if change else moment}
    advance(reward, "granted", to=to, change=change, debt=-paid_back, at=moment, columns=columns)
    if reward.state == State.ISSUED and reward.coupon is not None:
        worth = in_money(reward.open_minor, reward.unit, point_minor=point_minor())
        if not terms_of_reward(reward).percent and not lower_coupon(
            reward.coupon, worth_minor=worth
        ):
            settle(reward)
    record(RewardGranted(subject_id=reward.pk, reward_ids=[reward.pk]))


def _lock_advocates(ids: Iterable[int]) -> None:
    rows = Advocate.objects.select_for_update(no_key=True).filter(pk__in=set(ids)).order_by("pk")
    list(rows.values_list("pk", flat=True))


def _lock(ids: Collection[int]) -> list[Reward]:
    """These, in id order; locked with them are their customers' balances, which may be drawn on."""
    people = Reward.objects.filter(pk__in=ids).values("customer")
    balances = Reward.objects.filter(
        customer__in=people, kind__in=BALANCES, coupon=None, open_minor__gt=0
    ).exclude(state=State.PENDING)
    wanted = {*ids, *balances.values_list("pk", flat=True)}
    return [reward for reward in locked(wanted) if reward.pk in set(ids)]


def _orders(ids: Collection[int]) -> dict[int, _Order]:
    sums: defaultdict[int, int] = defaultdict(int)
    refunds = Refund.objects.filter(order__in=ids).values_list("order_id")
    for order_id, total in refunds.annotate(total=Sum("amount_minor")):
        if order_id is not None:
            sums[order_id] = total
    return {
        order.pk: _Order(
            sums[order.pk], is_void=order.cancelled_at is not None or not order.is_counted
        )
        for order in Order.objects.filter(pk__in=ids)
    }


def _refused(ids: Collection[int]) -> dict[int, str]:
    """Referrals that do not count, and why. After a review what was given stays given."""
    rows = Referral.objects.filter(pk__in=ids, state=Referral.State.DISQUALIFIED)
    return dict(rows.exclude(reason="fraud_refused").values_list("pk", "reason"))
