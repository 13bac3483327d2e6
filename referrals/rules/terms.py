"""The terms of a referral programme: what is promised to whom, when, and what must be true for it.

They are frozen as a version when a programme goes live or is changed, and everything that follows
from a referral reads the version it qualified under. Money is minor units of the brand's currency,
an amount of points is points."""

import hashlib
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

RewardKindName = Literal["coupon", "store_credit", "points", "gift_card", "cash", "donation"]
Percent = Annotated[int, Meta(ge=0, le=100)]
Amount = Annotated[int, Meta(ge=0, le=10**12)]
Days = Annotated[int, Meta(ge=0, le=1_096)]
Line = Annotated[str, Meta(max_length=200)]
Words = Annotated[str, Meta(max_length=1_000)]
Names = Annotated[list[Annotated[str, Meta(max_length=120)]], Meta(max_length=200)]


class RewardTerms(Struct, frozen=True, forbid_unknown_fields=True):
    """What one side gets. `amount` is what the ledger books: minor units, or points; of a coupon
    in per cent it is the most it can be worth."""

    kind: RewardKindName
    amount: Amount
    # Only of coupons in per cent; 0: worth `amount`.
    percent: Percent = 0
    # The public id of the batch a coupon comes from; empty: a code is made at the claim.
    coupon_batch: Annotated[str, Meta(max_length=60)] = ""
    minimum_order: Amount = 0
    # How long after the order (or the friend's claim) it stays pending.
    hold_days: Days = 14
    # How long it can be spent once it is there; None: for ever.
    expires_days: Days | None = 365
    # Friends may get theirs for their first order, so at once, or after it like the advocate.
    on: Literal["claim", "order"] = "order"


class Tier(Struct, frozen=True, forbid_unknown_fields=True):
    """A milestone: something more at the n-th friend who ordered."""

    at: Annotated[int, Meta(ge=1, le=10_000)]
    reward: RewardTerms
    # Once at the n-th, with every n-th, or with each one from the n-th on.
    repeats: Literal["once", "every", "from"] = "once"


class MinimumOrder(Struct, frozen=True, tag_field="rule", tag="minimum_order"):
    """The order's net money, after discounts and what was paid with rewards."""

    amount: Amount


class NthOrder(Struct, frozen=True, tag_field="rule", tag="nth_order"):
    """The friend's n-th counted order (1: their first)."""

    n: Annotated[int, Meta(ge=1, le=100)] = 1


class ProductIn(Struct, frozen=True, tag_field="rule", tag="product_in"):
    """At least one line of one of these products (the shop's ids)."""

    products: Names


class CategoryIn(Struct, frozen=True, tag_field="rule", tag="category_in"):
    categories: Names


class CountryIn(Struct, frozen=True, tag_field="rule", tag="country_in"):
    countries: Names


class ChannelIn(Struct, frozen=True, tag_field="rule", tag="channel_in"):
    channels: Names


class TaggedWith(Struct, frozen=True, tag_field="rule", tag="tagged_with"):
    """The order carries one of these tags."""

    tags: Names


class NoOtherCode(Struct, frozen=True, tag_field="rule", tag="no_other_code"):
    """No discount code on the order but those of this programme."""


class AllOf(Struct, frozen=True, tag_field="rule", tag="all"):
    of: Annotated[list["Condition"], Meta(max_length=20)]


class AnyOf(Struct, frozen=True, tag_field="rule", tag="any"):
    of: Annotated[list["Condition"], Meta(min_length=1, max_length=20)]


Condition = (
    MinimumOrder
    | NthOrder
    | ProductIn
    | CategoryIn
    | CountryIn
    | ChannelIn
    | TaggedWith
    | NoOtherCode
    | AllOf
    | AnyOf
)


class Attribution(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose friend somebody is when there is more than one answer."""

    window_days: Annotated[int, Meta(ge=1, le=730)] = 90
    # Sticky: whoever referred them first keeps them. Else the first or the last touch in the window
    # wins among equally strong ones.
    model: Literal["sticky", "first", "last"] = "sticky"


class Caps(Struct, frozen=True, forbid_unknown_fields=True):
    """Guarded counters: nothing is promised beyond them. None: no such limit."""

    budget: Amount | None = None
    per_advocate: Annotated[int, Meta(ge=1, le=100_000)] | None = None
    # The per-advocate cap counts rewards in stretches of so many days from joining on; 0: ever.
    period_days: Days = 0


class Review(Struct, frozen=True, forbid_unknown_fields=True):
    """When a person looks, and what happens when nobody does."""

    # A fraud score from here on holds the reward for review; never so low that sharing a household
    # or an office would hold it by itself (rules/fraud.SHARED_CAP).
    hold_score: Annotated[int, Meta(ge=46, le=1_000)] = 50
    # Rewards worth less than this are approved by themselves unless something is suspicious.
    approve_below: Amount = 5_000
    deadline_days: Annotated[int, Meta(ge=1, le=90)] = 14
    when_overdue: Literal["approve", "reject", "escalate", "by_value"] = "by_value"


class Texts(Struct, frozen=True, forbid_unknown_fields=True):
    """What people read. `{advocate_reward}`, `{friend_reward}`, `{brand}` and `{name}` stand for
    themselves; the share text is only a beginning, which the customer edits."""

    headline: Line = "Give {friend_reward}, get {advocate_reward}"
    intro: Words = "Share your link. When a friend places a first order, both of you get a reward."
    share: Words = (
        "I like shopping at {brand}. With my link you get {friend_reward} on your first order, "
        "and I get {advocate_reward} too:"
    )
    landing_headline: Line = "{name} gives you {friend_reward}"
    landing_intro: Words = "It is yours for a first order. {name} gets {advocate_reward} too."
    # Where friends go on to after the landing page: the shop.
    shop_address: Annotated[str, Meta(max_length=500)] = ""
    small_print: Words = ""


class Arm(Struct, frozen=True, forbid_unknown_fields=True):
    """One offer of an experiment; what is left out is as in the terms."""

    name: Annotated[str, Meta(min_length=1, max_length=40)]
    percent: Annotated[int, Meta(ge=1, le=100)]
    advocate: RewardTerms | None = None
    friend: RewardTerms | None = None
    headline: Line = ""
    share: Words = ""


class Terms(Struct, frozen=True, forbid_unknown_fields=True):
    """All of a programme that is promised or decided by rule."""

    advocate: RewardTerms | None = RewardTerms(kind="coupon", amount=1_000)
    friend: RewardTerms | None = RewardTerms(kind="coupon", amount=1_000, hold_days=0, on="claim")
    tiers: Annotated[list[Tier], Meta(max_length=10)] = []
    qualifying: Condition = AllOf(of=[NthOrder()])
    attribution: Attribution = Attribution()
    caps: Caps = Caps()
    review: Review = Review()
    texts: Texts = Texts()
    arms: Annotated[list[Arm], Meta(max_length=6)] = []
    # So many of the eligible customers see no offer, so that one can see what it brings.
    holdout_percent: Annotated[int, Meta(ge=0, le=50)] = 0


_encoder = msgspec.json.Encoder(order="deterministic")


def canonical(terms: Terms) -> bytes:
    """The one spelling of these terms, in JSON."""
    return _encoder.encode(terms)


def terms_hash(terms: Terms) -> str:
    """SHA-256 of the canonical spelling, 64 hex digits: what journals and rewards name."""
    return hashlib.sha256(canonical(terms)).hexdigest()


def read_terms(stored: object) -> Terms:
    """Terms out of stored JSON; raises msgspec.ValidationError with the place of what is wrong."""
    return msgspec.convert(stored, Terms)
