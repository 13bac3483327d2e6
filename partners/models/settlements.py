"""What brand and partner owe each other: lines, the statements that gather them, and payouts.

Amounts are minor units of the brand's currency, signed as the partner sees them: what they earn is
positive, what they owe negative. The ledger of accounts holds the same money in double entry."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from config.kit.clock import now
from config.kit.sql import UuidV7
from partners.models.offers import Offer
from partners.models.partnerships import Partnership


class CommissionRule(BrandOwned):
    """The words by which lines were reckoned, as they were then: once for each hash."""

    # partners/rules/revenue_share.py.
    rule = models.JSONField()
    # SHA-256 of the canonical spelling of the rule, in hex.
    rule_hash = models.CharField(max_length=64)
    at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("commission_rule", append_only=True),
            models.UniqueConstraint(fields=["brand", "rule_hash"], name="commission_rule_once"),
        ]

    def __str__(self) -> str:
        return self.rule_hash


class Statement(BrandOwned):
    """What came together until a day, frozen with its hash; what comes later goes to the next."""

    class State(models.TextChoices):
        ISSUED = "issued", "To be checked"
        DISPUTED = "disputed", "Disputed"
        AGREED = "agreed", "Agreed"
        CARRIED = "carried", "Carried forward"
        PAID = "paid", "Paid"
        WRITTEN_OFF = "written", "Written off"

    class Ground(models.TextChoices):
        """Why what a banned partner's statement says is not owed; nothing else is written off."""

        NOT_GENUINE = "not_genuine", "What it is for did not happen"
        BY_TERMS = "by_terms", "The agreed terms say so"
        AGREED_SO = "agreed_so", "Agreed with the partner in writing"

    TRANSITIONS = {
        State.ISSUED: {State.DISPUTED, State.AGREED, State.WRITTEN_OFF},
        State.DISPUTED: {State.AGREED, State.WRITTEN_OFF},
        State.AGREED: {State.PAID, State.CARRIED, State.WRITTEN_OFF},
        State.CARRIED: set(),
        State.WRITTEN_OFF: set(),
        # The bank sent the money back.
        State.PAID: {State.AGREED},
    }

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    partnership = OwnKey[Partnership](Partnership, related_name="statements")
    number = models.PositiveIntegerField()
    since = models.DateField(null=True)
    # The last day, by the brand's calendar, on which its lines became due.
    until = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.ISSUED)
    # Carried over from the statement before; below the smallest payout this one is carried too.
    opening_minor = models.BigIntegerField(default=0, db_default=0)
    earned_minor = models.BigIntegerField()
    owed_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()
    lines_count = models.PositiveIntegerField()
    # SHA-256 of its CSV, in hex; the bytes can be made again from the lines at any time.
    content_hash = models.CharField(max_length=64)
    # Names, addresses, currency and zone as they were (partners/rules/statements.py).
    parties = models.JSONField(default=dict)
    # The later statement that begins with this one's total.
    carried_into = OwnKey["Statement | None"]("Statement", null=True, related_name="carried")
    issued_at = models.DateTimeField(default=now, db_default=Now())
    dispute_until = models.DateTimeField()
    disputed_at = models.DateTimeField(null=True)
    dispute_note = models.TextField(max_length=2000, blank=True, default="", db_default="")
    # Ids of the lines it is about; none: the whole statement.
    disputed_lines = models.JSONField(default=list)
    dispute_answer = models.TextField(max_length=2000, blank=True, default="", db_default="")
    agreed_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    # Of a banned partner: what the brand decided, since they can say nothing. With a ground it was
    # written off.
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    decided_ground = models.CharField(
        max_length=20, choices=Ground.choices, blank=True, default="", db_default=""
    )
    decided_reason = models.CharField(max_length=300, blank=True, default="", db_default="")

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("statement", "partnership", "carried_into"),
            models.UniqueConstraint(fields=["brand", "uid"], name="statement_uid"),
            models.UniqueConstraint(
                fields=["brand", "partnership", "number"], name="statement_number"
            ),
            models.CheckConstraint(
                condition=Q(
                    total_minor=models.F("opening_minor")
                    + models.F("earned_minor")
                    - models.F("owed_minor")
                ),
                name="statement_sums",
            ),
            models.CheckConstraint(
                condition=Q(state="carried", carried_into__isnull=False)
                | ~Q(state="carried") & Q(carried_into__isnull=True),
                name="statement_carried_into_one",
            ),
        ]
        indexes = [
            models.Index(
                fields=["brand", "dispute_until"],
                condition=Q(state="issued"),
                name="statement_issued",
            ),
        ]

    def __str__(self) -> str:
        return f"statement {self.number} of partnership {self.partnership_id}"

    @property
    def is_held(self) -> bool:
        """Of a banned partner, and open: nothing comes of it before the brand decides."""
        is_open = self.state in (self.State.ISSUED, self.State.DISPUTED, self.State.AGREED)
        is_banned = self.partnership.state == Partnership.State.BANNED
        return is_open and is_banned and self.decided_at is None


class CommissionLine(BrandOwned):
    """One amount that came of one cause by one rule. A correction is a line of its own."""

    class State(models.TextChoices):
        PENDING = "pending", "Until the time for refunds is over"
        HELD = "held", "Held"
        DUE = "due", "For the next statement"
        STATED = "stated", "In a statement"
        # Or written off, with its statement.
        PAID = "paid", "Paid"

    TRANSITIONS = {
        State.PENDING: {State.HELD, State.DUE},
        State.HELD: {State.PENDING, State.DUE},
        State.DUE: {State.HELD, State.STATED},
        State.STATED: {State.PAID},
        # The bank sent the money back.
        State.PAID: {State.STATED},
    }

    partnership = OwnKey[Partnership](Partnership, related_name="lines")
    offer = OwnKey[Offer | None](Offer, null=True, related_name="lines")
    rule = OwnKey[CommissionRule](CommissionRule, related_name="lines")
    statement = OwnKey[Statement | None](Statement, null=True, related_name="lines")
    # redemption, claim, order, pack_item, or what corrects one: take_back, dispute, ...
    cause_kind = models.CharField(max_length=20)
    cause_id = models.BigIntegerField()
    # Which part of the rule: share, flat, lead, new_customer, ...
    part = models.CharField(max_length=20)
    basis_minor = models.BigIntegerField(default=0, db_default=0)
    amount_minor = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    # What it says on the statement; no name and no address of a customer.
    words = models.CharField(max_length=120, blank=True, default="", db_default="")
    happened_at = models.DateTimeField()
    # When it becomes due, and comes into a statement.
    locked_until = models.DateTimeField()
    held_reason = models.CharField(max_length=200, blank=True, default="", db_default="")
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("commission_line", "partnership", "offer", "rule", "statement"),
            models.UniqueConstraint(
                fields=["brand", "cause_kind", "cause_id", "part"], name="commission_line_once"
            ),
            models.CheckConstraint(
                condition=~Q(amount_minor=0), name="commission_line_not_nothing"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["stated", "paid"], statement__isnull=False)
                | Q(state__in=["pending", "held", "due"], statement__isnull=True),
                name="commission_line_stated",
            ),
        ]
        indexes = [
            models.Index(
                fields=["brand", "locked_until"],
                condition=Q(state="pending"),
                name="commission_line_pending",
            ),
            models.Index(
                fields=["brand", "partnership", "locked_until"],
                condition=Q(state="due"),
                name="commission_line_due",
            ),
            # Pages show a statement's lines by falling id.
            models.Index(
                fields=["brand", "statement", "id"],
                condition=Q(statement__isnull=False),
                name="commission_line_of_statement",
            ),
            models.Index(fields=["brand", "offer"], name="commission_line_offer"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} for {self.cause_kind} {self.cause_id}"


class PayoutBatch(BrandOwned):
    """Statements that are paid together, by one file for the bank. The file never changes."""

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    number = models.PositiveIntegerField()
    # Sealed, because account numbers stand in it; exported again it is the same to the byte.
    sealed_file = models.TextField()
    # SHA-256 of the file, in hex.
    file_hash = models.CharField(max_length=64)
    total_minor = models.BigIntegerField()
    by_id = models.BigIntegerField(null=True)
    made_at = models.DateTimeField(default=now, db_default=Now())
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by_id = models.BigIntegerField(null=True)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned(
                "payout_batch",
                append_only=True,
                judged=("confirmed_at", "confirmed_by_id"),
            ),
            models.UniqueConstraint(fields=["brand", "uid"], name="payout_batch_uid"),
            models.UniqueConstraint(fields=["brand", "number"], name="payout_batch_number"),
        ]

    def __str__(self) -> str:
        return f"payout {self.number}"


class Payout(BrandOwned):
    """One statement's money in a batch. Of the payments of a statement at most one has not failed:
    the bank refused the others, or sent the money back."""

    batch = OwnKey[PayoutBatch](PayoutBatch, related_name="payouts")
    statement = OwnKey[Statement](Statement, related_name="payouts")
    amount_minor = models.BigIntegerField()
    failed_at = models.DateTimeField(null=True)
    # What the bank said; the partner reads it.
    failed_reason = models.CharField(max_length=300, blank=True, default="", db_default="")
    failed_by_id = models.BigIntegerField(null=True)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned(
                "payout",
                "batch",
                "statement",
                append_only=True,
                judged=("failed_at", "failed_reason", "failed_by_id"),
            ),
            models.UniqueConstraint(
                fields=["brand", "statement"],
                condition=Q(failed_at__isnull=True),
                name="payout_stands_once",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payout_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} of batch {self.batch_id}"
