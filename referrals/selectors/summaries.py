"""The terms of a referral programme in words, and what changes from one version to the next."""

from collections.abc import Iterator

from accounts.models.brands import Brand
from config.kit.changes import Change, Fact, changed
from customers.models.orders import SalesChannel
from customers.rules.ladder import ordinal
from referrals.rules.sharing import reward_words
from referrals.rules.terms import (
    AllOf,
    AnyOf,
    CategoryIn,
    ChannelIn,
    Condition,
    CountryIn,
    MinimumOrder,
    NoOtherCode,
    NthOrder,
    ProductIn,
    RewardTerms,
    TaggedWith,
    Terms,
)
from referrals.selectors.wording import money_of

_MODELS = {
    "sticky": "whoever referred them first keeps them",
    "first": "the first advocate in these days",
    "last": "the last advocate in these days",
}
_REPEATS = {"once": "once", "every": "with every so many", "from": "with each one from there on"}
_OVERDUE = {
    "by_value": "small ones are approved, others go to a manager",
    "approve": "they are approved",
    "reject": "they are refused",
    "escalate": "they go to a manager",
}
_TEXTS = {
    "headline": "Headline",
    "intro": "Introduction",
    "share": "Words to friends",
    "landing_headline": "Headline for friends",
    "landing_intro": "Introduction for friends",
    "shop_address": "Where friends go on to",
    "small_print": "Small print",
}


def worth(reward: RewardTerms, brand: Brand) -> str:
    """`£10`, `20% off`, `200 points`."""
    return reward_words(reward, money_of(brand))


def promises(terms: Terms, brand: Brand) -> list[Fact]:
    """What is promised and to whom."""
    found = [
        Fact("The customer gets", _promise(terms.advocate, brand)),
        Fact("The friend gets", _promise(terms.friend, brand)),
    ]
    for tier in terms.tiers:
        when = f"At the {ordinal(tier.at)} friend"
        found.append(Fact(when, f"{_promise(tier.reward, brand)}; {_REPEATS[tier.repeats]}"))
    return found


def rules(terms: Terms, brand: Brand) -> list[Fact]:
    """What must be true for it, and how much may be given."""
    caps, review = terms.caps, terms.review
    return [
        Fact("Orders that count", "; ".join(_conditions(terms.qualifying, brand)) or "any order"),
        Fact("Counts for", _days(terms.attribution.window_days)),
        Fact("Two customers, one friend", _MODELS[terms.attribution.model]),
        Fact("Budget", "no limit" if caps.budget is None else money_of(brand)(caps.budget)),
        Fact("Most for one customer", _most(terms)),
        Fact("Approved by themselves below", money_of(brand)(review.approve_below)),
        Fact("Held for a look from a score of", str(review.hold_score)),
        Fact(
            "When nobody looks",
            f"after {_days(review.deadline_days)} {_OVERDUE[review.when_overdue]}",
        ),
    ]


def trial(terms: Terms, brand: Brand) -> list[Fact]:
    """Who sees what, to measure."""
    held = terms.holdout_percent
    found = [Fact("Held out", f"{held}% of customers" if held else "nobody")]
    for arm in terms.arms:
        parts = [f"{arm.percent}%"]
        parts += [f"the customer gets {worth(arm.advocate, brand)}"] if arm.advocate else []
        parts += [f"the friend gets {worth(arm.friend, brand)}"] if arm.friend else []
        parts += [f"“{arm.headline}”"] if arm.headline else []
        found.append(Fact(f"Offer “{arm.name}”", ", ".join(parts)))
    return found


def words(terms: Terms) -> list[Fact]:
    """What people read."""
    return [
        Fact(label, text) for name, label in _TEXTS.items() if (text := getattr(terms.texts, name))
    ]


def conditions(found: list[Condition], brand: Brand) -> list[str]:
    """What each asks of an order."""
    return [text for each in found for text in _conditions(each, brand)]


def everything(terms: Terms, brand: Brand) -> list[Fact]:
    return [
        *promises(terms, brand),
        *rules(terms, brand),
        *trial(terms, brand),
        *words(terms),
    ]


def changes(before: Terms, after: Terms, brand: Brand) -> list[Change]:
    """What other terms would change, in the order of the set-up; empty: nothing."""
    return changed(everything(before, brand), everything(after, brand))


def _promise(reward: RewardTerms | None, brand: Brand) -> str:
    if reward is None:
        return "nothing"
    return ", ".join(_parts(reward, brand))


def _parts(reward: RewardTerms, brand: Brand) -> Iterator[str]:
    kind = " as a coupon" if reward.kind == "coupon" else ""
    kind = " in cash" if reward.kind == "cash" else kind
    yield f"{worth(reward, brand)}{kind}"
    if reward.percent:
        yield f"at most {money_of(brand)(reward.amount)}"
    if reward.minimum_order:
        yield f"on orders from {money_of(brand)(reward.minimum_order)}"
    if reward.on == "claim":
        yield "at once, for the first order"
    elif reward.hold_days:
        yield f"{_days(reward.hold_days)} after the order"
    else:
        yield "right after the order"
    if reward.expires_days is not None:
        yield f"can be used for {_days(reward.expires_days)}"
    if reward.coupon_batch:
        yield "codes from a batch of yours"


def _conditions(condition: Condition, brand: Brand) -> list[str]:
    if isinstance(condition, AllOf):
        return [text for each in condition.of for text in _conditions(each, brand)]
    if isinstance(condition, AnyOf):
        parts = [" and ".join(_conditions(each, brand)) for each in condition.of]
        return [f"either {' or '.join(parts)}"]
    return [_condition(condition, brand)]


def _condition(condition: Condition, brand: Brand) -> str:
    match condition:
        case NthOrder(n=n):
            return f"the friend's {ordinal(n)} order"
        case MinimumOrder(amount=amount):
            return f"from {money_of(brand)(amount)}"
        case CountryIn(countries=names):
            return f"to {_listed(names)}"
        case ChannelIn(channels=names):
            labels = dict(SalesChannel.choices)
            return f"from {_listed([str(labels.get(name, name)) for name in names])}"
        case ProductIn(products=names):
            return f"with product {_listed(names)}"
        case CategoryIn(categories=names):
            return f"with something of {_listed(names)}"
        case TaggedWith(tags=names):
            return f"tagged {_listed(names)}"
        case NoOtherCode():
            return "without other discount codes"
    return ""


def _listed(names: list[str]) -> str:
    return " or ".join(names)


def _most(terms: Terms) -> str:
    caps = terms.caps
    if caps.per_advocate is None:
        return "no limit"
    rewards = f"{caps.per_advocate} reward{'s' if caps.per_advocate > 1 else ''}"
    return f"{rewards} in {_days(caps.period_days)}" if caps.period_days else f"{rewards} ever"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
