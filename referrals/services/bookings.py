"""A reward, its history and the ledger change together, by one call for each change.

Locks are taken in one order: referrals, advocates, the people whose rewards they are, rewards,
counters, the ledger's accounts."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection
from django.db.models import F, QuerySet

from accounts.models.ledger import (
    AccountKind,
    AccountRef,
    Cause,
    Journal,
    LedgerAccount,
    LotUse,
    Owner,
    OwnerKind,
)
from accounts.scope import current_actor, current_brand_id
from accounts.services.ledger import Transfer, post
from config.kit import sql
from config.kit.errors import Conflict
from customers.models.customers import Customer
from customers.selectors.customers import canonical_ids
from referrals.kinds.registry import BALANCES
from referrals.models.rewards import Reward

State = Reward.State
REWARD = "reward"

_ONE_AT_A_TIME = """
SELECT pg_advisory_xact_lock(
    hashtextextended(format('rewards:%%s:%%s', %(brand_id)s::bigint, person.customer_id), 0)
)
FROM (
    SELECT DISTINCT coalesce(c.merged_into_id, c.id) AS customer_id
    FROM referrals_reward AS r
    JOIN customers_customer AS c ON c.brand_id = r.brand_id AND c.id = r.customer_id
    WHERE r.brand_id = %(brand_id)s AND r.id = ANY(%(ids)s::bigint[])
    ORDER BY customer_id
) AS person
"""


def lock_people(ids: Collection[int]) -> None:
    """One act at a time for each person of these rewards, by whatever record, until the
    transaction ends: what one takes back may come out of the balance that another gave."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME, {"brand_id": current_brand_id(), "ids": list(ids)})


def locked(ids: Collection[int]) -> QuerySet[Reward]:
    """These rewards, in id order, until the transaction ends.

    Their coupons are not joined: of a row that was waited for, the join is of the time before."""
    lock_people(ids)
    rows = Reward.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=ids)
    return rows.select_related("version", "programme").order_by("pk")


def lock_accounts_of(people: Iterable[int]) -> None:
    """All accounts of these customers, by all their records, in id order. An act of one journal
    needs no such thing; of several, each would lock its own, in whatever order they come."""
    ids = set(people)
    merged = Customer.objects.filter(pk__in=ids, merged_into__isnull=False)
    ids |= {pk for pk in merged.values_list("merged_into", flat=True) if pk is not None}
    ids |= set(Customer.objects.filter(merged_into__in=ids).values_list("pk", flat=True))
    rows = LedgerAccount.objects.select_for_update(no_key=True)
    theirs = rows.filter(owner_kind=OwnerKind.CUSTOMER, owner_id__in=ids)
    list(theirs.order_by("pk").values_list("pk", flat=True))


def people_of(rewards: Iterable[Reward]) -> set[int]:
    """Whose accounts these rewards stand in."""
    return {pk for reward in rewards for pk in (reward.holder_id, reward.customer_id)}


def cause_of(reward: Reward) -> Cause:
    return Cause(REWARD, reward.pk)


def key_of(reward: Reward, what: str) -> str:
    """Of the journal of this step: a step is taken once."""
    return f"reward:{reward.pk}:{reward.step}:{what}"


def expense_of(reward: Reward) -> AccountRef:
    return _of_programme(reward, AccountKind.EXPENSE)


def settled_of(reward: Reward) -> AccountRef:
    return _of_programme(reward, AccountKind.SETTLED)


def breakage_of(reward: Reward) -> AccountRef:
    return _of_programme(reward, AccountKind.BREAKAGE)


def owners_of(customer_id: int) -> list[Owner]:
    """All records that are one person now, the one in use first; by any of them."""
    merged = Customer.objects.filter(pk=customer_id, merged_into__isnull=False)
    root = merged.values_list("merged_into", flat=True).first()
    return [Owner(OwnerKind.CUSTOMER, pk) for pk in canonical_ids(root or customer_id)]


def accounts_of(reward: Reward, kind: AccountKind) -> list[AccountRef]:
    """The customer's accounts of this kind: those of all records that are one person now."""
    owners = owners_of(reward.customer_id)
    holder = Owner(OwnerKind.CUSTOMER, reward.holder_id)
    return [AccountRef(owner, kind, reward.unit) for owner in dict.fromkeys([*owners, holder])]


def held_in(reward: Reward) -> AccountRef:
    """Where the ledger has what is open of it."""
    kind = AccountKind.PENDING
    if reward.state == State.CLAIMABLE:
        kind = AccountKind.PAYABLE
    elif reward.state == State.ISSUED:
        kind = _issued_in(reward)
    return AccountRef(Owner(OwnerKind.CUSTOMER, reward.holder_id), kind, reward.unit)


def is_balance(reward: Reward) -> bool:
    """Whether it is spent bit by bit, through the shop."""
    return reward.state == State.ISSUED and _issued_in(reward) == AccountKind.AVAILABLE


def advance(
    reward: Reward,
    what: str,
    *,
    at: datetime,
    to: State | None = None,
    change: int = 0,
    debt: int = 0,
    why: str = "",
    columns: Mapping[str, Any] | None = None,
) -> None:
    """Take a step: the state, what is open, the history. `reward` shows it afterwards.

    Raises Conflict when somebody else took one meanwhile."""
    state = State(reward.state) if to is None else to
    assert state == reward.state or state in Reward.TRANSITIONS[State(reward.state)], (reward, to)
    said = {"state": state, "open_minor": reward.open_minor + change, **(columns or {})}
    rows = Reward.objects.filter(pk=reward.pk, state=reward.state, step=reward.step)
    if not rows.update(step=F("step") + 1, **said):
        raise Conflict("This reward has changed meanwhile; look at it again.", code="changed")
    reward.step += 1
    for name, value in said.items():
        setattr(reward, name, value)
    note_steps([step_of(reward, what, at=at, change=change, debt=debt, why=why)])


def step_of(
    reward: Reward, what: str, *, at: datetime, change: int = 0, debt: int = 0, why: str = ""
) -> dict[str, Any]:
    """The columns of a line of its history, by whoever acts."""
    actor = current_actor()
    return {
        "reward_id": reward.pk,
        "state": reward.state,
        "what": what,
        "amount_minor": change,
        "debt_minor": debt,
        "reason": why or actor.reason,
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "at": at,
    }


def note_steps(steps: Iterable[Mapping[str, Any]]) -> None:
    """Lines of the history, by their columns."""
    said = list(steps)
    if said:
        params = {"brand_id": current_brand_id(), "steps": msgspec.json.encode(said).decode()}
        sql.rows_of(sql.load("referrals", "reward_steps"), params)


def book(
    reward: Reward,
    what: str,
    *,
    debit: AccountRef,
    credit: AccountRef,
    amount_minor: int,
    at: datetime,
) -> Journal:
    """One amount of the reward, from `credit` to `debit`, in this step of it."""
    transfer = Transfer(debit=debit, credit=credit, amount_minor=amount_minor)
    return post(
        key=key_of(reward, what),
        kind=what,
        cause=cause_of(reward),
        transfers=[transfer],
        terms_hash=reward.version.terms_hash,
        at=at,
    ).journal


def debt_in(journal: Journal) -> int:
    """What a journal added to debts; negative: what it paid back of them."""
    sides = journal.postings.filter(account__kind=AccountKind.DEBT)
    return sum(sides.values_list("amount_minor", flat=True))


def taken_from(*journals: Journal) -> Counter[int]:
    """What these took from the lots of each reward."""
    taken: Counter[int] = Counter()
    uses = LotUse.objects.filter(journal__in=journals, lot__origin_kind=REWARD)
    for origin, amount in uses.values_list("lot__origin_id", "amount_minor"):
        taken[origin] += amount
    return taken


def note_uses(journals: Iterable[Journal], what: str, *, at: datetime, but: int = 0) -> list[int]:
    """Write into the history of rewards what journals took from their lots; `but` is looked after
    by its own step. Returns those of which nothing is left."""
    taken = taken_from(*journals)
    taken.pop(but, None)
    finished = []
    for reward in locked(taken):
        left = reward.open_minor - taken[reward.pk]
        is_over = left == 0 and reward.state == State.ISSUED
        advance(
            reward,
            what,
            to=State.REDEEMED if is_over else None,
            at=at,
            change=-taken[reward.pk],
            columns={"ended_at": at} if is_over else None,
        )
        if is_over:
            finished.append(reward.pk)
    return finished


def _issued_in(reward: Reward) -> AccountKind:
    if reward.coupon_id is not None:
        return AccountKind.ISSUED
    return AccountKind.AVAILABLE if reward.kind in BALANCES else AccountKind.PAYABLE


def _of_programme(reward: Reward, kind: AccountKind) -> AccountRef:
    return AccountRef(Owner(OwnerKind.PROGRAMME, reward.programme_id), kind, reward.unit)
