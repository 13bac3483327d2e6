"""What customers owe back because its order was refunded after they had spent it."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from accounts.models.ledger import (
    AccountKind,
    AccountRef,
    Cause,
    LedgerAccount,
    Owner,
    OwnerKind,
    Posting,
)
from accounts.scope import current_brand_id
from accounts.services.ledger import move_up_to, write_off
from config.kit.clock import now
from config.kit.money import MAX_MINOR
from customers.models.customers import Customer
from customers.selectors.customers import canonical
from referrals.kinds.registry import BALANCES
from referrals.models.programmes import RewardSettings
from referrals.models.rewards import Reward
from referrals.services.bookings import locked, note_uses, owners_of


def settle_debt(customer_id: int, unit: str) -> int:
    """Pay back what a customer owes from what the customer can spend; how much."""
    person = canonical(Customer.objects.select_related("merged_into").get(pk=customer_id))
    owners = owners_of(person.pk)
    with transaction.atomic():
        mine = Reward.objects.filter(customer__in=[owner.id for owner in owners], unit=unit)
        balances = mine.filter(kind__in=BALANCES, coupon=None, open_minor__gt=0)
        list(locked(list(balances.values_list("pk", flat=True))))
        moved = move_up_to(
            key=f"settle_debt:{person.pk}:{unit}:{_newest(owners, unit)}",
            kind="settle_debt",
            cause=Cause("customer", person.pk),
            debits=[AccountRef(owner, AccountKind.AVAILABLE, unit) for owner in owners],
            credits=[AccountRef(owner, AccountKind.DEBT, unit) for owner in owners],
            amount_minor=MAX_MINOR,
        )
        if moved.journal is not None and moved.is_new:
            note_uses([moved.journal], "offset", at=moved.journal.at)
    return moved.amount_minor if moved.is_new else 0


def settle_debts(*, limit: int = 500) -> int:
    """Whoever owes has nothing to spend: a reservation that ended by itself may have given back
    what is owed. How many debts grew smaller."""
    spendable = LedgerAccount.objects.filter(
        owner_kind=OwnerKind.CUSTOMER, kind=AccountKind.AVAILABLE, balance_minor__gt=0
    )
    owners = spendable.values("owner_id")
    # Of several records of one person one may owe what another has.
    roots = Customer.objects.filter(pk__in=owners, merged_into__isnull=False).values("merged_into")
    parts = Q(merged_into__in=owners) | Q(merged_into__in=roots)
    others = Q(owner_id__in=roots) | Q(owner_id__in=Customer.objects.filter(parts).values("pk"))
    people = _debts().filter(Q(owner_id__in=owners) | others)
    found = list(people.order_by("owner_id").values_list("owner_id", "unit")[:limit])
    return sum(settle_debt(owner_id, unit) > 0 for owner_id, unit in found)


def write_off_due(*, limit: int = 500) -> int:
    """Let go of debts as old as the brand's reward settings say; how many."""
    settings = RewardSettings.objects.first()
    if settings is None or settings.write_off_days is None:
        return 0
    grown = Q(postings__amount_minor__gt=0)
    newest = Max("postings__journal__at", filter=grown)
    old = _debts().annotate(newest=newest, last=Max("postings__id"))
    before = now() - timedelta(days=settings.write_off_days)
    found = list(old.filter(newest__lte=before).order_by("pk")[:limit])
    for account in found:
        write_off(
            key=f"write_off:{account.pk}:{account.last}",
            cause=Cause("customer", account.owner_id),
            owners=[Owner(account.owner_kind, account.owner_id)],
            expense_of=Owner(OwnerKind.BRAND, current_brand_id()),
            unit=account.unit,
            amount_minor=account.balance_minor,
            reason=f"Owed for {settings.write_off_days} days",
        )
    return len(found)


def _debts() -> QuerySet[LedgerAccount]:
    return LedgerAccount.objects.filter(
        owner_kind=OwnerKind.CUSTOMER, kind=AccountKind.DEBT, balance_minor__gt=0
    )


def _newest(owners: Sequence[Owner], unit: str) -> int:
    """What was last posted to what they owe: until something more is, they pay it back once."""
    rows = Posting.objects.filter(
        account__kind=AccountKind.DEBT,
        account__owner_kind=OwnerKind.CUSTOMER,
        account__owner_id__in=[owner.id for owner in owners],
        unit=unit,
    )
    return rows.aggregate(last=Max("pk"))["last"] or 0
