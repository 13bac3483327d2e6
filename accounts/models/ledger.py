"""Who owes whom, in double entry: every change moves one amount from one account to another.

Amounts are whole minor units of a currency, or points. A journal is written once, with all of its
postings; what turned out wrong is put right by another journal. docs/adr/0019 says why so."""

from dataclasses import dataclass

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.constraints import DoubleEntry
from accounts.models.base import BrandOwned, OwnKey, owned
from config.kit.clock import now


class AccountKind(models.TextChoices):
    """What an account holds. The brand owes what is pending, available, reserved, issued and
    payable; what its owner owes the brand is debt."""

    PENDING = "pending", "Earned, still held"
    AVAILABLE = "available", "Can be spent"
    RESERVED = "reserved", "Held for a purchase"
    ISSUED = "issued", "Handed out, not yet redeemed"
    PAYABLE = "payable", "To be paid out"
    DEBT = "debt", "Owed by its owner"
    EXPENSE = "expense", "What rewards cost"
    INCOME = "income", "Earned from partners"
    BREAKAGE = "breakage", "Expired unspent"
    SETTLED = "settled", "Redeemed or paid out"


LIABILITIES = (
    AccountKind.PENDING,
    AccountKind.AVAILABLE,
    AccountKind.RESERVED,
    AccountKind.ISSUED,
    AccountKind.PAYABLE,
)
# A debit makes these larger; it makes all others smaller.
DEBIT_KINDS = (AccountKind.DEBT, AccountKind.EXPENSE)
# The brand's side of nearly every journal. No running balance is kept, so that they are no row for
# which all writers wait; and nothing limits what goes through them.
SUMMED_KINDS = (
    AccountKind.EXPENSE,
    AccountKind.INCOME,
    AccountKind.BREAKAGE,
    AccountKind.SETTLED,
)


def on_own_side(kind: AccountKind, posted: int) -> int:
    """What postings, of which debits are positive, add to a balance of this kind."""
    return posted if kind in DEBIT_KINDS else -posted


class OwnerKind(models.TextChoices):
    BRAND = "brand", "Brand"
    PROGRAMME = "programme", "Programme"
    CUSTOMER = "customer", "Customer"
    PARTNER = "partner", "Partner"


@dataclass(frozen=True, slots=True, order=True)
class Owner:
    """Whose account: `kind` is one of OwnerKind, `id` that of the row."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True, order=True)
class Cause:
    """What a journal or a lot goes back to: Cause("reward", 12)."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True, order=True)
class AccountRef:
    """An account by what it is; it need not exist yet. `unit` is an ISO 4217 code or "points"."""

    owner: Owner
    kind: AccountKind
    unit: str


class LedgerAccount(BrandOwned):
    """What one owner has, or owes, of one kind in one unit.

    The balance is on the kind's own side and changed only together with a posting. It stays 0
    where it is summed from the postings (SUMMED_KINDS)."""

    owner_kind = models.CharField(max_length=12, choices=OwnerKind.choices)
    owner_id = models.BigIntegerField()
    kind = models.CharField(max_length=12, choices=AccountKind.choices)
    unit = models.CharField(max_length=6)
    balance_minor = models.BigIntegerField(default=0)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("ledger_account", append_only=True, judged=("balance_minor",)),
            models.UniqueConstraint(
                fields=["brand", "owner_kind", "owner_id", "kind", "unit"],
                name="ledger_account_once",
            ),
            models.CheckConstraint(
                condition=Q(balance_minor__gte=0), name="ledger_account_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AccountKind.values, owner_kind__in=OwnerKind.values),
                name="ledger_account_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(balance_minor=0) | ~Q(kind__in=SUMMED_KINDS),
                name="ledger_account_is_summed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.owner_kind} {self.owner_id} in {self.unit}"

    @property
    def ref(self) -> AccountRef:
        owner = Owner(self.owner_kind, self.owner_id)
        return AccountRef(owner, AccountKind(self.kind), self.unit)


class Journal(BrandOwned):
    """One business act with all its postings, which sum to zero in each unit.

    `key` makes it happen once; `content_hash` tells the same request from another under its key.
    `at` is when it counts from, `recorded_at` the transaction that wrote it: the database sets it
    and takes no posting from a later one."""

    key = models.CharField(max_length=160)
    kind = models.CharField(max_length=30)
    cause_kind = models.CharField(max_length=30)
    cause_id = models.BigIntegerField()
    terms_hash = models.CharField(max_length=64, blank=True)
    content_hash = models.BinaryField()
    reason = models.CharField(max_length=200, blank=True)
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=now)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("journal", append_only=True),
            models.UniqueConstraint(fields=["brand", "key"], name="journal_once"),
        ]
        indexes = [
            models.Index(fields=["brand", "cause_kind", "cause_id"], name="journal_cause"),
            models.Index(fields=["brand", "recorded_at"], name="journal_recorded"),
        ]

    def __str__(self) -> str:
        return self.key


class Posting(BrandOwned):
    """One side of a transfer: a debit is positive, a credit negative."""

    journal = OwnKey[Journal](Journal, related_name="postings")
    account = OwnKey[LedgerAccount](LedgerAccount, related_name="postings")
    amount_minor = models.BigIntegerField()
    unit = models.CharField(max_length=6)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("posting", "journal", "account", append_only=True),
            models.CheckConstraint(condition=~Q(amount_minor=0), name="posting_not_zero"),
            DoubleEntry(name="posting_double_entry"),
        ]
        indexes = [
            models.Index(fields=["brand", "journal"], name="posting_journal"),
            models.Index(
                fields=["brand", "account"],
                include=["journal", "amount_minor"],
                name="posting_account",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.unit}"


class Lot(BrandOwned):
    """A piece of an available balance that expires as one; `origin` is what gave it."""

    account = OwnKey[LedgerAccount](LedgerAccount, related_name="lots")
    journal = OwnKey[Journal](Journal, related_name="lots")
    amount_minor = models.BigIntegerField()
    left_minor = models.BigIntegerField()
    expires_at = models.DateTimeField(null=True)
    origin_kind = models.CharField(max_length=30)
    origin_id = models.BigIntegerField()

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("lot", "account", "journal", append_only=True, judged=("left_minor",)),
            models.CheckConstraint(
                condition=Q(left_minor__gte=0, left_minor__lte=F("amount_minor")),
                name="lot_left_within",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="lot_positive"),
        ]
        indexes = [
            models.Index(
                fields=["brand", "account"], condition=Q(left_minor__gt=0), name="lot_open"
            ),
            models.Index(
                fields=["brand", "expires_at"],
                condition=Q(left_minor__gt=0, expires_at__isnull=False),
                name="lot_expiring",
            ),
            models.Index(fields=["brand", "origin_kind", "origin_id"], name="lot_origin"),
        ]

    def __str__(self) -> str:
        return f"{self.left_minor} of {self.amount_minor}"


class LotUse(BrandOwned):
    """What a journal took from a lot; negative: what it put back."""

    lot = OwnKey[Lot](Lot, related_name="uses")
    journal = OwnKey[Journal](Journal, related_name="lot_uses")
    amount_minor = models.BigIntegerField()

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("lot_use", "lot", "journal", append_only=True),
            models.CheckConstraint(condition=~Q(amount_minor=0), name="lot_use_not_zero"),
        ]
        indexes = [
            models.Index(fields=["brand", "lot"], name="lot_use_lot"),
            models.Index(fields=["brand", "journal"], name="lot_use_journal"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} of lot {self.lot_id}"


class Reservation(BrandOwned):
    """Part of a balance that is held for a purchase, until it is spent or given back: once.

    `journal` moved it into `account`, a RESERVED one; the outcome's own journal moved it on."""

    class Outcome(models.TextChoices):
        SPENT = "spent", "Spent"
        RELEASED = "released", "Given back"
        EXPIRED = "expired", "Given back, time was over"

    key = models.CharField(max_length=140)
    account = OwnKey[LedgerAccount](LedgerAccount, related_name="reservations")
    journal = OwnKey[Journal](Journal, related_name="reservations")
    amount_minor = models.BigIntegerField()
    expires_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned(
                "balance_reservation",
                "account",
                "journal",
                append_only=True,
                judged=("resolved_at", "outcome"),
            ),
            models.UniqueConstraint(fields=["brand", "key"], name="balance_reservation_once"),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0), name="balance_reservation_positive"
            ),
            models.CheckConstraint(
                condition=Q(resolved_at=None, outcome="")
                | Q(resolved_at__isnull=False) & ~Q(outcome=""),
                name="balance_reservation_resolved_with_outcome",
            ),
        ]
        indexes = [
            models.Index(
                fields=["brand", "expires_at"],
                condition=Q(resolved_at=None),
                name="balance_reservation_open",
            ),
            models.Index(fields=["brand", "account"], name="balance_reservation_account"),
        ]

    def __str__(self) -> str:
        return self.key


class LedgerCheck(BrandOwned):
    """A proof of the whole ledger at one moment: what was counted, and every row that was off.

    `fingerprint` is of all postings up to the journal `settled_id`, and the next check computes
    it again; `seal` is a keyed hash over this row and the seal of the one before."""

    at = models.DateTimeField(default=now)
    journals = models.BigIntegerField()
    postings = models.BigIntegerField()
    # Per unit and kind: {"GBP": {"available": 1200, ...}}.
    sums = models.JSONField()
    # Each {"what": ..., "table": ..., "row_id": ..., "expected": ..., "found": ...}.
    findings = models.JSONField()
    settled_id = models.BigIntegerField()
    fingerprint = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)

    class Meta(BrandOwned.Meta):
        constraints = [*owned("ledger_check", append_only=True)]
        indexes = [models.Index(fields=["brand", "-id"], name="ledger_check_newest")]

    def __str__(self) -> str:
        return f"{self.at}: {len(self.findings)} findings"
