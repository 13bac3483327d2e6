"""What customers do: pages viewed, carts updated, and whatever else a shop tells of."""

from django.db import models
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, owned
from config.kit.clock import now


class CustomerEvent(BrandOwned):
    """One thing a customer did. High volume and append-only in use: no other table points here,
    and it points at nothing, so that it can be cut into partitions later.

    `source` and `source_id` make it count once; `customer_id` is empty while the person is not
    known (a merged customer's events are read through `canonical_ids`). `waiting_for` is then a
    keyed hash of the address or id they gave: whoever turns out to own it gets the event."""

    customer_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=60)
    at = models.DateTimeField()
    source = models.CharField(max_length=30)
    source_id = models.CharField(max_length=120)
    properties = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    waiting_for = models.BinaryField(max_length=32, null=True, editable=False)
    received_at = models.DateTimeField(default=now, db_default=Now(), editable=False)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("customer_event"),
            models.UniqueConstraint(
                fields=["brand", "source", "source_id"], name="customer_event_source"
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "customer_id", "name", "at"], name="customer_event_who"),
            models.Index(
                fields=["brand", "waiting_for"],
                condition=models.Q(waiting_for__isnull=False),
                name="customer_event_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%Y-%m-%d %H:%M}"


class EventName(BrandOwned):
    """A kind of event the brand has told of at least once: what the segment builder suggests."""

    name = models.CharField(max_length=60)
    first_at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("event_name"),
            models.UniqueConstraint(fields=["brand", "name"], name="event_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
