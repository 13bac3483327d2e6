"""Saved questions about customers."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from config.kit.clock import now
from config.kit.sql import UuidV7


class Segment(BrandOwned):
    """A named rule tree; `customers/segments` compiles it to one SQL statement."""

    class Kind(models.TextChoices):
        RULE = "rule", "Rule"
        LIST = "list", "List"

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    name = models.CharField(max_length=120)
    kind = models.CharField(
        max_length=10, choices=Kind.choices, default=Kind.RULE, db_default="rule"
    )
    # Of a list: "is on this list", so that whatever reads a rule can read a list's too.
    rule = models.JSONField()
    # Rises with each change of the rule, its own or that of a segment inside it.
    generation = models.PositiveIntegerField(default=1, db_default=1)
    # The generation whose members are in SegmentMember; 0 while they never were.
    evaluated_generation = models.PositiveIntegerField(default=0, db_default=0)
    evaluated_at = models.DateTimeField(null=True, editable=False)
    # The first day of the brand whose flips are not written down yet.
    flips_until = models.DateField(null=True, editable=False)
    members_count = models.PositiveIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)
    updated_at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("segment"),
            models.UniqueConstraint(fields=["brand", "uid"], name="segment_uid"),
            models.UniqueConstraint(fields=["brand", "name"], name="segment_name"),
        ]

    def __str__(self) -> str:
        return self.name


class SegmentMember(BrandOwned):
    """From when to when a customer was in a segment. A row with no end is a member now."""

    class Cause(models.TextChoices):
        RULE = "rule", "The rule was changed"
        DATA = "data", "Something about the customer changed"
        TIME = "time", "Time passed"
        HAND = "hand", "Put on the list, or taken off, by hand"
        AUDIT = "audit", "Found by the nightly check"

    segment = OwnKey[Segment](Segment, related_name="members")
    customer_id = models.BigIntegerField()
    entered_at = models.DateTimeField()
    entered_by = models.CharField(max_length=6, choices=Cause.choices)
    left_at = models.DateTimeField(null=True)
    left_by = models.CharField(max_length=6, choices=Cause.choices, blank=True, default="")
    # The SegmentChange that opened and closed the interval.
    entered_change = models.BigIntegerField()
    left_change = models.BigIntegerField(null=True)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("segment_member", "segment"),
            models.UniqueConstraint(
                fields=["brand", "segment", "customer_id"],
                condition=Q(left_at=None),
                name="segment_member_now",
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "customer_id", "segment"], name="segment_member_who"),
            models.Index(fields=["brand", "entered_change"], name="segment_member_entered"),
            models.Index(
                fields=["brand", "left_change"],
                condition=Q(left_change__isnull=False),
                name="segment_member_left",
            ),
        ]

    def __str__(self) -> str:
        return f"Customer {self.customer_id} in segment {self.segment_id}"


class SegmentChange(BrandOwned):
    """One evaluation that moved somebody: what journeys and the history page read. Who moved is
    found in SegmentMember by `entered_change` and `left_change`."""

    segment = OwnKey[Segment](Segment, related_name="changes")
    cause = models.CharField(max_length=6, choices=SegmentMember.Cause.choices)
    entered = models.PositiveIntegerField()
    left = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta(BrandOwned.Meta):
        constraints = [*owned("segment_change", "segment")]
        indexes = [models.Index(fields=["brand", "segment", "at"], name="segment_change_when")]

    def __str__(self) -> str:
        return f"+{self.entered} -{self.left}"


class SegmentFlip(BrandOwned):
    """The next instant at which time alone may move a customer into or out of a segment.

    Only those of the next days are written down (`Segment.flips_until`): the nightly check adds
    those after. An instant is the first one of a day in the brand's zone."""

    segment = OwnKey[Segment](Segment, related_name="flips")
    customer_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("segment_flip", "segment"),
            models.UniqueConstraint(
                fields=["brand", "segment", "customer_id"], name="segment_flip_once"
            ),
        ]
        indexes = [models.Index(fields=["brand", "at"], name="segment_flip_due")]

    def __str__(self) -> str:
        return f"Customer {self.customer_id} at {self.at:%Y-%m-%d %H:%M}"


class DirtyCustomer(BrandOwned):
    """Somebody about whom something changed since the segments were last looked at.

    Rows are only added, in the transaction of the change, and deleted in the transaction that
    evaluates them: what happens during an evaluation is a new row and so is not lost."""

    customer_id = models.BigIntegerField()
    at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [*owned("dirty_customer")]
        indexes = [models.Index(fields=["brand", "at"], name="dirty_customer_oldest")]

    def __str__(self) -> str:
        return f"Customer {self.customer_id}"
