"""What becomes of a reward: it is held or refused, its time comes, it is claimed and given out.

Each act locks the reward and looks at its state again, so that of many at once one does it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models.brands import Brand
from accounts.models.ledger import AccountKind, AccountRef, Owner, OwnerKind
from accounts.scope import current_brand_id
from accounts.services.events import record
from accounts.services.ledger import move
from campaigns.models.coupons import Coupon
from config.kit.clock import day_in, day_start, now
from config.kit.errors import Conflict, Invalid
from customers.selectors.customers import canonical_ids
from referrals.events import (
    RewardClaimed,
    RewardHeld,
    RewardPaid,
    RewardReady,
    RewardRejected,
)
from referrals.kinds.registry import kind_of
from referrals.models.referrals import Referral
from referrals.models.rewards import Reward
from referrals.rules.rewards import expiry
from referrals.selectors.programmes import spends
from referrals.selectors.rewards import terms_of_reward
from referrals.services import caps, reversals
from referrals.services.bookings import (
    accounts_of,
    advance,
    book,
    cause_of,
    debt_in,
    expense_of,
    held_in,
    key_of,
    lock_accounts_of,
    lock_people,
    locked,
    people_of,
    settled_of,
)

State = Reward.State
UNDER_REVIEW = (Referral.Review.OPEN, Referral.Review.ESCALATED)
_GONE = {
    State.PENDING: ("not_yet", "This reward is not ready yet."),
    State.REJECTED: ("refused", "This reward was refused."),
    State.REVERSED: ("taken_back", "The order behind this reward was paid back, so it is gone."),
    State.EXPIRED: ("expired", "This reward was not used in time."),
}


@dataclass(frozen=True, slots=True)
class Issued:
    """A claimed reward. No coupon: somebody will give it out, or it is on the balance.
    `is_new` is False when it had been claimed before."""

    reward: Reward
    coupon: Coupon | None
    is_new: bool


def waiting() -> QuerySet[Reward]:
    """Those that wait for their time alone. A milestone waits, too, for as long as somebody looks
    at any friend of its advocate."""
    looked_at = Referral.objects.filter(advocate=OuterRef("advocate"), review__in=UNDER_REVIEW)
    rows = Reward.objects.filter(state=State.PENDING, is_held=False, open_minor__gt=0)
    return rows.exclude(Q(referral=None) & Exists(looked_at))


def release_due(*, only: Collection[int] | None = None, limit: int = 200) -> list[int]:
    """Rewards whose hold is over become the customers', an earlier debt first paid back from them.

    Returns the ids of those that can be had now."""
    due = waiting().filter(available_at__lte=now())
    if only is not None:
        due = due.filter(pk__in=only)
    wanted = dict(due.order_by("available_at").values_list("pk", "referral")[:limit])
    with transaction.atomic():
        # Referrals are locked before rewards, as everywhere.
        held = Referral.objects.select_for_update(no_key=True).filter(pk__in=wanted.values())
        list(held.order_by("pk").values_list("pk", flat=True))
        lock_people(wanted)
        free = due.filter(pk__in=wanted).select_for_update(
            skip_locked=True, no_key=True, of=("self",)
        )
        found = list(free.select_related("version", "programme").order_by("pk"))
        lock_accounts_of(people_of(found))
        shop_takes, brand = spends(), Brand.objects.get(pk=current_brand_id())
        ready = [each for each in found if _release(each, shop_takes, brand.time_zone)]
        ids = [each.pk for each in ready]
        if ids:
            rewarded = Referral.objects.filter(rewards__in=ids, state=Referral.State.QUALIFIED)
            Referral.objects.filter(pk__in=list(rewarded.values_list("pk", flat=True))).update(
                state=Referral.State.REWARDED, updated_at=now()
            )
            record(RewardReady(subject_id=ids[0], reward_ids=ids))
    return ids


def hold_reward(reward: Reward, *, reason: str) -> bool:
    """Somebody must look first; False when it is held already, or can be had by now."""
    with transaction.atomic():
        row = locked([reward.pk]).get()
        if row.state != State.PENDING or row.is_held:
            return False
        advance(row, "held", at=now(), why=reason, columns={"is_held": True})
        record(RewardHeld(subject_id=row.pk, reward_ids=[row.pk], reason=reason))
    return True


def release_hold(reward: Reward) -> bool:
    """Looked at, and fine: its time comes as if it had never been held."""
    with transaction.atomic():
        row = locked([reward.pk]).get()
        if not row.is_held:
            return False
        advance(row, "cleared", at=now(), columns={"is_held": False})
    return True


def reject(reward: Reward, *, reason: str) -> Reward:
    """It is not paid. Raises Conflict once it was claimed, or has ended otherwise."""
    with transaction.atomic():
        row = locked([reward.pk]).get()
        if row.state not in (State.PENDING, State.CLAIMABLE):
            raise Conflict(
                f"This reward is {State(row.state).label.lower()}; it can no longer be refused.",
                code="reward_gone",
            )
        _refuse(row, reason)
    return row


def refuse_if_open(reward: Reward, *, reason: str) -> bool:
    """Refuse it unless it was claimed or has ended: then what was given stays given."""
    with transaction.atomic():
        row = locked([reward.pk]).get()
        if row.state not in (State.PENDING, State.CLAIMABLE):
            return False
        _refuse(row, reason)
    return True


def refuse_of_erased(customer_id: int) -> int:
    """Nobody is left to give it to; how many rewards."""
    rows = Reward.objects.filter(
        customer__in=canonical_ids(customer_id), state__in=(State.PENDING, State.CLAIMABLE)
    )
    with transaction.atomic():
        found = list(rows.order_by("pk"))
        reversals.lock_advocates(each.advocate_id for each in found)
        lock_people([each.pk for each in found])
        return sum(refuse_if_open(reward, reason="erased") for reward in found)


def undo_reject(reward: Reward) -> Reward:
    """Promise again what was refused, whatever the caps say: somebody decided so. What refunds have
    taken of its order meanwhile goes at once. Raises Conflict when it was not refused."""
    with transaction.atomic():
        is_of_order = reward.order_id is not None
        own = Q(order=reward.order_id) if is_of_order else Q(advocate=reward.advocate_id)
        reversals.lock_behind(own)
        row = locked([reward.pk]).get()
        if row.state != State.REJECTED:
            raise Conflict("This reward was not refused.", code="not_refused")
        again, moment = _refused_of(row), now()
        caps.take_again(row, again, was_gone=True)
        if again:
            sides = {"debit": expense_of(row), "credit": held_in(row)}
            book(row, "grant", **sides, amount_minor=again, at=moment)
        advance(
            row,
            "granted",
            to=State.PENDING,
            change=again,
            at=moment,
            columns={"is_held": False, "reason": "", "ended_at": None},
        )
        reversals.reverse_for_reward(row)
        return locked([row.pk]).get()


def claim(reward: Reward) -> Issued:
    """Give it out, once; whoever asks again gets the same. Raises Conflict when it has gone."""
    with transaction.atomic():
        row = locked([reward.pk]).get()
        if row.state in (State.ISSUED, State.REDEEMED):
            return Issued(row, row.coupon, is_new=False)
        if row.state != State.CLAIMABLE:
            code, message = _GONE[State(row.state)]
            raise Conflict(message, code=f"reward_{code}")
        if row.expires_at is not None and row.expires_at <= now():
            raise Conflict(_GONE[State.EXPIRED][1], code="reward_expired")
        return Issued(row, _issue(row), is_new=True)


def mark_paid(reward: Reward, *, handed_out: Mapping[str, str]) -> Reward:
    """The brand's people gave it out: money, a card, a donation. `handed_out` says what, such as
    {"code": ...} or {"reference": ...}. Raises Conflict unless it waits for that, Invalid."""
    said = {name: text.strip() for name, text in handed_out.items() if text.strip()}
    if not said:
        raise Invalid.at("reference", "Say how it was given out: a reference, or the card's code.")
    with transaction.atomic():
        row = locked([reward.pk]).get()
        held = held_in(row)
        if row.state != State.ISSUED or held.kind != AccountKind.PAYABLE:
            raise Conflict("This reward does not wait to be given out.", code="not_waiting")
        amount, moment = row.open_minor, now()
        sides = {"debit": held, "credit": settled_of(row)}
        book(row, "pay", **sides, amount_minor=amount, at=moment)
        columns = {"handed_out": said, "ended_at": moment}
        advance(row, "paid", to=State.REDEEMED, change=-amount, at=moment, columns=columns)
        record(RewardPaid(subject_id=row.pk, amount_minor=amount))
    return row


def _release(reward: Reward, shop_takes: Collection[str], zone: str) -> bool:
    """Whether there is something for the customer; not when a debt takes all of it."""
    moment = now()
    is_balance = kind_of(reward.kind).is_balance(shop_takes)
    expires_at = _end_of_day(expiry(moment, terms_of_reward(reward)), zone)
    owner = Owner(OwnerKind.CUSTOMER, reward.customer_id)
    kind = AccountKind.AVAILABLE if is_balance else AccountKind.PAYABLE
    moved = move(
        key=key_of(reward, "release"),
        kind="release",
        cause=cause_of(reward),
        debits=[held_in(reward)],
        credits=[*accounts_of(reward, AccountKind.DEBT), AccountRef(owner, kind, reward.unit)],
        amount_minor=reward.open_minor,
        terms_hash=reward.version.terms_hash,
        lots_expire_at=expires_at,
        at=moment,
    )
    paid_back = -debt_in(moved.journal)
    is_left = paid_back < reward.open_minor
    state = State.ISSUED if is_balance else State.CLAIMABLE
    advance(
        reward,
        "ready",
        to=state if is_left else State.REDEEMED,
        change=-paid_back,
        debt=-paid_back,
        at=moment,
        columns={
            "holder_id": reward.customer_id,
            "expires_at": expires_at,
            "claimed_at": moment if is_balance else None,
            "ended_at": None if is_left else moment,
        },
    )
    return is_left


def _issue(row: Reward) -> Coupon | None:
    moment, zone = now(), Brand.objects.get(pk=current_brand_id()).time_zone
    last_day: date | None = None
    if row.expires_at is not None:
        last_day = day_in(zone, row.expires_at - timedelta(microseconds=1))
    coupon = kind_of(row.kind).issue(row, terms_of_reward(row), last_day=last_day)
    before = held_in(row)
    amount = row.open_minor
    columns = {"coupon": coupon, "claimed_at": moment}
    advance(row, "claimed", to=State.ISSUED, at=moment, columns=columns)
    if coupon is not None:
        sides = {"debit": before, "credit": held_in(row)}
        book(row, "issue", **sides, amount_minor=amount, at=moment)
    record(RewardClaimed(subject_id=row.pk, kind=row.kind, amount_minor=amount))
    return coupon


def _refuse(row: Reward, reason: str) -> None:
    amount, moment = row.open_minor, now()
    caps.give_back(row, amount, is_gone=True)
    if amount:
        sides = {"debit": held_in(row), "credit": expense_of(row)}
        book(row, "refuse", **sides, amount_minor=amount, at=moment)
    advance(
        row,
        "refused",
        to=State.REJECTED,
        change=-amount,
        why=reason,
        at=moment,
        columns={"reason": reason, "is_held": False, "ended_at": moment},
    )
    record(RewardRejected(subject_id=row.pk, reward_ids=[row.pk], reason=reason))


def _refused_of(row: Reward) -> int:
    """What the refusal took: all of one that was never granted, else what was open of it then. A
    debt that it had paid back stays paid."""
    if row.step == 1:
        return row.amount_minor
    refusal = row.steps.filter(what="refused").latest("pk")
    return -refusal.amount_minor


def _end_of_day(moment: datetime | None, zone: str) -> datetime | None:
    """What ends in the course of a day of the brand's may be used until its end."""
    if moment is None:
        return None
    return day_start(day_in(zone, moment) + timedelta(days=1), zone)
