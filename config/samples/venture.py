"""What the steps of a joint venture hand on: the brand's desk, the partner's eyes, who is who."""

import secrets
from dataclasses import dataclass, field

from accounts.scope import brand_scope
from config.kit import ids
from config.samples.visitor import Page, Visitor
from config.samples.walk import CheckFailed, Walk
from partners.models.offers import Offer
from partners.models.partnerships import Partnership
from partners.selectors.names import OFFER, PARTNERSHIP
from partners.selectors.offers import version_of


class PartnerVisitor(Visitor):
    """Keeps all that it was shown."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def ask(self, method: str, path: str, body: str = "") -> Page:
        page = super().ask(method, path, body)
        self.shown.append(page.text)
        return page


@dataclass
class Scene:
    walk: Walk
    # Somebody who may decide for the brand.
    desk: Visitor
    partner: PartnerVisitor = field(default_factory=PartnerVisitor)
    mark: str = field(default_factory=lambda: secrets.token_hex(3))
    partnership: Partnership = field(init=False)
    offer: Offer = field(init=False)
    # Customers by id: who said yes, who was written to, and who took the offer from the mail.
    yes: list[int] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    taker: int | None = None
    redemption_id: str = ""

    @property
    def business(self) -> str:
        return f"Trattoria {self.mark}"

    @property
    def headline(self) -> str:
        return f"Dinner for two {self.mark}"

    def at_brand(self, path: str = "") -> str:
        return f"/b/{self.walk.brand.slug}/partners/{path}"

    def of_partnership(self, path: str = "") -> str:
        """Of the brand's page about it."""
        return self.at_brand(f"partnerships/{self.partnership_id}/{path}")

    def at_partner(self, path: str = "") -> str:
        return f"/partner/{self.partnership_id}/{path}"

    @property
    def partnership_id(self) -> str:
        return ids.encode(PARTNERSHIP, self.partnership.uid)

    @property
    def offer_id(self) -> str:
        return ids.encode(OFFER, self.offer.uid)

    def state(self) -> str:
        with brand_scope(self.walk.brand):
            self.partnership.refresh_from_db()
        return self.partnership.state

    def offer_state(self) -> str:
        with brand_scope(self.walk.brand):
            self.offer.refresh_from_db()
        return self.offer.state

    def hash_of(self, number: int) -> str:
        with brand_scope(self.walk.brand):
            return version_of(self.offer, number).content_hash


def ok(page: Page) -> Page:
    if page.status >= 400:
        raise CheckFailed(f"{page.path} answered {page.status}.")
    return page
