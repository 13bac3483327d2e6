"""What became of each message, and what came back. Both are only ever added to."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from accounts.scope import current_brand_id
from campaigns.models.campaigns import Campaign
from config.kit.clock import now
from customers.models.customers import Customer


class Delivery(BrandOwned):
    """The one outcome of one message to one customer (trust rule 11)."""

    class Outcome(models.TextChoices):
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        UNKNOWN = "unknown", "Not known"
        SKIPPED = "skipped", "Left out"

    # Looked up once for each of a million rows; the campaign's key holds the brand anyway.
    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        default=current_brand_id,
        db_index=False,
        db_constraint=False,
        related_name="+",
        editable=False,
    )
    campaign = OwnKey[Campaign](Campaign, related_name="deliveries")
    customer = OwnKey[Customer](Customer, related_name="deliveries")
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    # A closed code: no_consent, suppressed, no_address, cancelled, refused, ...
    reason = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    variant = models.CharField(max_length=1, blank=True, default="", db_default="")
    at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("delivery", "campaign", "customer", append_only=True),
            models.UniqueConstraint(fields=["brand", "campaign", "customer"], name="delivery_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=["sent", "failed", "unknown", "skipped"]),
                name="delivery_outcome_known",
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "customer", "at"], name="delivery_customer"),
            # All of a campaign are counted from its key; these few are what to take away.
            models.Index(
                fields=["brand", "campaign"],
                condition=~Q(outcome="sent"),
                name="delivery_not_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} to customer {self.customer_id}"


class Feedback(BrandOwned):
    """What a recipient did with a message."""

    class Kind(models.TextChoices):
        CLICK = "click", "Clicked"
        UNSUBSCRIBE = "unsubscribe", "Unsubscribed"
        BOUNCE = "bounce", "Bounced"
        COMPLAINT = "complaint", "Complained"
        OPEN = "open", "Opened"

    campaign = OwnKey[Campaign](Campaign, related_name="feedback")
    customer = OwnKey[Customer](Customer, related_name="feedback")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    link = models.PositiveSmallIntegerField(null=True)
    user_agent = models.CharField(max_length=200, blank=True)
    # The network it came from (24 of 32 bits, 48 of 128), and what its request gave away, such as
    # "prefetch": all that judging it again needs.
    network = models.CharField(max_length=43, blank=True, default="", db_default="")
    hints = models.CharField(max_length=40, blank=True, default="", db_default="")
    # Of a bounce: its status and the server's words (RFC 3463).
    detail = models.CharField(max_length=300, blank=True, default="", db_default="")
    # A click or open some program made, not the person; judged by campaigns.rules.bots.
    is_machine = models.BooleanField(default=False, db_default=False)
    simulated = models.BooleanField(default=False, db_default=False)
    at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("feedback", "campaign", "customer", append_only=True, judged=("is_machine",)),
            models.CheckConstraint(
                condition=Q(kind__in=["click", "unsubscribe", "bounce", "complaint", "open"]),
                name="feedback_kind_known",
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "campaign", "kind"], name="feedback_campaign"),
            # How many people clicked, from the index alone.
            models.Index(
                fields=["brand", "campaign", "customer"],
                condition=Q(kind="click", is_machine=False),
                name="feedback_clicked",
            ),
            models.Index(fields=["brand", "customer", "at"], name="feedback_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by customer {self.customer_id}"
