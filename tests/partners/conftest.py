"""Two businesses that work with Floral, each with somebody who signs in for it: Pia's trattoria
and Otto's wines."""

from datetime import UTC, datetime

import msgspec
import pytest
from django.test import Client

from accounts.models.brands import Brand
from accounts.models.members import Membership, Role
from accounts.models.organisations import Organisation
from accounts.models.users import User
from accounts.services.people import person_at
from config.kit import ids
from partners.models.partnerships import (
    OfferCategory,
    Partnership,
    PartnershipDoor,
    PartnershipTerms,
)
from partners.rules import terms as rules
from partners.selectors.names import PARTNERSHIP

AGREED = datetime(2026, 1, 1, 9, tzinfo=UTC)


def make_partner(email: str, *, name: str, business: str) -> User:
    """Somebody who signs in for a partner: its owner, by e-mail only."""
    organisation = Organisation.objects.create(kind=Organisation.Kind.PARTNER, name=business)
    user = person_at(email, name=name)
    Membership.objects.create(user=user, organisation=organisation, role=Role.OWNER)
    return user


def make_partnership(
    user: User,
    *,
    category: OfferCategory | None = None,
    terms: rules.PartnershipTerms | None = None,
    state: Partnership.State = Partnership.State.ACTIVE,
) -> Partnership:
    """Of the user's business with the brand in scope, on agreed terms."""
    organisation = user.memberships.get().organisation
    partnership = Partnership.objects.create(
        organisation=organisation,
        name=organisation.name,
        contact_name=user.name,
        email=user.email,
        category=category,
        state=state,
        terms_number=1,
        decided_at=AGREED,
    )
    partnership.refresh_from_db()
    PartnershipDoor.objects.create(
        uid=partnership.uid, brand_id=partnership.brand_id, organisation=organisation
    )
    agreed = terms or rules.PartnershipTerms()
    digest = rules.hash_of(agreed)
    PartnershipTerms.objects.create(
        partnership=partnership,
        number=1,
        terms=msgspec.to_builtins(agreed),
        terms_hash=digest,
        by_kind="user",
        brand_hash=digest,
        brand_agreed_at=AGREED,
        partner_hash=digest,
        partner_agreed_at=AGREED,
        partner_agreed_by_id=user.pk,
    )
    return partnership


def partner_path(partnership: Partnership, page: str = "") -> str:
    """Of a page of the partner's own: `partner_path(dinner, "offers/")`."""
    return f"/partner/{ids.encode(PARTNERSHIP, partnership.uid)}/{page}"


@pytest.fixture
def category(floral: Brand) -> OfferCategory:
    """Dinner; Floral's scope is open."""
    return OfferCategory.objects.create(name="Dinner")


@pytest.fixture
def pia(db: None) -> User:
    """Of Trattoria Lucia."""
    return make_partner("pia@lucia.example", name="Pia Roth", business="Trattoria Lucia")


@pytest.fixture
def otto(db: None) -> User:
    """Of Otto's Wines, which must see nothing of the trattoria's."""
    return make_partner("otto@wines.example", name="Otto Brandt", business="Otto's Wines")


@pytest.fixture
def dinner(pia: User, category: OfferCategory) -> Partnership:
    """Trattoria Lucia with Floral, active; Floral's scope is open."""
    return make_partnership(pia, category=category)


@pytest.fixture
def wines(otto: User, floral: Brand) -> Partnership:
    """Otto's Wines with Floral, active, in a category of its own."""
    return make_partnership(otto, category=OfferCategory.objects.create(name="Wine"))


@pytest.fixture
def pia_client(pia: User) -> Client:
    client = Client()
    client.force_login(pia)
    return client


@pytest.fixture
def otto_client(otto: User) -> Client:
    client = Client()
    client.force_login(otto)
    return client
