"""What stands in the ledger: balances and lots of today and of any past moment, what is owed.

Amounts are minor units, on each kind's own side. The past is read from the postings, by when each
journal counts from."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet, Sum

from accounts.models.ledger import (
    LIABILITIES,
    SUMMED_KINDS,
    AccountKind,
    Cause,
    Journal,
    LedgerAccount,
    Lot,
    LotUse,
    Owner,
    Posting,
    Reservation,
    on_own_side,
)
from config.kit.clock import now

__all__ = ["AccountKind", "Cause", "Owner"]


@dataclass(frozen=True, slots=True)
class Balances:
    """What owners have in one unit. `lapsed` has expired, but is not booked as such yet; it is no
    part of `available`, which can be spent."""

    pending: int = 0
    available: int = 0
    reserved: int = 0
    issued: int = 0
    payable: int = 0
    debt: int = 0
    lapsed: int = 0


@dataclass(frozen=True, slots=True)
class Owed:
    """What a brand owes of one kind in one unit; of DEBT, what it is owed."""

    kind: AccountKind
    unit: str
    amount_minor: int
    owners: int


@dataclass(frozen=True, slots=True)
class LotLeft:
    """A lot and what was left of it at the moment asked for."""

    lot: Lot
    left_minor: int


@dataclass(frozen=True, slots=True)
class OriginLots:
    """What became of all that a cause gave: made = left + used + expired."""

    made: int
    left: int
    used: int
    expired: int


def balance(
    owners: Owner | Iterable[Owner], kind: AccountKind, unit: str, at: datetime | None = None
) -> int:
    """As the books have it: of AVAILABLE with what has lapsed, until that is expired."""
    rows = _of(owners).filter(kind=kind, unit=unit)
    if at is None and kind not in SUMMED_KINDS:
        return int(rows.aggregate(total=Sum("balance_minor", default=0))["total"])
    return _posted(rows, at)[kind, unit]


def balances(owners: Owner | Iterable[Owner], unit: str, at: datetime | None = None) -> Balances:
    """Of one customer, with whoever was merged into it, or of a partner."""
    rows = _of(owners).filter(unit=unit, kind__in=(*LIABILITIES, AccountKind.DEBT))
    if at is None:
        sums = rows.values_list("kind").annotate(total=Sum("balance_minor"))
        found = Counter({AccountKind(kind): int(total) for kind, total in sums})
    else:
        found = Counter({kind: n for (kind, _), n in _posted(rows, at).items()})
    moment = at or now()
    lapsed = sum(
        each.left_minor
        for each in lots_of(owners, unit, at=at)
        if each.lot.expires_at is not None and each.lot.expires_at <= moment
    )
    return Balances(
        pending=found[AccountKind.PENDING],
        available=found[AccountKind.AVAILABLE] - lapsed,
        reserved=found[AccountKind.RESERVED],
        issued=found[AccountKind.ISSUED],
        payable=found[AccountKind.PAYABLE],
        debt=found[AccountKind.DEBT],
        lapsed=lapsed,
    )


def lots_of(
    owners: Owner | Iterable[Owner], unit: str, at: datetime | None = None
) -> list[LotLeft]:
    """Lots with something left, in the order in which they are spent."""
    lots = Lot.objects.filter(account__in=_of(owners).filter(unit=unit)).select_related("account")
    if at is None:
        left = {lot: lot.left_minor for lot in lots.filter(left_minor__gt=0)}
    else:
        uses = LotUse.objects.filter(lot__in=lots, journal__at__lte=at)
        used = dict(uses.values_list("lot_id").annotate(total=Sum("amount_minor")))
        left = {
            lot: lot.amount_minor - used.get(lot.pk, 0) for lot in lots.filter(journal__at__lte=at)
        }
    found = [LotLeft(lot, amount) for lot, amount in left.items() if amount]
    return sorted(found, key=_spending_order)


def lots_of_origin(origin: Cause, unit: str) -> OriginLots:
    """How much of what a cause gave (a reward, say) is left, was used, and expired unused."""
    lots = Lot.objects.filter(
        origin_kind=origin.kind, origin_id=origin.id, account__unit=unit
    ).aggregate(made=Sum("amount_minor", default=0), left=Sum("left_minor", default=0))
    expired = LotUse.objects.filter(
        lot__origin_kind=origin.kind,
        lot__origin_id=origin.id,
        lot__account__unit=unit,
        journal__kind="expire",
    ).aggregate(total=Sum("amount_minor", default=0))["total"]
    made, left = lots["made"], lots["left"]
    return OriginLots(made=made, left=left, used=made - left - expired, expired=expired)


def liability(
    unit: str | None = None, at: datetime | None = None, owner_kind: str = "customer"
) -> list[Owed]:
    """What the brand owed at any moment, by kind and unit, from the postings alone; debt, which
    it is owed, last. Kinds without an account are left out."""
    kinds = (*LIABILITIES, AccountKind.DEBT)
    rows = LedgerAccount.objects.filter(owner_kind=owner_kind, kind__in=kinds)
    if unit is not None:
        rows = rows.filter(unit=unit)
    postings = Posting.objects.filter(account__in=rows, journal__at__lte=at or now())
    by_owner = postings.values("account__kind", "unit", "account__owner_id").annotate(
        total=Sum("amount_minor")
    )
    totals: Counter[tuple[AccountKind, str]] = Counter()
    owners: Counter[tuple[AccountKind, str]] = Counter()
    for row in by_owner:
        key = AccountKind(row["account__kind"]), row["unit"]
        totals[key] += on_own_side(key[0], int(row["total"]))
        owners[key] += bool(row["total"])
    order = {kind: n for n, kind in enumerate(kinds)}
    return [
        Owed(kind, unit, totals[kind, unit], owners[kind, unit])
        for kind, unit in sorted(totals, key=lambda key: (key[1], order[key[0]]))
    ]


def journals_of(cause: Cause) -> QuerySet[Journal]:
    """What was posted because of something, oldest first, with its postings."""
    rows = Journal.objects.filter(cause_kind=cause.kind, cause_id=cause.id)
    return rows.prefetch_related("postings__account").order_by("at", "pk")


def has_journals() -> bool:
    """Whether the brand in scope uses the ledger at all."""
    return Journal.objects.exists()


def has_expired() -> bool:
    """Whether a lot or a reservation is over, and not yet booked as such."""
    return ended_lots().exists() or ended_reservations().exists()


def ended_lots() -> QuerySet[Lot]:
    """Lots whose time is over with something left, the first to end first."""
    over = Lot.objects.filter(left_minor__gt=0, expires_at__lte=now())
    return over.order_by("expires_at", "pk")


def ended_reservations() -> QuerySet[Reservation]:
    """Reservations whose time is over and that nobody ended, the first to end first."""
    over = Reservation.objects.filter(resolved_at=None, expires_at__lte=now())
    return over.order_by("expires_at", "pk")


def _of(owners: Owner | Iterable[Owner]) -> QuerySet[LedgerAccount]:
    several: Sequence[Owner] = [owners] if isinstance(owners, Owner) else [*owners]
    named = [Q(owner_kind=owner.kind, owner_id=owner.id) for owner in several]
    return LedgerAccount.objects.filter(reduce(or_, named, Q(pk__in=[])))


def _posted(
    accounts: QuerySet[LedgerAccount], at: datetime | None
) -> Counter[tuple[AccountKind, str]]:
    """(kind, unit) to the sum of its postings, on the kind's own side."""
    postings = Posting.objects.filter(account__in=accounts)
    if at is not None:
        postings = postings.filter(journal__at__lte=at)
    sums = postings.values_list("account__kind", "unit").annotate(total=Sum("amount_minor"))
    return Counter(
        {
            (AccountKind(kind), unit): on_own_side(AccountKind(kind), int(total))
            for kind, unit, total in sums
        }
    )


def _spending_order(row: LotLeft) -> tuple[bool, datetime, int]:
    expires_at = row.lot.expires_at
    return expires_at is None, expires_at or now(), row.lot.pk
