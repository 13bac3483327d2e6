"""What joint ventures ask for on the overview."""

from accounts.models.brands import Brand
from accounts.models.members import Role
from accounts.permissions import PERMISSIONS
from partners.models.partnerships import Partnership
from partners.selectors.suggestions import to_review
from tests.partners.services.offering import live, submitted


def test_offers_that_wait_are_told_to_who_may_review(floral: Brand, dinner: Partnership) -> None:
    owner, marketer = PERMISSIONS[Role.OWNER], PERMISSIONS[Role.MARKETER]
    live(dinner)
    assert to_review(floral, owner) == []
    submitted(dinner)
    submitted(dinner)
    assert [each.title for each in to_review(floral, owner)] == ["2 partner offers wait for review"]
    assert to_review(floral, marketer) == []
