"""Mails that one act of a customer asks for, such as an order confirmation: their words, and each
one that was asked for."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from campaigns.models.campaigns import Campaign
from config.kit.clock import now
from config.kit.sql import UuidV7
from customers.models.customers import Customer

Intent = Campaign.Intent
# A mail that sells is a campaign, with all that customers may say about those.
INTENTS = (Intent.THANK, Intent.HELP, Intent.ASK, Intent.LISTEN)
# The reason of a mail whose server did not say whether it took it.
UNDECIDED = "undecided"


class TransactionalTemplate(BrandOwned):
    """Words that programs send by their `key`: as published, while the next ones are written."""

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    name = models.CharField(max_length=120)
    key = models.CharField(max_length=60)
    intent = models.CharField(
        max_length=8, choices=[(each.value, each.label) for each in INTENTS], default=Intent.HELP
    )
    subject = models.CharField(max_length=200, blank=True)
    preheader = models.CharField(max_length=200, blank=True)
    # [{"kind": "heading", "id": "...", ...}], validated by campaigns/blocks.
    blocks = models.JSONField(default=list)
    # {"de": {"subject": ..., "preheader": ..., "texts": {block id: {field: text}}}}
    translations = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    # What a program sends along, by example: its names are the personal fields `data.<name>`.
    example = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    # Empty: as the brand's other mails.
    sender_name = models.CharField(max_length=120, blank=True, default="", db_default="")
    sender_email = models.CharField(max_length=254, blank=True, default="", db_default="")
    reply_to = models.CharField(max_length=254, blank=True, default="", db_default="")
    # Subject, preheader, blocks, translations and example as they were published last.
    published = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    # How often it was published.
    version = models.PositiveIntegerField(default=0, db_default=0)
    # Empty: programs cannot send it.
    published_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)
    updated_at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("transactional_template"),
            models.UniqueConstraint(fields=["brand", "uid"], name="transactional_template_uid"),
            models.UniqueConstraint(fields=["brand", "key"], name="transactional_template_key"),
            models.CheckConstraint(
                condition=Q(intent__in=["thank", "help", "ask", "listen"]),
                name="transactional_template_sells_nothing",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TransactionalMessage(BrandOwned):
    """One mail that a program asked for. What it sent along is kept until the mail has left."""

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        SENT = "sent", "Sent"
        BOUNCED = "bounced", "Came back"
        FAILED = "failed", "Failed"
        SUPPRESSED = "suppressed", "Not sent"

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    template = OwnKey[TransactionalTemplate](TransactionalTemplate, related_name="messages")
    # The published version it was asked for with.
    version = models.PositiveIntegerField()
    customer = OwnKey[Customer | None](Customer, null=True, related_name="transactional_messages")
    address = models.CharField(max_length=254)
    # The normal form, by which it is found.
    address_norm = models.CharField(max_length=254)
    # Empty: the customer's own.
    language = models.CharField(max_length=10, blank=True)
    data = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    # A closed code (see campaigns.rules.messages.REASONS), and the mail server's words.
    reason = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    # How often it was offered to the mail server.
    attempts = models.PositiveIntegerField(default=0, db_default=0)
    send_at = models.DateTimeField(default=now, db_default=Now())
    # Its place in the brand's pace; empty: it has none yet, or has used it up.
    slot_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)
    # When it left, or was given up.
    done_at = models.DateTimeField(null=True)
    complained_at = models.DateTimeField(null=True)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("transactional_message", "template", "customer"),
            models.UniqueConstraint(fields=["brand", "uid"], name="transactional_message_uid"),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "sent", "bounced", "failed", "suppressed"]),
                name="transactional_message_state_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["brand", "template", "created_at"], name="transactional_message_template"
            ),
            models.Index(
                fields=["brand", "address_norm", "id"], name="transactional_message_address"
            ),
            models.Index(
                fields=["brand", "customer", "created_at"], name="transactional_message_whose"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state}: message {self.pk}"
