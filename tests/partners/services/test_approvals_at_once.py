"""Two reviewers at the same moment: the days of a category are given once."""

from collections.abc import Callable

import pytest

from accounts.scope import brand_scope
from config.kit.errors import Conflict
from partners.models.offers import Offer, OfferStep
from partners.models.partnerships import OfferCategory, Partnership
from tests.conftest import Cast
from tests.crowds import at_once
from tests.partners.conftest import make_partner, make_partnership
from tests.partners.services.offering import approve, submitted

pytestmark = pytest.mark.django_db(transaction=True)


def _two(cast: Cast, *, exclusive: tuple[bool, bool]) -> list[Offer]:
    people = [
        make_partner(f"{name}@example.com", name=name, business=name) for name in ("lucia", "otto")
    ]
    with brand_scope(cast.floral):
        category = OfferCategory.objects.create(name="Dinner")
        partners: list[Partnership] = [
            make_partnership(person, category=category) for person in people
        ]
        return [
            submitted(partner, is_exclusive=alone)
            for partner, alone in zip(partners, exclusive, strict=True)
        ]


def _approving(cast: Cast) -> Callable[[Offer], str]:
    def decide(offer: Offer) -> str:
        try:
            with brand_scope(cast.floral):
                approve(offer)
        except Conflict as refused:
            return refused.code
        return "approved"

    return decide


@pytest.mark.parametrize("exclusive", [(True, True), (True, False), (False, True)])
def test_of_two_approvals_that_exclude_each_other_exactly_one_wins(
    cast: Cast, exclusive: tuple[bool, bool]
) -> None:
    offers = _two(cast, exclusive=exclusive)
    assert sorted(at_once(_approving(cast), offers)) == ["approved", "calendar"]
    with brand_scope(cast.floral):
        states = Offer.objects.values_list("state", flat=True)
        assert sorted(states) == [Offer.State.APPROVED, Offer.State.SUBMITTED]
        assert OfferStep.objects.filter(act="approved").count() == 1


def test_of_one_offer_only_one_approval_counts(cast: Cast) -> None:
    offer = _two(cast, exclusive=(False, False))[0]
    assert sorted(at_once(_approving(cast), [offer] * 4)) == ["approved", "state", "state", "state"]
    with brand_scope(cast.floral):
        assert OfferStep.objects.filter(act="approved").count() == 1
