"""What partners offer to the brand's customers: versions, the agreement on one, and its run."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    BigIntegerRangeField,
    DateRangeField,
    RangeOperators,
)
from django.db import models
from django.db.models import BigIntegerField, Case, F, Func, Q, Value, When
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from campaigns.models.campaigns import Campaign
from config.kit.clock import now
from config.kit.sql import UuidV7
from customers.models.customers import Customer
from partners.models.partnerships import OfferCategory, Partnership

# Larger than any id.
_LAST = 2**62


class _Int8Range(Func):
    function = "int8range"
    output_field = BigIntegerRangeField()


class _DateRange(Func):
    function = "daterange"
    output_field = DateRangeField()


def _only(column: str) -> _Int8Range:
    return _Int8Range(F(column), F(column), Value("[]"))


def _id_unless_exclusive(bound: int) -> Case:
    exclusive = When(is_exclusive=True, then=Value(bound))
    return Case(exclusive, default=F("id"), output_field=BigIntegerField())


class Offer(BrandOwned):
    """A partner's offer. What it says stands in its versions; `category`, `is_exclusive` and the
    days are those of the approved one, for the calendar; before there is one, of the last saved."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Waits for review"
        CHANGES_REQUESTED = "changes_requested", "Changes asked for"
        APPROVED = "approved", "Approved"
        SCHEDULED = "scheduled", "Scheduled"
        LIVE = "live", "Live"
        PAUSED = "paused", "Paused"
        ENDED = "ended", "Ended"
        SETTLED = "settled", "Settled"
        ARCHIVED = "archived", "Archived"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"
        EXPIRED = "expired", "Expired before it was approved"

    TRANSITIONS = {
        State.DRAFT: {State.SUBMITTED, State.WITHDRAWN, State.EXPIRED},
        State.SUBMITTED: {
            State.CHANGES_REQUESTED,
            State.APPROVED,
            State.DECLINED,
            State.WITHDRAWN,
            State.EXPIRED,
        },
        State.CHANGES_REQUESTED: {State.SUBMITTED, State.WITHDRAWN, State.EXPIRED},
        State.APPROVED: {State.SCHEDULED, State.LIVE, State.WITHDRAWN, State.EXPIRED},
        State.SCHEDULED: {State.LIVE, State.PAUSED, State.WITHDRAWN, State.ENDED},
        State.LIVE: {State.PAUSED, State.ENDED},
        State.PAUSED: {State.LIVE, State.SCHEDULED, State.ENDED},
        State.ENDED: {State.SETTLED},
        # Back: the bank returned what had been paid of it.
        State.SETTLED: {State.ARCHIVED, State.ENDED},
        State.ARCHIVED: set(),
        State.DECLINED: set(),
        State.WITHDRAWN: set(),
        State.EXPIRED: set(),
    }
    # Their category and days are taken.
    PLACED = (State.APPROVED, State.SCHEDULED, State.LIVE, State.PAUSED)

    uid = models.UUIDField(db_default=UuidV7(), editable=False)
    partnership = OwnKey[Partnership](Partnership, related_name="offers")
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=17, choices=State.choices, default=State.DRAFT)
    # Numbers of versions: the last one saved, the one in review (of a live offer: the change that
    # waits), the one that holds. 0: none.
    saved = models.PositiveIntegerField(default=0, db_default=0)
    submitted = models.PositiveIntegerField(default=0, db_default=0)
    approved = models.PositiveIntegerField(default=0, db_default=0)
    # The hash of the same content, as each side agreed to it.
    brand_hash = models.CharField(max_length=64, blank=True, default="", db_default="")
    partner_hash = models.CharField(max_length=64, blank=True, default="", db_default="")
    category = OwnKey[OfferCategory | None](OfferCategory, null=True, related_name="offers")
    is_exclusive = models.BooleanField(default=False, db_default=False)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    # The mailing that carries it; also shown in the brand's own mails and on the offers page.
    campaign = OwnKey[Campaign | None](Campaign, null=True, related_name="partner_offers")
    # Per cent of those who could get it who do not, so that its effect can be measured.
    control_percent = models.PositiveIntegerField(default=10, db_default=10)
    # What is left to earn by it for its payer; raised only by guarded updates.
    spent_minor = models.BigIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("offer", "partnership", "category", "campaign"),
            models.UniqueConstraint(fields=["brand", "uid"], name="offer_uid"),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="offer_days_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "scheduled", "live", "paused"])
                | Q(
                    approved__gte=1,
                    starts_on__isnull=False,
                    ends_on__isnull=False,
                    category__isnull=False,
                )
                & ~Q(brand_hash="")
                & Q(brand_hash=F("partner_hash")),
                name="offer_placed_by_both",
            ),
            # An exclusive offer takes its category for its days against every other; others take
            # only a point of their own there.
            ExclusionConstraint(
                name="offer_exclusive",
                expressions=[
                    (_only("brand"), RangeOperators.OVERLAPS),
                    (_only("category"), RangeOperators.OVERLAPS),
                    (
                        _DateRange(F("starts_on"), F("ends_on"), Value("[]")),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        _Int8Range(
                            _id_unless_exclusive(0), _id_unless_exclusive(_LAST), Value("[]")
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(state__in=["approved", "scheduled", "live", "paused"]),
            ),
        ]
        indexes = [models.Index(fields=["brand", "partnership"], name="offer_partnership")]

    def __str__(self) -> str:
        return self.name


class OfferVersion(BrandOwned):
    """An offer's content (partners/rules/content.py) as it was saved once."""

    offer = OwnKey[Offer](Offer, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    # SHA-256 of the canonical spelling of the content, in hex.
    content_hash = models.CharField(max_length=64)
    by_kind = models.CharField(max_length=12)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("offer_version", "offer", append_only=True),
            models.UniqueConstraint(fields=["brand", "offer", "number"], name="offer_version_no"),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of offer {self.offer_id}"


class OfferStep(BrandOwned):
    """One step of an offer, with its comment: both sides read it."""

    offer = OwnKey[Offer](Offer, related_name="steps")
    act = models.CharField(max_length=20)
    version = models.PositiveIntegerField(default=0, db_default=0)
    note = models.TextField(max_length=2000, blank=True)
    # Of the content that whoever did it put their name to; "" where they put it to none.
    content_hash = models.CharField(max_length=64, blank=True, default="", db_default="")
    by_kind = models.CharField(max_length=12)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [*owned("offer_step", "offer", append_only=True)]
        indexes = [models.Index(fields=["brand", "offer"], name="offer_step_of")]

    def __str__(self) -> str:
        return f"{self.act} of offer {self.offer_id}"


class ReplyTemplate(BrandOwned):
    """Words a reviewer sends often: asking for changes, or declining."""

    name = models.CharField(max_length=80)
    text = models.TextField(max_length=2000)
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("reply_template"),
            models.UniqueConstraint(fields=["brand", "name"], name="reply_template_name"),
        ]

    def __str__(self) -> str:
        return self.name


class OfferTemplate(BrandOwned):
    """What a new offer of the brand's partners begins with, so that three fields are enough."""

    # How many days from now it begins, and how many it runs.
    lead_days = models.PositiveIntegerField(default=7, db_default=7)
    run_days = models.PositiveIntegerField(default=28, db_default=28)
    # How long a voucher holds from when it was given; empty: until the offer's last day.
    valid_days = models.PositiveIntegerField(null=True)
    text = models.TextField(max_length=1000, blank=True, default="", db_default="")
    conditions = models.TextField(max_length=2000, blank=True, default="", db_default="")
    # What partners read above the form.
    advice = models.TextField(max_length=1000, blank=True, default="", db_default="")

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("offer_template"),
            models.UniqueConstraint(fields=["brand"], name="offer_template_once"),
        ]

    def __str__(self) -> str:
        return f"offer template of brand {self.brand_id}"


class OfferRules(BrandOwned):
    """Which partners' offers the brand sends at all; without a row all that are approved."""

    # What an offer must be expected to bring, in minor units for 1,000 recipients; 0: anything.
    floor_minor = models.BigIntegerField(default=0, db_default=0)
    # Whoever clicked in none of their last so many gets no more by mail; 0: everybody does.
    silent_after = models.PositiveIntegerField(default=5, db_default=5)
    updated_at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("offer_rules"),
            models.UniqueConstraint(fields=["brand"], name="offer_rules_once"),
            models.CheckConstraint(
                condition=Q(floor_minor__gte=0), name="offer_rules_floor_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"rules of brand {self.brand_id} for partners' offers"


class ReachAsk(BrandOwned):
    """A partner asked how many an audience has: what they were told, and what it cost of the
    number of questions they may ask. Asking the same again is free, and answers the same."""

    partnership = OwnKey[Partnership](Partnership, related_name="reach_asks")
    # Of the audience asked about, in its canonical spelling.
    wish_hash = models.CharField(max_length=64)
    # What was asked (partners/rules/reach.py), and how many that were when its band was told first:
    # for nobody's eyes, so that questions that differ by a few people get the same answer.
    wish = models.JSONField()
    size = models.PositiveIntegerField()
    band = models.CharField(max_length=20)
    on = models.DateField()
    at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("reach_ask", "partnership", append_only=True),
            models.UniqueConstraint(
                fields=["brand", "partnership", "wish_hash", "on"], name="reach_ask_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.band} for partnership {self.partnership_id}"


class OfferClaim(BrandOwned):
    """A customer took an offer: from a mail, or from their offers page. Once each."""

    offer = OwnKey[Offer](Offer, related_name="claims")
    customer = OwnKey[Customer](Customer, related_name="offer_claims")
    # mail, page, block.
    place = models.CharField(max_length=8)
    at = models.DateTimeField(default=now, db_default=Now())

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("offer_claim", "offer", "customer"),
            models.UniqueConstraint(fields=["brand", "offer", "customer"], name="offer_claim_once"),
        ]
        indexes = [models.Index(fields=["brand", "customer"], name="offer_claim_customer")]

    def __str__(self) -> str:
        return f"customer {self.customer_id} took offer {self.offer_id}"
