"""Referrals that count earn rewards: by the terms they qualified under, once, and within caps.

What a cap or the budget does not allow is kept as a refused reward, with the reason: it can be
seen, is not tried again by itself, and staff may grant it all the same."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime

import msgspec
from django.db import transaction

from accounts.scope import current_brand_id
from accounts.services.events import record
from accounts.services.ledger import NewJournal, Transfer, post_many
from config.kit import sql
from config.kit.clock import now
from customers.models.orders import Order
from referrals.events import RewardGranted, RewardRejected
from referrals.models.links import Touch
from referrals.models.programmes import Advocate, ProgrammeVersion
from referrals.models.referrals import Referral
from referrals.models.rewards import Reward
from referrals.selectors.promises import Batch, Earned, Ground, Promise
from referrals.services.bookings import (
    cause_of,
    expense_of,
    held_in,
    key_of,
    note_steps,
    step_of,
)
from referrals.services.caps import refusals


def grant_for(
    referral: Referral, order: Order | None = None, touch: Touch | None = None
) -> list[Reward]:
    """What one referral earns by this order, or by the friend's claim; the same again is nothing.

    The referral's state says already that it counts. Returns the rewards that are pending now."""
    return grant_many([Earned(referral, order, touch)])


def grant_many(earned: Sequence[Earned]) -> list[Reward]:
    """The same for many at once, in a few statements. What looks suspicious is held at once."""
    if not earned:
        return []
    with transaction.atomic(savepoint=False):
        new, ground = _ground(earned)
        batch = Batch(new, ground)
        rewards = _insert([*batch.promises(), *batch.tiers()], batch.versions)
        moment = now()
        _refuse(rewards, refusals(rewards, ground.advocates), moment)
        granted = [each for each in rewards if each.state == Reward.State.PENDING]
        _book(granted, moment)
        _tell(rewards, moment)
    return granted


def _ground(earned: Sequence[Earned]) -> tuple[list[Earned], Ground]:
    """Those that have not been told of before, and what is known about them; their advocates are
    locked. Because of the others nobody waits for a lock."""
    advocates, known, lines, brands = sql.rows_of_each(
        sql.load("referrals", "earning"),
        {
            "brand_id": current_brand_id(),
            "referral_ids": [each.referral.pk for each in earned],
            "triggers": [each.trigger for each in earned],
            "advocate_ids": [each.referral.advocate_id for each in earned],
            "order_ids": [each.order.pk for each in earned if each.order],
        },
    )
    of_order: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for order_id, position, minor in lines:
        of_order[order_id].append((position, minor))
    found = Ground(
        advocates={
            pk: sql.partly(Advocate, id=pk, customer_id=customer_id, arm=arm, joined_at=joined_at)
            for pk, customer_id, arm, joined_at in advocates
        },
        currency=brands[0][0],
        lines=of_order,
    )
    before = set(known)
    return [each for each in earned if (each.referral.pk, each.trigger) not in before], found


def _insert(promises: Sequence[Promise], versions: Mapping[int, ProgrammeVersion]) -> list[Reward]:
    """Those that are new now."""
    if not promises:
        return []
    rows = sql.rows_of(
        sql.load("referrals", "grant_rewards"),
        {
            "brand_id": current_brand_id(),
            "rewards": msgspec.json.encode(promises).decode(),
        },
    )
    made = {tuple(key): (pk, uid, at) for pk, uid, at, *key in rows}
    rewards = []
    for each in promises:
        # Told of twice in one go it is one reward.
        row = made.pop((each.trigger, each.rule, each.advocate_id, each.side), None)
        if row is not None:
            pk, uid, at = row
            reward = Reward(
                id=pk,
                uid=uid,
                holder_id=each.customer_id,
                open_minor=each.amount_minor,
                created_at=at,
                **{field.name: getattr(each, field.name) for field in fields(Promise)},
            )
            reward.version, reward._state.adding = versions[each.version_id], False
            rewards.append(reward)
    return sorted(rewards, key=lambda reward: (reward.holder_id, reward.pk))


def _refuse(rewards: Iterable[Reward], reasons: dict[int, str], moment: datetime) -> None:
    refused = [each for each in rewards if each.pk in reasons]
    for reward in refused:
        reward.state, reward.reason = Reward.State.REJECTED, reasons[reward.pk]
        reward.ended_at, reward.open_minor = moment, 0
    if refused:
        Reward.objects.bulk_update(refused, ["state", "reason", "ended_at", "open_minor"])


def _book(rewards: Sequence[Reward], moment: datetime) -> None:
    """What the brand promises, it owes."""
    post_many([_promised(reward, moment) for reward in rewards])


def _promised(reward: Reward, moment: datetime) -> NewJournal:
    transfer = Transfer(
        debit=expense_of(reward), credit=held_in(reward), amount_minor=reward.amount_minor
    )
    return NewJournal(
        key=key_of(reward, "grant"),
        kind="grant",
        cause=cause_of(reward),
        transfers=[transfer],
        terms_hash=reward.version.terms_hash,
        at=moment,
    )


def _tell(rewards: Sequence[Reward], moment: datetime) -> None:
    note_steps(
        step_of(
            reward,
            "refused" if reward.reason else "granted",
            at=moment,
            change=reward.open_minor,
            why=reward.reason,
        )
        for reward in rewards
    )
    by_reason: defaultdict[str, list[int]] = defaultdict(list)
    for reward in rewards:
        by_reason[reward.reason].append(reward.pk)
    for reason, ids in by_reason.items():
        if reason:
            record(RewardRejected(subject_id=ids[0], reward_ids=ids, reason=reason))
        else:
            record(RewardGranted(subject_id=ids[0], reward_ids=ids))
