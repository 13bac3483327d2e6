"""Segments most shops need, made for one brand: its own quantiles say what is late, slipping or
much. One that needs what the brand does not have says what is missing."""

from dataclasses import dataclass, replace
from typing import Any

from customers.segments.base import days

_RECENT = 30
_SOON = 14
# Fewer gaps than this say nothing about what is usual.
_ENOUGH = 10
Rule = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Habits:
    """How the brand's customers buy; None where nobody has done it yet.

    `late_days`: three of four who ever order again do so within so many days of their first order.
    `slipping_days`, `lapsed_days`: 75 % and 95 % of all gaps between orders are no longer.
    `big_minor`, `many_orders`: nine of ten buyers spend less, order less often."""

    buyers: int
    gaps: int
    late_days: int | None
    slipping_days: int | None
    lapsed_days: int | None
    big_minor: int | None
    many_orders: int | None
    has_discounts: bool
    has_refunds: bool
    categories: int
    gift_category: str | None
    gift_tag: str | None
    birthday: str | None


@dataclass(frozen=True, slots=True)
class Ready:
    """`rule` is empty when something is missing; `missing` then says what to do about it."""

    key: str
    name: str
    about: str
    icon: str
    tone: str
    rule: Rule
    missing: str = ""


def ready_segments(habits: Habits, money: str) -> list[Ready]:
    """In the order of the gallery. `money`: `big_minor` as the brand writes it."""
    return [
        *_second_order(habits),
        *_best(habits, money),
        *_what_they_buy(habits),
        *_money_and_mail(habits),
        *_days_of_the_year(habits),
    ]


def _orders(measure: str, op: str, value: int, **limits: object) -> Rule:
    return {"kind": "orders", "measure": measure, "op": op, "value": value, **limits}


def _figure(name: str, op: str, value: int) -> Rule:
    return {"kind": "figure", "name": name, "op": op, "value": value}


def _rung(op: str, value: int) -> Rule:
    return {"kind": "rung", "op": op, "value": value}


_MAILABLE: Rule = {"kind": "reachable", "op": "can"}


def _all(*rules: Rule) -> Rule:
    return {"all": list(rules)}


def _given(ready: Ready, *needs: tuple[object, str]) -> Ready:
    """As it is, or without a rule and with the first need that is not met."""
    missing = next((what for is_met, what in needs if not is_met), "")
    return replace(ready, rule={}, missing=missing) if missing else ready


def _second_order(habits: Habits) -> list[Ready]:
    """Those on the way to, or past, their second order."""
    late, lapsed = habits.late_days or 0, habits.lapsed_days or 0
    usual = (habits.gaps >= _ENOUGH, "Too few customers have ordered again to say what is usual.")
    return [
        _given(
            Ready(
                "one_order_late",
                "One order and late",
                f"Bought once, at least {days(late)} ago: three of four who come back have done"
                " so by then.",
                "hourglass",
                "repeat",
                _all(_rung("exactly", 1), _orders("last", "at_least", late)),
            ),
            usual,
        ),
        _given(
            Ready(
                "new",
                "New customers",
                f"Placed their first order in the last {_RECENT} days: the time for a welcome.",
                "sparkles",
                "first",
                _all(_orders("first", "at_most", _RECENT - 1)),
            ),
            (habits.buyers, "Nobody has bought yet: import your orders."),
        ),
        _given(
            Ready(
                "came_back",
                "Came back after long",
                f"Ordered in the last {_RECENT} days after more than {days(lapsed)} without an"
                " order: worth a thank you.",
                "history",
                "repeat",
                _all(
                    _rung("at_least", 2),
                    _orders("last", "at_most", _RECENT - 1),
                    _orders("count", "exactly", 1, days=_RECENT + lapsed),
                ),
            ),
            usual,
        ),
        _given(
            Ready(
                "lapsed",
                "Lapsed",
                f"Have not ordered for {days(lapsed)}: only one gap in twenty is longer.",
                "moon",
                "neutral",
                _all(_orders("last", "at_least", lapsed)),
            ),
            usual,
        ),
    ]


def _best(habits: Habits, money: str) -> list[Ready]:
    slipping = habits.slipping_days or 0
    often = max(habits.many_orders or 0, 3)
    usual = (habits.gaps >= _ENOUGH, "Too few customers have ordered again to say what is usual.")
    return [
        _given(
            Ready(
                "big_spenders_slipping",
                "Big spenders slipping",
                f"Among the best tenth by money ({money} or more), and quiet for at least"
                f" {days(slipping)}, longer than three of four gaps.",
                "trending-down",
                "value",
                _all(
                    _orders("net", "at_least", habits.big_minor or 0),
                    _orders("last", "at_least", slipping),
                ),
            ),
            usual,
        ),
        _given(
            Ready(
                "loyal_regulars",
                "Loyal regulars",
                f"Ordered {often:,} times or more, and within the usual {days(slipping)}: your"
                " first choice for asking a favour.",
                "crown",
                "referral",
                _all(_rung("at_least", often), _orders("last", "at_most", slipping)),
            ),
            usual,
        ),
    ]


def _what_they_buy(habits: Habits) -> list[Ready]:
    gift = {"category": habits.gift_category} if habits.gift_category else {"tag": habits.gift_tag}
    return [
        _given(
            Ready(
                "gift_buyers",
                "Gift buyers",
                f"Bought from “{habits.gift_category or habits.gift_tag}”: they come back when"
                " somebody has a birthday.",
                "gift",
                "cross-sell",
                _all(_orders("count", "at_least", 1, **gift)),
            ),
            (
                habits.gift_category or habits.gift_tag,
                "Give your gift products a category or tag with “gift” in it.",
            ),
        ),
        _given(
            Ready(
                "one_category",
                "One category only",
                "Ordered at least twice, always of the same category: they may not know the rest.",
                "shopping-basket",
                "cross-sell",
                _all(_rung("at_least", 2), _figure("categories", "exactly", 1)),
            ),
            (habits.categories > 1, "Import products with their categories."),
        ),
        _given(
            Ready(
                "discount_only",
                "Discount only",
                "Ordered at least twice, and never at full price.",
                "badge-percent",
                "venture",
                _all(_rung("at_least", 2), _figure("full_price_orders", "exactly", 0)),
            ),
            (habits.has_discounts, "Import orders with their discounts."),
        ),
    ]


def _money_and_mail(habits: Habits) -> list[Ready]:
    return [
        _given(
            Ready(
                "refunders",
                "Sent things back",
                "Got money back in the last year: ask what went wrong before you sell again.",
                "undo-2",
                "value",
                _all(_figure("refunded", "at_least", 1)),
            ),
            (habits.has_refunds, "Import refunds, or orders with their refunds."),
        ),
        _given(
            Ready(
                "never_mailed",
                "Permitted, never mailed",
                "May be sent news and offers, and were never written to.",
                "mail-check",
                "referral",
                _all(_MAILABLE, {"kind": "message", "op": "not_sent"}),
            ),
        ),
        _given(
            Ready(
                "never_bought",
                "Permitted, never bought",
                "May be sent news and offers, and have not ordered yet.",
                "mail-question-mark",
                "first",
                _all(_rung("exactly", 0), _MAILABLE),
            ),
        ),
    ]


def _days_of_the_year(habits: Habits) -> list[Ready]:
    soon: Rule = {"kind": "anniversary", "op": "next_days", "days": _SOON}
    return [
        _given(
            Ready(
                "birthday_soon",
                "Birthday soon",
                f"Have their birthday in the next {_SOON} days.",
                "cake",
                "referral",
                _all({**soon, "of": "attribute", "name": habits.birthday}),
            ),
            (habits.birthday, "Add a date attribute with “birth” in its name."),
        ),
        _given(
            Ready(
                "anniversary_soon",
                "A year with you",
                f"Their first order comes round in the next {_SOON} days.",
                "calendar-heart",
                "repeat",
                _all({**soon, "of": "first_order"}),
            ),
            (habits.buyers, "Nobody has bought yet: import your orders."),
        ),
    ]
