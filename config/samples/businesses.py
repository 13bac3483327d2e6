"""Businesses that are made up, and how one comes to offer something: by the services, as of the
days on which it would have happened."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from accounts.models.brands import Brand
from accounts.models.users import User
from accounts.scope import Actor, acting
from config.kit.clock import as_of, day_in, now
from partners.models.offers import Offer
from partners.models.partnerships import OfferCategory, PartnerInvite, Partnership
from partners.rules.content import OfferContent
from partners.rules.revenue_share import Deal
from partners.rules.terms import PartnershipTerms
from partners.services.agreements import agree_terms, propose_terms
from partners.services.invites import use_invite
from partners.services.offers import save_offer, submit_offer
from partners.services.partnerships import apply_as_partner


@dataclass(frozen=True, slots=True)
class Business:
    name: str
    contact: str
    email: str
    kind: str
    pitch: str = ""
    website: str = ""


@dataclass
class Story:
    """Who decides for the brand, and the day from which all days are counted back."""

    brand: Brand
    owner: User
    today: datetime = field(default_factory=now)
    kinds: dict[str, OfferCategory] = field(default_factory=dict)

    @contextmanager
    def by_brand(self, days_ago: float) -> Iterator[None]:
        with as_of(self.ago(days_ago)), acting(Actor("user", self.owner.pk)):
            yield

    @contextmanager
    def by_partner(self, days_ago: float, who: User) -> Iterator[None]:
        with as_of(self.ago(days_ago)), acting(Actor("partner", who.pk)):
            yield

    def ago(self, days: float) -> datetime:
        return self.today - timedelta(days=days)

    def applies(
        self, business: Business, *, days_ago: float, user: User | None = None
    ) -> tuple[Partnership, User]:
        """They apply, and follow the link in the mail."""
        with as_of(self.ago(days_ago)):
            asked = apply_as_partner(
                name=business.name,
                contact_name=business.contact,
                email=business.email,
                website=business.website,
                pitch=business.pitch,
                category_id=self.kinds[business.kind].pk,
            )
            return comes_in(asked, user)

    def agrees(
        self, partnership: Partnership, who: User, deal: Deal, *, days_ago: float, notes: str = ""
    ) -> None:
        terms = PartnershipTerms(deal=deal, statements="on_demand", notes=notes)
        with self.by_brand(days_ago):
            proposed = propose_terms(partnership, terms)
        with self.by_partner(days_ago - 0.5, who):
            agree_terms(partnership, number=proposed.number, terms_hash=proposed.terms_hash)

    def offers(
        self, partnership: Partnership, who: User, content: OfferContent, *, days_ago: float
    ) -> Offer:
        with self.by_partner(days_ago, who):
            offer = save_offer(partnership, content)
            submit_offer(offer, number=1)
        return offer

    def day(self, days: int) -> date:
        """So many from today, by the brand's calendar."""
        return day_in(self.brand.time_zone, self.today) + timedelta(days=days)


def comes_in(partnership: Partnership, user: User | None = None) -> tuple[Partnership, User]:
    """By the link of the newest mail, as `user` or as whoever has the mailbox."""
    invite = PartnerInvite.objects.filter(partnership=partnership).latest("pk")
    known, person = use_invite(invite.pk, user=user)
    known.refresh_from_db()
    return known, person
