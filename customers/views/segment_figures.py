"""How segments are drawn: reach as a bar, the ladder as steps, the rule in words."""

from itertools import cycle

from accounts.models.brands import Brand
from config.kit import formats
from config.kit.figures import Ladder, Part, Rung, Split, Unit
from customers.models.segments import Segment
from customers.rules.intervals import Share
from customers.rules.ladder import ordinal
from customers.segments.base import Words
from customers.segments.tree import BadRule, parse_rule
from customers.segments.words import describe
from customers.selectors import audience
from customers.selectors import segments as selectors
from customers.selectors.portrait import Portrait

# Tones of the reasons why not, the most frequent first.
_TONES = ("neutral", "value", "venture", "cross-sell", "referral")


def reach_split(found: Portrait, brand: Brand, *, small: bool = False) -> Split:
    """Whom a mail reaches now, and why not the others, the most frequent reason first."""
    others = sorted(
        ((reason, count) for reason, count in found.reasons.items() if reason),
        key=lambda pair: -pair[1],
    )
    parts = [Part("Can be mailed now", found.reached, "repeat")]
    parts += [
        Part(audience.words(reason), count, tone)
        for (reason, count), tone in zip(others, cycle(_TONES), strict=False)
    ]
    return Split("Reachable by e-mail", parts, Unit(locale=brand.locale), small=small)


def ladder_figure(found: Portrait, brand: Brand) -> Ladder:
    """The rungs that anybody of the segment reached."""
    rungs = [
        Rung(f"{ordinal(number)} order", count)
        for number, count in enumerate(found.ladder, start=1)
        if count
    ]
    return Ladder(rungs, Unit(locale=brand.locale))


def interval_words(found: Share, brand: Brand) -> str:
    """`31% to 44% with 95% certainty`; empty when nobody counts."""
    if found.low is None or found.high is None:
        return ""
    low, high = (formats.percent(share, brand.locale) for share in (found.low, found.high))
    return f"{low} to {high}, with {formats.percent(0.95, brand.locale)} certainty"


def words_of(brand: Brand) -> Words:
    return Words(brand.currency, brand.locale, selectors.names_by_public_id())


def sentence_of(segment: Segment, words: Words) -> str:
    """The rule in plain English; what is wrong with it when it cannot be used any more."""
    if segment.kind == Segment.Kind.LIST:
        return "Put together by hand."
    try:
        return describe(parse_rule(segment.rule), words)
    except BadRule as error:
        return error.message
