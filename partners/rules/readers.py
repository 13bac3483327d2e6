"""Which of the live offers one customer may see."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from customers.rules.permissions import REASONS, SAID_NO
from customers.rules.splits import is_held_out
from partners.rules.content import OfferContent


@dataclass(frozen=True, slots=True)
class Shown:
    """A live offer as customers are shown it. `control_key` and `control_percent` say who is held
    out of it, by its campaign's key."""

    offer_id: int
    offer_uid: UUID
    partnership_id: int
    category_id: int
    partner: str
    content: OfferContent
    control_key: bytes
    control_percent: int


@dataclass(frozen=True, slots=True)
class Reader:
    """What a customer said to partners' offers: `reason` is the judgement of a mailing to them,
    `status` their last word on such offers ("" when they never said one)."""

    customer_id: int
    reason: str
    status: str = ""
    refused: frozenset[str] = frozenset()
    taken: frozenset[int] = frozenset()

    @property
    def said_yes(self) -> bool:
        """Whoever only wants a pause from mails, say, may still look at what there is."""
        return self.reason not in REASONS and self.reason != SAID_NO

    @property
    def may_be_asked(self) -> bool:
        """Nobody is asked again who has answered."""
        return not self.status


def refusing(partnership_id: int, category_id: int | None) -> list[str]:
    """The purposes whose withdrawal is a no to offers of that partner, of that kind."""
    return [
        f"partner:{partnership_id}",
        *([f"offers:{category_id}"] if category_id is not None else []),
    ]


def visible(
    offers: Sequence[Shown], reader: Reader, *, brand_key: bytes, brand_percent: int
) -> Iterator[Shown]:
    """Those they may see, in the same order. Whoever is held out of an offer sees nothing of it,
    whoever is in the brand's control group nothing at all."""
    if not reader.said_yes or is_held_out(brand_key, reader.customer_id, percent=brand_percent):
        return
    for offer in offers:
        if not _is_kept_from(offer, reader):
            yield offer


def _is_kept_from(offer: Shown, reader: Reader) -> bool:
    said_no: Collection[str] = reader.refused
    if any(each in said_no for each in refusing(offer.partnership_id, offer.category_id)):
        return True
    return is_held_out(offer.control_key, reader.customer_id, percent=offer.control_percent)
