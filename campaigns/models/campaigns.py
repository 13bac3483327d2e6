"""One-off mailings: who, what, when, and how far it is."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from config.kit.clock import now
from config.kit.sql import UuidV7
from customers.models.segments import Segment


class Campaign(BrandOwned):
    """A message to a segment. Content and audience rule are frozen at launch."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        SCHEDULED = "scheduled", "Scheduled"
        LAUNCHING = "launching", "Getting ready"
        SENDING = "sending", "Sending"
        PAUSED = "paused", "Paused"
        CANCELLED = "cancelled", "Cancelled"
        DONE = "done", "Sent"
        FAILED = "failed", "Failed"

    class Intent(models.TextChoices):
        """What the message wants of its reader; too much asking wears people out."""

        THANK = "thank", "Thank"
        HELP = "help", "Help"
        ASK = "ask", "Ask a favour"
        LISTEN = "listen", "Listen"
        SELL = "sell", "Sell"

    class ContactKind(models.TextChoices):
        """What the brand's contact rules take the message for."""

        CAMPAIGN = "campaign", "News and offers"
        REFERRAL = "referral", "Asking for a referral"
        PARTNER = "partner", "Offers of partners"
        SURVEY = "survey", "Surveys"

    class Channel(models.TextChoices):
        """How it reaches people; letters and calls leave as a list for others to work off."""

        EMAIL = "email", "E-mail"
        POST = "post", "Letters"
        PHONE = "phone", "Calls"

    class Clock(models.TextChoices):
        """Whose clock the time of a scheduled campaign is read from."""

        BRAND = "brand", "The brand's"
        RECIPIENT = "recipient", "Each recipient's own"

    TRANSITIONS = {
        State.DRAFT: {State.SCHEDULED, State.LAUNCHING},
        State.SCHEDULED: {State.DRAFT, State.LAUNCHING, State.CANCELLED, State.FAILED},
        State.LAUNCHING: {State.SENDING, State.DONE, State.CANCELLED, State.FAILED},
        State.SENDING: {State.PAUSED, State.CANCELLED, State.DONE},
        State.PAUSED: {State.SENDING, State.CANCELLED},
        State.CANCELLED: set(),
        State.DONE: set(),
        State.FAILED: set(),
    }

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    name = models.CharField(max_length=120)
    channel = models.CharField(
        max_length=5, choices=Channel.choices, default=Channel.EMAIL, db_default=Channel.EMAIL
    )
    segment = OwnKey[Segment | None](Segment, null=True, blank=True, related_name="campaigns")
    subject = models.CharField(max_length=200, blank=True)
    preheader = models.CharField(max_length=200, blank=True)
    blocks = models.JSONField(default=list)
    # {"de": {"subject": ..., "preheader": ..., "texts": {block id: {field: text}}}}
    translations = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    intent = models.CharField(
        max_length=8, choices=Intent.choices, default=Intent.SELL, db_default=Intent.SELL
    )
    contact_kind = models.CharField(
        max_length=8,
        choices=ContactKind.choices,
        default=ContactKind.CAMPAIGN,
        db_default=ContactKind.CAMPAIGN,
    )
    # Of partners' offers: whoever withdrew one of these purposes gets none of it.
    refused = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    # At launch: rule, as-of day, blocks, subject, theme, sender, postal address. Never changed.
    frozen = models.JSONField(default=dict)
    # Of a scheduled one: the wall-clock time it was set to, whose clock, and its first instant.
    send_at = models.CharField(max_length=16, blank=True, default="", db_default="")
    clock = models.CharField(
        max_length=9, choices=Clock.choices, default=Clock.BRAND, db_default=Clock.BRAND
    )
    due_at = models.DateTimeField(null=True)
    # At planning, when each gets it by their own clock: how many different moments that makes, and
    # how many people have no zone we know, so that it is the brand's.
    moments = models.PositiveIntegerField(null=True)
    zoneless = models.PositiveIntegerField(null=True)
    # Per cent of the audience held out of this campaign alone, beside the brand's control group.
    control_percent = models.PositiveIntegerField(default=0, db_default=0)
    # Per cent of the recipients who get a variant at first; the rest wait for the winner. 0: all
    # recipients get one, and nobody waits.
    test_percent = models.PositiveIntegerField(default=0, db_default=0)
    # The letter of the variant that those who waited were sent.
    winner = models.CharField(max_length=1, blank=True, default="", db_default="")
    # At planning: how many chunks, how many recipients, and why others were left out.
    planned = models.PositiveIntegerField(default=0)
    chunks_total = models.PositiveIntegerField(default=0)
    skipped = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    attribution_days = models.PositiveSmallIntegerField(default=7)
    created_by_id = models.BigIntegerField(null=True)
    launched_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)
    updated_at = models.DateTimeField(default=now, db_default=Now())
    launched_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("campaign", "segment"),
            models.UniqueConstraint(fields=["brand", "uid"], name="campaign_uid"),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "draft",
                        "scheduled",
                        "launching",
                        "sending",
                        "paused",
                        "cancelled",
                        "done",
                        "failed",
                    ]
                ),
                name="campaign_state_known",
            ),
            models.CheckConstraint(
                condition=Q(intent__in=["thank", "help", "ask", "listen", "sell"]),
                name="campaign_intent_known",
            ),
            models.CheckConstraint(
                condition=Q(contact_kind__in=["campaign", "referral", "partner", "survey"]),
                name="campaign_contact_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=["email", "post", "phone"]), name="campaign_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(clock__in=["brand", "recipient"]), name="campaign_clock_known"
            ),
            models.CheckConstraint(
                condition=Q(control_percent__lte=90), name="campaign_control_bounded"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_list(self) -> bool:
        """Whether it leaves as a list, not as mails."""
        return self.channel != self.Channel.EMAIL


class CampaignLink(BrandOwned):
    """A link of a launched campaign: a click's token carries the number, never the address."""

    campaign = OwnKey[Campaign](Campaign, related_name="links")
    number = models.PositiveSmallIntegerField()
    url = models.TextField(max_length=2000)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("campaign_link", "campaign"),
            models.UniqueConstraint(
                fields=["brand", "campaign", "number"], name="campaign_link_number"
            ),
        ]

    def __str__(self) -> str:
        return self.url
