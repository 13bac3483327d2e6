"""What the mail editor keeps beside the mails: earlier versions, pictures, blocks to use again, and
the last look at everybody a mail would go to."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from campaigns.models.campaigns import Campaign
from config.kit.clock import now
from config.kit.sql import UuidV7


class ContentVersion(BrandOwned):
    """What a mail said before a change (undo), or before that change was taken back (redo).

    `what` names what was changed, so that the letters of one word are one step."""

    class Stack(models.TextChoices):
        UNDO = "undo", "To be taken back"
        REDO = "redo", "To be done again"

    owner = models.CharField(max_length=10)
    document_id = models.BigIntegerField()
    stack = models.CharField(max_length=4, choices=Stack.choices)
    what = models.CharField(max_length=80, blank=True)
    content = models.JSONField()
    at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("content_version"),
            models.CheckConstraint(
                condition=Q(stack__in=["undo", "redo"]), name="content_version_stack_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["brand", "owner", "document_id", "stack"], name="content_version_document"
            )
        ]

    def __str__(self) -> str:
        return f"{self.stack} of {self.owner} {self.document_id}"


class MailImage(BrandOwned):
    """A picture that mails show. `name` is random and public; nothing else of it is."""

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    name = models.CharField(max_length=60)
    title = models.CharField(max_length=200, blank=True)
    alt = models.CharField(max_length=300, blank=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("mail_image"),
            models.UniqueConstraint(fields=["brand", "uid"], name="mail_image_uid"),
            models.UniqueConstraint(fields=["brand", "name"], name="mail_image_name"),
        ]

    def __str__(self) -> str:
        return self.title or self.name


class SavedBlock(BrandOwned):
    """A block kept to be put into other mails."""

    name = models.CharField(max_length=120)
    block = models.JSONField()
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)

    class Meta(BrandOwned.Meta):
        constraints = [*owned("saved_block")]

    def __str__(self) -> str:
        return self.name


class Preflight(BrandOwned):
    """A draft rendered for everybody it would go to, in turns. `content_hash` is of words and
    audience: a change of either makes the look worthless. `looked_up_to` is a customer's id."""

    campaign = OwnKey[Campaign](Campaign, related_name="preflights")
    content_hash = models.CharField(max_length=64)
    people = models.PositiveIntegerField(default=0, db_default=0)
    looked_at = models.PositiveIntegerField(default=0, db_default=0)
    looked_up_to = models.BigIntegerField(default=0, db_default=0)
    # Field name, or "unsafe", to {"count": n, "ids": [a few customers]}.
    findings = models.JSONField(default=dict)
    largest = models.PositiveIntegerField(default=0, db_default=0)
    started_at = models.DateTimeField(default=now, db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("preflight", "campaign"),
            models.UniqueConstraint(fields=["brand", "campaign"], name="preflight_once"),
        ]

    def __str__(self) -> str:
        return f"Preflight of campaign {self.campaign_id}"
