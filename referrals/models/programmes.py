"""Referral programmes: what a brand promises those who bring a friend, and its frozen versions."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from config.kit.clock import now
from config.kit.sql import UuidV7
from customers.models.customers import Customer


class Programme(BrandOwned):
    """One referral programme. `draft` is what the set-up pages edit; what holds is a version."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        LIVE = "live", "Live"
        PAUSED = "paused", "Paused"
        ENDED = "ended", "Ended"

    TRANSITIONS = {
        State.DRAFT: {State.LIVE},
        State.LIVE: {State.PAUSED, State.ENDED},
        State.PAUSED: {State.LIVE, State.ENDED},
        State.ENDED: set(),
    }

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    # Terms as JSON (referrals/rules/terms.py), not yet frozen.
    draft = models.JSONField(default=dict)
    # The number of the version that holds; 0 before the first.
    version = models.PositiveIntegerField(default=0, db_default=0)
    # Of the experiment and of who is held out; it never changes.
    salt = models.BinaryField(max_length=32, editable=False)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)
    updated_at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("programme"),
            models.UniqueConstraint(fields=["brand", "uid"], name="programme_uid"),
            models.UniqueConstraint(fields=["brand", "name"], name="programme_name"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(version__gte=1), name="programme_live_by_version"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProgrammeVersion(BrandOwned):
    """Terms as they were frozen; referrals keep to the version they qualified under."""

    programme = OwnKey[Programme](Programme, related_name="versions")
    number = models.PositiveIntegerField()
    terms = models.JSONField()
    # SHA-256 of the canonical spelling of the terms, in hex.
    terms_hash = models.CharField(max_length=64)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("programme_version", "programme", append_only=True),
            models.UniqueConstraint(
                fields=["brand", "programme", "number"], name="programme_version_number"
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of programme {self.programme_id}"


class Allowance(BrandOwned):
    """A guarded counter: raised only by `UPDATE ... WHERE used + n <= limit`.

    Without an advocate it is the programme's budget (money, points); with one, how many rewards
    they got in the period that begins at `since` (empty: ever)."""

    programme = OwnKey[Programme](Programme, related_name="allowances")
    advocate_id = models.BigIntegerField(null=True)
    since = models.DateField(null=True)
    used = models.BigIntegerField(default=0, db_default=0)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("allowance", "programme"),
            models.UniqueConstraint(
                fields=["brand", "programme", "advocate_id", "since"],
                nulls_distinct=False,
                name="allowance_once",
            ),
            models.CheckConstraint(condition=Q(used__gte=0), name="allowance_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.used} used of programme {self.programme_id}"


class RewardSettings(BrandOwned):
    """What a brand's shop can do with rewards; one row per brand, none means: coupons only."""

    # Which of store_credit, points and gift_card the shop lets customers spend, through the API.
    spends = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    # One point in minor units of the brand's currency, for figures and for coupons made of points.
    point_minor = models.PositiveIntegerField(default=1, db_default=1)
    # Debt older than this is written off; empty: never.
    write_off_days = models.PositiveIntegerField(null=True)
    # Free-mail and throw-away domains of this brand beside the built-in ones.
    extra_free_domains = models.JSONField(
        default=list, db_default=models.Value([], models.JSONField())
    )
    extra_throwaway_domains = models.JSONField(
        default=list, db_default=models.Value([], models.JSONField())
    )
    updated_at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("reward_settings"),
            models.UniqueConstraint(fields=["brand"], name="reward_settings_once"),
        ]

    def __str__(self) -> str:
        return f"Reward settings of brand {self.brand_id}"


class Advocate(BrandOwned):
    """A customer who takes part in a programme and may share."""

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    programme = OwnKey[Programme](Programme, related_name="advocates")
    customer = OwnKey[Customer](Customer, related_name="advocacies")
    # The offer of the experiment they see, by its place in the terms; fixed at joining.
    arm = models.PositiveIntegerField(null=True)
    # Where they joined: portal, mail, page, api, staff.
    source = models.CharField(max_length=20)
    # Their own words to friends; empty: the programme's.
    share_text = models.CharField(max_length=1_000, blank=True, default="", db_default="")
    joined_at = models.DateTimeField(default=now, db_default=Now())
    # Barred from earning, by staff with a reason; lifted again by emptying both.
    barred_at = models.DateTimeField(null=True)
    barred_reason = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("advocate", "programme", "customer"),
            models.UniqueConstraint(fields=["brand", "uid"], name="advocate_uid"),
            models.UniqueConstraint(
                fields=["brand", "programme", "customer"], name="advocate_once"
            ),
        ]
        indexes = [models.Index(fields=["brand", "customer"], name="advocate_customer")]

    def __str__(self) -> str:
        return f"customer {self.customer_id} in programme {self.programme_id}"
