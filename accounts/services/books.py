"""How the ledger's rows are written: locks, the journal, balances, postings and lots.

Only the ledger's own services come here. The order is always the same: lock the accounts by id,
write the journal under its key, then the rest; whoever holds an account holds its lots."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import Q

from accounts.models.ledger import (
    DEBIT_KINDS,
    SUMMED_KINDS,
    AccountKind,
    AccountRef,
    Cause,
    Journal,
    LedgerAccount,
    Lot,
    LotUse,
    Posting,
)
from accounts.scope import current_actor, current_brand_id
from config.kit.clock import now
from config.kit.errors import Conflict, DomainError, Invalid

MAX_KEY = 160
MAX_REASON = 200


class Insufficient(DomainError):
    """A balance, or its lots that have not expired, hold less than asked for."""

    code = "insufficient_balance"
    status = 409


@dataclass(frozen=True, slots=True)
class Entry:
    """What a journal says beside its postings; `content` is all that a repeat must say again."""

    key: str
    kind: str
    cause: Cause
    at: datetime
    content: Sequence[object]
    terms_hash: str = ""
    reason: str = ""

    def content_hash(self) -> bytes:
        said = [self.kind, self.cause, self.terms_hash, *self.content]
        return hashlib.blake2b(json.dumps(said, default=_plain).encode(), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Leg:
    """One amount from the credited account to the debited one."""

    debit: AccountRef
    credit: AccountRef
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Use:
    """Taken from a lot; negative: put back."""

    lot: Lot
    amount_minor: int


Share = tuple[AccountRef, int]


def new_entry(
    *,
    key: str,
    kind: str,
    cause: Cause,
    content: Sequence[object],
    terms_hash: str = "",
    reason: str = "",
    at: datetime | None = None,
) -> Entry:
    """An entry of now, or of an earlier moment. Raises Invalid."""
    if not 0 < len(key) <= MAX_KEY:
        raise Invalid(f"A journal's key has 1 to {MAX_KEY} characters.")
    if len(reason) > MAX_REASON:
        raise Invalid(f"A reason has at most {MAX_REASON} characters.")
    moment = now()
    if at is not None and at > moment:
        raise Invalid("A journal cannot be dated ahead.")
    return Entry(key, kind, cause, at or moment, content, terms_hash, reason)


def lock_accounts(refs: Iterable[AccountRef]) -> dict[AccountRef, LedgerAccount]:
    """The accounts, made where they were missing; those with a balance are locked in id order."""
    wanted = sorted(set(refs))
    found = _accounts(wanted)
    missing = [
        LedgerAccount(
            owner_kind=ref.owner.kind, owner_id=ref.owner.id, kind=ref.kind, unit=ref.unit
        )
        for ref in wanted
        if ref not in found
    ]
    if missing:
        LedgerAccount.objects.bulk_create(missing, ignore_conflicts=True)
        found = _accounts(wanted)
    running = [account.pk for ref, account in found.items() if ref.kind not in SUMMED_KINDS]
    locked = LedgerAccount.objects.select_for_update(no_key=True).filter(pk__in=running)
    return found | {account.ref: account for account in locked.order_by("pk")}


class OpenJournal:
    """A journal being written. `is_new` is False when its key was used before: then it is the
    stored one, and nothing may be added."""

    def __init__(self, entry: Entry, refs: Iterable[AccountRef]) -> None:
        """Raises Conflict when the key was used for something else."""
        self.accounts = lock_accounts(refs)
        self.journal, self.is_new = _open(entry)
        self._legs: list[Leg] = []
        self._uses: list[Use] = []
        self._lots: list[Lot] | None = None

    def add(self, leg: Leg, *uses: Use) -> None:
        """Move an amount whose lots, if any, are named by the caller."""
        self._legs.append(leg)
        self._uses.extend(uses)

    def transfer(self, leg: Leg, *, lots_of: Cause | None = None) -> None:
        """Move an amount; from AVAILABLE by its lots. Raises Insufficient."""
        uses: list[Use] = []
        if leg.debit.kind == AccountKind.AVAILABLE:
            uses = self._take([leg.debit], leg.amount_minor, own=lots_of, only_own=bool(lots_of))
            if sum(use.amount_minor for use in uses) < leg.amount_minor:
                raise too_little()
        self.add(leg, *uses)

    def move(
        self,
        *,
        debits: Sequence[AccountRef],
        credits: Sequence[AccountRef],
        amount_minor: int,
        own: Cause | None,
    ) -> int:
        """Move up to so much: what each account can give, or still owes, in the order stated."""
        room = sum(n for _, n in self._credited(credits, amount_minor))
        given, uses = self._debited(debits, room, own)
        moved = sum(n for _, n in given)
        taken = self._credited(credits, moved)
        self._legs.extend(_paired(given, taken))
        self._uses.extend(uses)
        return moved

    def finish(self, *, lots_expire_at: datetime | None, origin: Cause) -> None:
        """Write all that was added. Raises Insufficient when a balance does not allow it."""
        self._change_balances()
        Posting.objects.bulk_create(self._postings())
        self._use_lots()
        self._make_lots(lots_expire_at, origin)

    def _take(
        self, refs: Sequence[AccountRef], amount: int, *, own: Cause | None, only_own: bool = False
    ) -> list[Use]:
        """From the lots of all these accounts, soonest to expire first; `own` lots before others.

        An expired lot is out of reach but for its own cause: what is taken back from it was never
        there to be lost."""
        ids = {self.accounts[ref].pk for ref in refs}
        within = [
            (0 if is_own else 1, lot.expires_at is None, lot.expires_at or self.journal.at, lot)
            for lot in self._open_lots()
            if lot.account_id in ids and lot.left_minor
            for is_own in [own is not None and own == Cause(lot.origin_kind, lot.origin_id)]
            if is_own or not (only_own or _is_over(lot, self.journal.at))
        ]
        uses = []
        for *_, lot in sorted(within, key=lambda row: (*row[:3], row[3].pk)):
            taken = min(lot.left_minor, amount)
            if not taken:
                break
            lot.left_minor -= taken
            amount -= taken
            uses.append(Use(lot, taken))
        return uses

    def _open_lots(self) -> list[Lot]:
        if self._lots is None:
            ids = [a.pk for ref, a in self.accounts.items() if ref.kind == AccountKind.AVAILABLE]
            self._lots = list(Lot.objects.filter(account_id__in=ids, left_minor__gt=0))
        return self._lots

    def _debited(
        self, refs: Sequence[AccountRef], amount: int, own: Cause | None
    ) -> tuple[list[Share], list[Use]]:
        pooled = [ref for ref in refs if ref.kind == AccountKind.AVAILABLE]
        uses: list[Use] = []
        shares: list[Share] = []
        for ref in refs:
            left = amount - sum(n for _, n in shares)
            if ref.kind == AccountKind.AVAILABLE:
                # All of them at once, at the place of the first: the oldest lot may be anywhere.
                if not uses:
                    uses = self._take(pooled, left, own=own)
                    shares.extend(self._by_account(pooled, uses))
            else:
                shares.append((ref, self._share(ref, left, shrinks=ref.kind not in DEBIT_KINDS)))
        return shares, uses

    def _by_account(self, refs: Sequence[AccountRef], uses: Iterable[Use]) -> list[Share]:
        taken: Counter[int] = Counter()
        for use in uses:
            taken[use.lot.account_id] += use.amount_minor
        return [(ref, taken[self.accounts[ref].pk]) for ref in refs]

    def _credited(self, refs: Sequence[AccountRef], amount: int) -> list[Share]:
        shares: list[Share] = []
        for ref in refs:
            left = amount - sum(n for _, n in shares)
            shares.append((ref, self._share(ref, left, shrinks=ref.kind in DEBIT_KINDS)))
        return shares

    def _share(self, ref: AccountRef, amount: int, *, shrinks: bool) -> int:
        if shrinks and ref.kind not in SUMMED_KINDS:
            return min(amount, self.accounts[ref].balance_minor)
        return amount

    def _change_balances(self) -> None:
        changes: Counter[int] = Counter()
        for leg in self._legs:
            for ref, sign in ((leg.debit, 1), (leg.credit, -1)):
                if ref.kind not in SUMMED_KINDS:
                    side = sign if ref.kind in DEBIT_KINDS else -sign
                    changes[self.accounts[ref].pk] += side * leg.amount_minor
        with connection.cursor() as cursor:
            cursor.execute(_CHANGE_BALANCES, [*_columns(changes), current_brand_id()])
            if cursor.rowcount != len(changes):
                raise too_little()

    def _postings(self) -> list[Posting]:
        return [
            Posting(
                journal=self.journal, account=self.accounts[ref], amount_minor=amount, unit=ref.unit
            )
            for leg in self._legs
            for ref, amount in ((leg.debit, leg.amount_minor), (leg.credit, -leg.amount_minor))
        ]

    def _use_lots(self) -> None:
        if not self._uses:
            return
        used: Counter[int] = Counter()
        for use in self._uses:
            used[use.lot.pk] += use.amount_minor
        with connection.cursor() as cursor:
            cursor.execute(_USE_LOTS, [*_columns(used), current_brand_id()])
        LotUse.objects.bulk_create(
            LotUse(journal=self.journal, lot_id=pk, amount_minor=amount)
            for pk, amount in used.items()
        )

    def _make_lots(self, expires_at: datetime | None, origin: Cause) -> None:
        """What came in and was not put back to the lot it was taken from."""
        credited: Counter[int] = Counter()
        for leg in self._legs:
            if leg.credit.kind == AccountKind.AVAILABLE:
                credited[self.accounts[leg.credit].pk] += leg.amount_minor
        for use in self._uses:
            if use.amount_minor < 0:
                credited[use.lot.account_id] += use.amount_minor
        Lot.objects.bulk_create(
            Lot(
                account_id=pk,
                journal=self.journal,
                amount_minor=amount,
                left_minor=amount,
                expires_at=expires_at,
                origin_kind=origin.kind,
                origin_id=origin.id,
            )
            for pk, amount in credited.items()
            if amount
        )


def too_little() -> Insufficient:
    return Insufficient("There is not enough left on this balance. Choose a smaller amount.")


_CHANGE_BALANCES = """
UPDATE accounts_ledgeraccount AS account
SET balance_minor = account.balance_minor + change.amount
FROM unnest(%s::bigint[], %s::bigint[]) AS change (id, amount)
WHERE account.brand_id = %s AND account.id = change.id
  AND account.balance_minor + change.amount >= 0
"""

_USE_LOTS = """
UPDATE accounts_lot AS lot
SET left_minor = lot.left_minor - used.amount
FROM unnest(%s::bigint[], %s::bigint[]) AS used (id, amount)
WHERE lot.brand_id = %s AND lot.id = used.id
"""

_OPEN = """
INSERT INTO accounts_journal
    (brand_id, key, kind, cause_kind, cause_id, terms_hash, content_hash, reason,
     actor_kind, actor_id, at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (brand_id, key) DO NOTHING
"""


def _open(entry: Entry) -> tuple[Journal, bool]:
    actor, hashed = current_actor(), entry.content_hash()
    with connection.cursor() as cursor:
        cursor.execute(
            _OPEN,
            [
                current_brand_id(),
                entry.key,
                entry.kind,
                entry.cause.kind,
                entry.cause.id,
                entry.terms_hash,
                hashed,
                entry.reason or actor.reason,
                actor.kind,
                actor.id,
                entry.at,
            ],
        )
        is_new = cursor.rowcount == 1
    journal = Journal.objects.get(key=entry.key)
    if bytes(journal.content_hash) != hashed:
        raise Conflict(
            f"The key {entry.key} was used for another posting; use a new one.", code="key_reused"
        )
    return journal, is_new


def _accounts(refs: Iterable[AccountRef]) -> dict[AccountRef, LedgerAccount]:
    named = [
        Q(owner_kind=ref.owner.kind, owner_id=ref.owner.id, kind=ref.kind, unit=ref.unit)
        for ref in refs
    ]
    rows = LedgerAccount.objects.filter(reduce(or_, named, Q(pk__in=[])))
    return {account.ref: account for account in rows}


def _paired(debits: Iterable[Share], credits: Iterable[Share]) -> list[Leg]:
    """Legs that take each side's shares in their order; both sides have the same sum."""
    legs = []
    waiting = [share for share in debits if share[1]]
    for credit, amount in credits:
        left = amount
        while left:
            debit, there = waiting[0]
            part = min(there, left)
            legs.append(Leg(debit, credit, part))
            left -= part
            waiting[0] = (debit, there - part)
            if there == part:
                waiting.pop(0)
    return legs


def _is_over(lot: Lot, at: datetime) -> bool:
    return lot.expires_at is not None and lot.expires_at <= at


def _columns(amounts: Counter[int]) -> tuple[list[int], list[int]]:
    return list(amounts), list(amounts.values())


def _plain(value: Any) -> object:
    assert is_dataclass(value), value
    return asdict(value)  # type: ignore[arg-type]
