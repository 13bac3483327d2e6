"""The processes that send, and the chunks of recipients they work through."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from campaigns.models.campaigns import Campaign
from config.kit.clock import now

# The first half of every sender's advisory lock; the second half is the sender's id.
SENDER_LOCKS = 0x52505054


class Sender(models.Model):
    """One sender process. Outside row security: it serves every brand.

    It holds the advisory lock (SENDER_LOCKS, id) for its whole life; the lock dies with it."""

    host = models.CharField(max_length=120)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField(default=now, db_default=Now())

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"


class Chunk(BrandOwned):
    """About 500 recipients of a campaign. `owner` fences every change while it is being sent."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        SENDING = "sending", "Sending"
        DONE = "done", "Done"

    campaign = OwnKey[Campaign](Campaign, related_name="chunks")
    number = models.PositiveIntegerField()
    customer_ids = ArrayField(models.BigIntegerField())
    # The letter of the variant these recipients get; empty where there is only one.
    variant = models.CharField(max_length=1, blank=True, default="", db_default="")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PLANNED)
    owner = models.BigIntegerField(null=True)
    host = models.CharField(max_length=120, blank=True)
    # SEND_JOURNAL=db: recipients before position `intent` may have been sent to; of those before
    # `decided` it is known, whoever of them has no outcome yet goes later.
    intent = models.PositiveIntegerField(default=0, db_default=0)
    decided = models.PositiveIntegerField(default=0, db_default=0)
    # How many of its recipients wait until the brand's contact rules let one more mail through.
    waiting = models.PositiveIntegerField(default=0, db_default=0)
    # Whose mails are about to leave, and since when: under contact rules they count like mails that
    # left, until their outcome is written or the chunk is put back.
    reserved = ArrayField(models.BigIntegerField(), null=True)
    reserved_at = models.DateTimeField(null=True)
    # Not before; of a campaign that goes out by its recipients' clocks.
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("chunk", "campaign"),
            models.UniqueConstraint(fields=["brand", "campaign", "number"], name="chunk_number"),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "sending", "done"]), name="chunk_state_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["brand"], name="chunk_reserved", condition=Q(reserved_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"Chunk {self.number} of campaign {self.campaign_id}"
