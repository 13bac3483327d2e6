"""One reward is taken back in part or whole, wherever it stands, or given again.

The reward is locked, and with it the balances of its customer, which may be drawn on."""

from datetime import datetime

from accounts.models.ledger import AccountKind, Journal
from accounts.services.events import record
from accounts.services.ledger import move
from campaigns.services.coupons import lower_coupon
from config.kit.clock import now
from referrals.events import RewardGranted, RewardReversed
from referrals.models.rewards import Reward
from referrals.rules.rewards import in_money
from referrals.selectors.rewards import point_minor, terms_of_reward
from referrals.services.bookings import (
    accounts_of,
    advance,
    book,
    cause_of,
    debt_in,
    expense_of,
    held_in,
    is_balance,
    key_of,
    note_uses,
    taken_from,
)
from referrals.services.redeeming import settle

State = Reward.State


def take_back(reward: Reward, amount: int, *, reason: str) -> None:
    """So much of it goes; what is there no more is owed back."""
    is_all, moment = reward.reversed_minor + amount == reward.amount_minor, now()
    taken = _from_open(reward, amount, is_all=is_all, moment=moment)
    journal = _from_balance(reward, amount - taken, moment) if taken < amount else None
    debt = debt_in(journal) if journal else 0
    own = taken_from(journal)[reward.pk] if journal else 0
    left = reward.open_minor - taken - own
    to = State(reward.state)
    if is_all:
        to = State.REVERSED
    elif not left and to in (State.PENDING, State.CLAIMABLE, State.ISSUED):
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


def give_again(reward: Reward, amount: int) -> None:
    """A debt is paid back first. What was over already becomes pending once more."""
    moment = now()
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
        columns["ended_at"] = None if change else moment
        if change:
            # It can be claimed once more; else what was given out stays what it was.
            columns |= {"coupon": None, "claimed_at": None}
    advance(reward, "granted", to=to, change=change, debt=-paid_back, at=moment, columns=columns)
    if reward.state == State.ISSUED and reward.coupon is not None:
        terms = terms_of_reward(reward)
        worth = in_money(reward.open_minor, reward.unit, point_minor=point_minor())
        is_fixed = bool(terms.percent and terms.coupon_batch)
        if not is_fixed and not lower_coupon(reward.coupon, worth_minor=worth):
            settle(reward)
    record(RewardGranted(subject_id=reward.pk, reward_ids=[reward.pk]))
