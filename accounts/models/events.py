"""What happened: the audit trail, the activity feed and the source of webhooks, in one row."""

from django.db import models
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from config.kit.clock import now


class DomainEvent(BrandOwned):
    """A fact in the past tense. Ids and numbers only, no personal data."""

    type = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField(default=1)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)
    effective_user_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    batch_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=now, db_default=Now())
    payload = models.JSONField(default=dict)

    class Meta(BrandOwned.Meta):
        constraints = [*owned("domain_event", append_only=True)]
        indexes = [
            models.Index(fields=["brand", "-id"], name="domain_event_newest"),
            models.Index(
                fields=["brand", "subject_kind", "subject_id"], name="domain_event_subject"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.subject_id}"


class EventHandled(BrandOwned):
    """One row for each handler that has dealt with an event: what makes repeats harmless."""

    event = OwnKey["DomainEvent"](DomainEvent, related_name="handled")
    handler = models.CharField(max_length=120)
    at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("event_handled", "event", append_only=True),
            models.UniqueConstraint(
                fields=["brand", "event", "handler"], name="event_handled_once"
            ),
        ]

    def __str__(self) -> str:
        return self.handler
