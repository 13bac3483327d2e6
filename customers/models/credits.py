"""Where each pound came from: every net revenue line carries exactly one source."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from config.kit.clock import now
from customers.models.customers import Customer
from customers.models.orders import Order, Refund


class CreditSource(models.TextChoices):
    FIRST = "first", "First order"
    REPEAT = "repeat", "Repeat purchase"
    CROSS_SELL = "cross_sell", "Cross-sell"
    REFERRAL = "referral", "Referral"
    JOINT_VENTURE = "joint_venture", "Joint venture"
    # Of nobody we could recognise: whether it was a first order cannot be known.
    UNATTRIBUTED = "unattributed", "Unattributed"


class Credit(BrandOwned):
    """One piece of net revenue with its source.

    An order line, the rest of an order's total that no line explains (`line_position` empty), or
    the part of a refund that goes back to one source (negative; `order` is the one it was taken
    back from). All credits of a brand sum to its net revenue to the minor unit."""

    order = OwnKey[Order | None](Order, null=True, related_name="credits")
    line_position = models.PositiveIntegerField(null=True)
    refund = OwnKey[Refund | None](Refund, null=True, related_name="credits")
    customer = OwnKey[Customer | None](Customer, null=True, related_name="credits")
    source = models.CharField(max_length=15, choices=CreditSource.choices)
    amount_minor = models.BigIntegerField()
    # The day of the order or of the refund, in the brand's zone.
    on = models.DateField()
    rule_version = models.PositiveIntegerField()

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("credit", "order", "refund", "customer"),
            models.UniqueConstraint(
                fields=["brand", "order", "line_position"],
                condition=Q(refund=None),
                nulls_distinct=False,
                name="credit_of_line_once",
            ),
            models.UniqueConstraint(
                fields=["brand", "refund", "source"],
                condition=Q(refund__isnull=False),
                name="credit_of_refund_once",
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "order"], name="credit_order"),
            models.Index(fields=["brand", "customer"], name="credit_customer"),
            models.Index(fields=["brand", "on", "source"], name="credit_day"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} by {self.source}"


class CreditClaim(BrandOwned):
    """What an app above says of an order, or of one of its lines: this came by referral, or from
    a joint venture. The stated precedence decides between several claims."""

    order = OwnKey[Order](Order, related_name="credit_claims")
    # Empty: the whole order.
    line_position = models.PositiveIntegerField(null=True)
    source = models.CharField(max_length=15, choices=CreditSource.choices)
    # Who claims, as the app above knows it: "referral:123".
    claimant = models.CharField(max_length=60)
    at = models.DateTimeField(default=now, db_default=Now())
    withdrawn_at = models.DateTimeField(null=True)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("credit_claim", "order"),
            models.UniqueConstraint(
                fields=["brand", "order", "line_position", "source", "claimant"],
                nulls_distinct=False,
                name="credit_claim_once",
            ),
            models.CheckConstraint(
                condition=Q(source__in=["referral", "joint_venture"]),
                name="credit_claim_of_apps_above",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claimant}: {self.source}"


class Spend(BrandOwned):
    """What a brand spent in a month on winning customers, or on keeping them, by channel."""

    class Kind(models.TextChoices):
        ACQUISITION = "acquisition", "Winning new customers"
        RETENTION = "retention", "Keeping customers"

    month = models.DateField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    channel = models.CharField(max_length=60)
    amount_minor = models.BigIntegerField()
    updated_at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("spend"),
            models.UniqueConstraint(
                fields=["brand", "month", "kind", "channel"], name="spend_once"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="spend_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} in {self.month:%Y-%m}"
