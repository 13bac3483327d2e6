"""Who brought whom, what was decided and why."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from config.kit.clock import now
from config.kit.sql import UuidV7
from customers.models.customers import Customer
from customers.models.orders import Order
from referrals.models.links import Touch
from referrals.models.programmes import Advocate, Programme, ProgrammeVersion


class Referral(BrandOwned):
    """One friend of one advocate. Whether somebody looks at it is a flag beside the state, so that
    a refund and a review may overlap."""

    class State(models.TextChoices):
        # The friend asked for the reward, or an order named the advocate.
        IDENTIFIED = "identified", "Friend known"
        QUALIFIED = "qualified", "Ordered"
        # At least one reward of it can be had.
        REWARDED = "rewarded", "Rewarded"
        DISQUALIFIED = "disqualified", "Does not count"
        LAPSED = "lapsed", "Time ran out"

    TRANSITIONS = {
        State.IDENTIFIED: {State.QUALIFIED, State.DISQUALIFIED, State.LAPSED},
        State.QUALIFIED: {State.REWARDED, State.DISQUALIFIED},
        State.REWARDED: {State.DISQUALIFIED},
        State.DISQUALIFIED: set(),
        # A late order, or staff, may bring it back.
        State.LAPSED: {State.IDENTIFIED, State.QUALIFIED},
    }

    class Review(models.TextChoices):
        NONE = "", "Not looked at"
        OPEN = "open", "Under review"
        ESCALATED = "escalated", "Under review, with a manager"
        CLEARED = "cleared", "Looked at: fine"
        REFUSED = "refused", "Looked at: refused"

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    programme = OwnKey[Programme](Programme, related_name="referrals")
    # The terms it is judged by: at first those of the claim, from qualification on for good.
    version = OwnKey[ProgrammeVersion](ProgrammeVersion, related_name="referrals")
    advocate = OwnKey[Advocate](Advocate, related_name="referrals")
    friend = OwnKey[Customer | None](Customer, null=True, related_name="referred_by")
    # Keyed hash (hex) of the friend's canonical address; "" when known as a customer only.
    friend_key = models.CharField(max_length=64, blank=True)
    # What the advocate may see: first name and initial, never more.
    friend_label = models.CharField(max_length=60, blank=True, default="", db_default="")
    state = models.CharField(max_length=12, choices=State.choices, default=State.IDENTIFIED)
    # Why it does not count: a code of rules/reasons.py.
    reason = models.CharField(max_length=40, blank=True, default="", db_default="")
    touch = OwnKey[Touch | None](Touch, null=True, related_name="referrals")
    channel = models.CharField(max_length=10, blank=True, default="", db_default="")
    # The order that qualified it.
    order = OwnKey[Order | None](Order, null=True, related_name="referrals")
    identified_at = models.DateTimeField(default=now, db_default=Now())
    qualified_at = models.DateTimeField(null=True)
    score = models.PositiveIntegerField(default=0, db_default=0)
    review = models.CharField(
        max_length=10, choices=Review.choices, blank=True, default="", db_default=""
    )
    review_due_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by_id = models.BigIntegerField(null=True)
    review_note = models.CharField(max_length=200, blank=True, default="", db_default="")
    # The customer pressed the appeal button.
    appealed_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("referral", "programme", "version", "advocate", "friend", "touch", "order"),
            models.UniqueConstraint(fields=["brand", "uid"], name="referral_uid"),
            models.UniqueConstraint(
                fields=["brand", "programme", "friend_key"],
                condition=~Q(friend_key="") & ~Q(state__in=["disqualified", "lapsed"]),
                name="referral_of_address_once",
            ),
            models.UniqueConstraint(
                fields=["brand", "programme", "friend"],
                condition=Q(friend__isnull=False) & ~Q(state__in=["disqualified", "lapsed"]),
                name="referral_of_friend_once",
            ),
            models.UniqueConstraint(
                fields=["brand", "programme", "order"],
                condition=Q(order__isnull=False),
                name="referral_of_order_once",
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "advocate"], name="referral_advocate"),
            models.Index(
                fields=["brand", "friend"],
                condition=Q(friend__isnull=False),
                name="referral_friend",
            ),
            models.Index(
                fields=["brand", "friend_key"],
                condition=~Q(friend_key=""),
                name="referral_friend_key",
            ),
            models.Index(
                fields=["brand", "review_due_at"],
                condition=Q(review__in=["open", "escalated"]),
                name="referral_review",
            ),
            models.Index(fields=["brand", "programme", "identified_at"], name="referral_programme"),
            models.Index(
                fields=["brand", "order"], condition=Q(order__isnull=False), name="referral_order"
            ),
        ]

    def __str__(self) -> str:
        return f"referral {self.pk} of advocate {self.advocate_id}"


class Decision(BrandOwned):
    """An attribution receipt: all that was known, by which rule, who won and who lost.

    It can be replayed under another rule (selectors/replay.py) without touching rewards."""

    class Outcome(models.TextChoices):
        ATTRIBUTED = "attributed", "Attributed"
        REFUSED = "refused", "Refused"

    programme = OwnKey[Programme](Programme, related_name="decisions")
    version = OwnKey[ProgrammeVersion](ProgrammeVersion, related_name="decisions")
    referral = OwnKey["Referral | None"](Referral, null=True, related_name="decisions")
    order = OwnKey[Order | None](Order, null=True, related_name="referral_decisions")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    # Of a refusal: a code of rules/reasons.py.
    reason = models.CharField(max_length=40, blank=True)
    # [{"touch": id, "advocate": id, "kind": ..., "at": ..., "strength": n}], the winner first.
    evidence = models.JSONField(default=list)
    at = models.DateTimeField(default=now, db_default=Now())
    actor_kind = models.CharField(max_length=12, default="system")
    actor_id = models.BigIntegerField(null=True)
    # Of staff: why.
    note = models.CharField(max_length=200, blank=True)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("decision", "programme", "version", "referral", "order", append_only=True)
        ]
        indexes = [
            models.Index(fields=["brand", "order"], name="decision_order"),
            models.Index(fields=["brand", "referral"], name="decision_referral"),
            models.Index(fields=["brand", "programme", "at"], name="decision_programme"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.reason}".strip()


class Signal(BrandOwned):
    """One suspicious thing about a referral, with its weight as it was counted."""

    referral = OwnKey[Referral](Referral, related_name="signals")
    name = models.CharField(max_length=40)
    weight = models.IntegerField()
    # Ids and numbers only.
    evidence = models.JSONField(default=dict)
    at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("signal", "referral"),
            models.UniqueConstraint(fields=["brand", "referral", "name"], name="signal_once"),
        ]

    def __str__(self) -> str:
        return self.name
