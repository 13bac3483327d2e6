"""Money goes back, and so do the rewards it earned: pro rata, by what was frozen then.

What is wanted follows from all refunds of an order together; only the difference to what was taken
back before is booked, so it does not matter how often, and in which order, refunds are told of.
What was spent already becomes a debt, and comes out of the next reward."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q, Sum

from accounts.services.events import record
from config.kit.clock import now
from customers.models.orders import Order, Refund
from referrals.events import ReferralRefused
from referrals.kinds.registry import BALANCES
from referrals.models.programmes import Advocate
from referrals.models.referrals import Referral
from referrals.models.rewards import Reward
from referrals.rules.rewards import wanted_reversal
from referrals.selectors.programmes import has_begun
from referrals.selectors.promises import COUNTED, friends_of
from referrals.services import caps
from referrals.services.bookings import lock_accounts_of, lock_people, locked, people_of
from referrals.services.taking_back import give_again, take_back

State = Reward.State
_FINAL = (State.REJECTED, State.EXPIRED)


@dataclass(frozen=True, slots=True)
class _Order:
    """What has become of an order: `refunded` of its money, or all of it, whatever it was."""

    refunded: int
    is_void: bool


@dataclass(frozen=True, slots=True)
class _Change:
    """How much of a reward is to be taken back; negative: to be given again."""

    reward_id: int
    amount: int
    reason: str


def reverse_for_orders(order_ids: Collection[int]) -> int:
    """Bring the rewards earned by these orders to what refunds have left of them; a refund that
    was corrected gives back. Returns how many rewards changed."""
    if not has_begun():
        return 0
    with transaction.atomic():
        _follow_refunds(order_ids)
        return _bring_all(Q(order__in=order_ids), Q(referrals__order__in=order_ids))


def reverse_for_import(import_id: int) -> int:
    """The same for the refunds of a file."""
    refunded = Refund.objects.filter(import_id=import_id, order__referrals__isnull=False)
    return reverse_for_orders(list(refunded.values_list("order", flat=True).distinct()))


def reverse_for_referrals(referral_ids: Collection[int]) -> int:
    """The same for referrals that were found not to count, or to count again."""
    with transaction.atomic():
        return _bring_all(Q(referral__in=referral_ids), Q(referrals__in=referral_ids))


def reverse_for_reward(reward: Reward) -> int:
    """The same for one that is promised again."""
    with transaction.atomic():
        if reward.order_id is not None:
            _follow_refunds([reward.order_id])
        return _bring_all(Q(pk=reward.pk), Q(pk=reward.advocate_id))


def lock_behind(which: Q) -> None:
    """These referrals, their advocates, and whoever has a reward for them or a milestone: what an
    act locks that changes rewards of several people."""
    rows = Referral.objects.select_for_update(no_key=True, of=("self",)).filter(which)
    found = dict(rows.order_by("pk").values_list("pk", "advocate_id"))
    advocates = set(found.values())
    lock_advocates(advocates)
    theirs = Q(referral__in=found) | Q(referral=None, advocate__in=advocates)
    lock_people(list(Reward.objects.filter(theirs).values_list("pk", flat=True)))


def lock_advocates(ids: Iterable[int]) -> None:
    """In id order, until the transaction ends."""
    rows = Advocate.objects.select_for_update(no_key=True).filter(pk__in=set(ids)).order_by("pk")
    list(rows.values_list("pk", flat=True))


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


def _bring_all(which: Q, whose: Q) -> int:
    """These rewards, and the milestones of these advocates, which are kept for as long as enough
    friends count. Counters are changed before the ledger, as everybody does."""
    advocates = set(Advocate.objects.filter(whose).values_list("pk", flat=True))
    rows = Reward.objects.exclude(state__in=_FINAL)
    milestones = Q(advocate__in=advocates, referral=None)
    ids = set(rows.filter(which | milestones).values_list("pk", flat=True))
    if not ids:
        return 0
    lock_advocates(advocates)
    rewards = [reward for reward in _lock(ids) if reward.state not in _FINAL]
    by_id = {reward.pk: reward for reward in rewards}
    changes = [*_of_orders(rewards), *_of_milestones(rewards)]
    for change in changes:
        _count(by_id[change.reward_id], change.amount)
    lock_accounts_of(people_of(by_id[change.reward_id] for change in changes))
    for change in changes:
        # Read again: one that was taken back may have drawn on the balance of another.
        reward = locked([change.reward_id]).get()
        if change.amount > 0:
            take_back(reward, change.amount, reason=change.reason)
        else:
            give_again(reward, -change.amount)
    return len(changes)


def _of_orders(rewards: Iterable[Reward]) -> Iterator[_Change]:
    earned = [each for each in rewards if each.referral_id is not None]
    orders = _orders({each.order_id for each in earned if each.order_id})
    refused = _refused({each.referral_id for each in earned if each.referral_id})
    for reward in earned:
        order = orders.get(reward.order_id or 0, _Order(0, is_void=False))
        wanted = wanted_reversal(
            reward.amount_minor, basis=reward.basis_minor, refunded=order.refunded
        )
        if order.is_void or reward.referral_id in refused:
            wanted = reward.amount_minor
        reason = refused.get(reward.referral_id or 0, "refunded")
        yield from _change(reward, wanted, reason)


def _of_milestones(rewards: Iterable[Reward]) -> Iterator[_Change]:
    reached = [each for each in rewards if each.referral_id is None]
    counts = friends_of({each.advocate_id for each in reached})
    for reward in reached:
        is_kept = int(reward.rule.split(":")[2]) <= counts[reward.advocate_id]
        yield from _change(reward, 0 if is_kept else reward.amount_minor, "unearned")


def _change(reward: Reward, wanted: int, reason: str) -> Iterator[_Change]:
    if wanted != reward.reversed_minor:
        yield _Change(reward.pk, wanted - reward.reversed_minor, reason)


def _count(reward: Reward, amount: int) -> None:
    if amount > 0:
        is_gone = reward.reversed_minor + amount == reward.amount_minor
        caps.give_back(reward, amount, is_gone=is_gone)
    else:
        caps.take_again(reward, -amount, was_gone=reward.state == State.REVERSED)


def _lock(ids: Collection[int]) -> list[Reward]:
    """These, in id order; locked with them are their customers' balances, which may be drawn on."""
    lock_people(ids)
    people = Reward.objects.filter(pk__in=ids).values("customer")
    balances = Reward.objects.filter(
        customer__in=people, kind__in=BALANCES, coupon=None, open_minor__gt=0
    ).exclude(state=State.PENDING)
    wanted = {*ids, *balances.values_list("pk", flat=True)}
    return [reward for reward in locked(wanted) if reward.pk in ids]


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
