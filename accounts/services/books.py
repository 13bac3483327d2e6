"""How the ledger's rows are written: locks, journals, balances, postings and lots, all set-based.

Only the ledger's own services come here. The order is always the same: lock the accounts by id,
write the journals under their keys, then the rest."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection

from accounts.models.ledger import (
    DEBIT_KINDS,
    SUMMED_KINDS,
    AccountKind,
    AccountRef,
    Cause,
    LedgerAccount,
    Owner,
    on_own_side,
)
from accounts.scope import current_brand_id
from accounts.services.journals import Entry, Leg, Page, open_pages
from accounts.services.lots import LotPool, Use
from config.kit import sql
from config.kit.errors import DomainError


class Insufficient(DomainError):
    """A balance, or its lots that have not expired, hold less than asked for."""

    code = "insufficient_balance"
    status = 409


Share = tuple[AccountRef, int]
# A journal of legs whose lots the caller names.
Act = tuple[Entry, Sequence[tuple[Leg, Sequence[Use]]]]


class Held(NamedTuple):
    """A locked account: its id, and its balance on the kind's own side."""

    account_id: int
    balance_minor: int


def lock_accounts(refs: Iterable[AccountRef]) -> dict[AccountRef, Held]:
    """The accounts, made where they were missing; those with a balance are locked in id order."""
    wanted = sorted(set(refs))
    found = _locked(wanted)
    missing = [
        LedgerAccount(
            owner_kind=ref.owner.kind, owner_id=ref.owner.id, kind=ref.kind, unit=ref.unit
        )
        for ref in wanted
        if ref not in found
    ]
    if missing:
        LedgerAccount.objects.bulk_create(missing, ignore_conflicts=True)
        found = _locked(wanted)
    return found


class Books:
    """Pages for these entries, in their order, over accounts that are locked from here on."""

    def __init__(self, entries: Sequence[Entry], refs: Iterable[AccountRef]) -> None:
        """Raises Conflict when a key was used for something else."""
        self.accounts = lock_accounts(refs)
        self.pages = open_pages(entries)
        self._held = {
            ref: account.balance_minor
            for ref, account in self.accounts.items()
            if ref.kind not in SUMMED_KINDS
        }
        self._pool: LotPool | None = None

    def add(self, page: Page, leg: Leg, *uses: Use) -> None:
        """Move an amount whose lots, if any, are named by the caller."""
        page.legs.append(leg)
        page.uses.extend(uses)
        for ref, sign in ((leg.debit, 1), (leg.credit, -1)):
            if ref in self._held:
                self._held[ref] += on_own_side(ref.kind, sign * leg.amount_minor)

    def transfer(self, page: Page, leg: Leg, *, lots_of: Cause | None = None) -> None:
        """Move an amount; from AVAILABLE by its lots. Raises Insufficient."""
        uses: list[Use] = []
        if leg.debit.kind == AccountKind.AVAILABLE:
            only_own = lots_of is not None
            uses = self._take(page, [leg.debit], leg.amount_minor, own=lots_of, only_own=only_own)
            if sum(taken for _, taken in uses) < leg.amount_minor:
                raise too_little()
        self.add(page, leg, *uses)

    def move(
        self,
        page: Page,
        *,
        debits: Sequence[AccountRef],
        credits: Sequence[AccountRef],
        amount_minor: int,
        own: Cause | None,
    ) -> int:
        """Move up to so much: what each account can give, or still owes, in the order stated."""
        room = sum(n for _, n in self._credited(credits, amount_minor))
        given, uses = self._debited(page, debits, room, own)
        moved = sum(n for _, n in given)
        for leg in _paired(given, self._credited(credits, moved)):
            self.add(page, leg)
        page.uses.extend(uses)
        return moved

    def close(self, page: Page) -> None:
        """Raises Insufficient when a balance does not allow this page after those before it."""
        if any(self._held.get(ref, 0) < 0 for leg in page.legs for ref in (leg.debit, leg.credit)):
            raise too_little()

    def write(self) -> None:
        """Write what was added to the pages, each of which was closed, in one statement."""
        sides = self._sides()
        if not sides:
            return
        changes = [
            (account.account_id, self._held[ref] - account.balance_minor)
            for ref, account in self.accounts.items()
            if self._held.get(ref, account.balance_minor) != account.balance_minor
        ]
        uses = self._uses()
        lots = [lot for page in self.pages for lot in self._new_lots(page)]
        with connection.cursor() as cursor:
            cursor.execute(
                sql.load("accounts", "ledger_write"),
                {
                    "brand_id": current_brand_id(),
                    **_columns("journal_ids account_ids amounts units", sides),
                    **_columns("changed_ids changes", changes),
                    **_columns("use_journal_ids use_lot_ids use_amounts", uses),
                    **_columns(_LOT_COLUMNS, lots),
                },
            )
            if cursor.fetchone() != (len(changes), len({lot_id for _, lot_id, _ in uses})):
                raise too_little()

    def _sides(self) -> list[tuple[int, int, int, str]]:
        return [
            (page.journal.pk, self.accounts[ref].account_id, amount, ref.unit)
            for page in self.pages
            for leg in page.legs
            for ref, amount in ((leg.debit, leg.amount_minor), (leg.credit, -leg.amount_minor))
        ]

    def _uses(self) -> list[tuple[int, int, int]]:
        return [
            (page.journal.pk, lot_id, amount)
            for page in self.pages
            for lot_id, amount in _summed((lot.pk, n) for lot, n in page.uses).items()
        ]

    def _take(
        self,
        page: Page,
        refs: Iterable[AccountRef],
        amount: int,
        *,
        own: Cause | None,
        only_own: bool = False,
    ) -> list[Use]:
        if self._pool is None:
            available = [r for r in self.accounts if r.kind == AccountKind.AVAILABLE]
            self._pool = LotPool([self.accounts[ref].account_id for ref in available])
        ids = {self.accounts[ref].account_id for ref in refs}
        return self._pool.take(ids, amount, at=page.journal.at, own=own, only_own=only_own)

    def _debited(
        self, page: Page, refs: Sequence[AccountRef], amount: int, own: Cause | None
    ) -> tuple[list[Share], list[Use]]:
        pooled = [ref for ref in refs if ref.kind == AccountKind.AVAILABLE]
        uses: list[Use] = []
        shares: list[Share] = []
        for ref in refs:
            left = amount - sum(n for _, n in shares)
            if ref.kind != AccountKind.AVAILABLE:
                shares.append((ref, self._share(ref, left, shrinks=ref.kind not in DEBIT_KINDS)))
            elif ref == pooled[0]:
                # All of them at the place of the first: the lot that is due first may be anywhere.
                uses = self._take(page, pooled, left, own=own)
                taken = _summed((lot.account_id, n) for lot, n in uses)
                shares.extend((each, taken[self.accounts[each].account_id]) for each in pooled)
        return shares, uses

    def _credited(self, refs: Sequence[AccountRef], amount: int) -> list[Share]:
        shares: list[Share] = []
        for ref in refs:
            left = amount - sum(n for _, n in shares)
            shares.append((ref, self._share(ref, left, shrinks=ref.kind in DEBIT_KINDS)))
        return shares

    def _share(self, ref: AccountRef, amount: int, *, shrinks: bool) -> int:
        return min(amount, self._held[ref]) if shrinks and ref in self._held else amount

    def _new_lots(self, page: Page) -> list[tuple[object, ...]]:
        """What came in and was not put back to the lot it was taken from."""
        credited = _summed(
            (self.accounts[leg.credit].account_id, leg.amount_minor)
            for leg in page.legs
            if leg.credit.kind == AccountKind.AVAILABLE
        )
        returned = _summed((lot.account_id, -n) for lot, n in page.uses if n < 0)
        entry = page.entry
        origin = entry.origin or entry.cause
        origin_of = (origin.kind, origin.id)
        return [
            (page.journal.pk, pk, amount - returned[pk], entry.lots_expire_at, *origin_of)
            for pk, amount in credited.items()
            if amount > returned[pk]
        ]


def write_exactly(*acts: Act) -> None:
    """A journal for each, in a few statements for all of them."""
    legs = [leg for _, moves in acts for leg, _ in moves]
    refs = (ref for leg in legs for ref in (leg.debit, leg.credit))
    books = Books([entry for entry, _ in acts], refs)
    for page, (_, moves) in zip(books.pages, acts, strict=True):
        if page.is_new:
            for leg, uses in moves:
                books.add(page, leg, *uses)
            books.close(page)
    books.write()


def too_little() -> Insufficient:
    return Insufficient("There is not enough left on this balance. Choose a smaller amount.")


# Those whose balance is summed are not locked: everybody posts to them.
_LOCK = """
WITH ref AS MATERIALIZED (
    SELECT * FROM unnest(%(owner_kinds)s::text[], %(owner_ids)s::bigint[], %(kinds)s::text[],
                         %(units)s::text[]) AS ref (owner_kind, owner_id, kind, unit)
),
locked AS (
    SELECT a.owner_kind, a.owner_id, a.kind, a.unit, a.id, a.balance_minor
    FROM ref
    JOIN accounts_ledgeraccount AS a USING (owner_kind, owner_id, kind, unit)
    WHERE a.brand_id = %(brand_id)s AND ref.kind <> ALL(%(summed)s::text[])
    ORDER BY a.id
    FOR NO KEY UPDATE OF a
)
SELECT * FROM locked
UNION ALL
SELECT a.owner_kind, a.owner_id, a.kind, a.unit, a.id, a.balance_minor
FROM ref
JOIN accounts_ledgeraccount AS a USING (owner_kind, owner_id, kind, unit)
WHERE a.brand_id = %(brand_id)s AND ref.kind = ANY(%(summed)s::text[])
"""

_LOT_COLUMNS = "lot_journal_ids lot_account_ids lot_amounts lot_ends origin_kinds origin_ids"


def _locked(refs: Sequence[AccountRef]) -> dict[AccountRef, Held]:
    with connection.cursor() as cursor:
        cursor.execute(
            _LOCK,
            {
                "brand_id": current_brand_id(),
                "owner_kinds": [ref.owner.kind for ref in refs],
                "owner_ids": [ref.owner.id for ref in refs],
                "kinds": [str(ref.kind) for ref in refs],
                "units": [ref.unit for ref in refs],
                "summed": [kind.value for kind in SUMMED_KINDS],
            },
        )
        return {
            AccountRef(Owner(owner_kind, owner_id), AccountKind(kind), unit): Held(pk, balance)
            for owner_kind, owner_id, kind, unit, pk, balance in cursor.fetchall()
        }


def _columns(names: str, rows: Sequence[tuple[object, ...]]) -> dict[str, list[object]]:
    """One array for each name, as the statement's parameters are."""
    return {name: [row[n] for row in rows] for n, name in enumerate(names.split())}


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


def _summed(amounts: Iterable[tuple[int, int]]) -> Counter[int]:
    total: Counter[int] = Counter()
    for key, amount in amounts:
        total[key] += amount
    return total
