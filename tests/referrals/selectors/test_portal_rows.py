"""How a customer stands: in their own part, or that of who was merged into them; by which code."""

from datetime import UTC, date, datetime

import pytest

from accounts.scope import brand_scope
from customers.models.customers import Customer
from referrals.models.links import ReferralCode
from referrals.models.programmes import Advocate
from referrals.selectors.portal_rows import friend_rows, reward_rows, standing_of
from referrals.services.advocates import join
from referrals.services.programmes import create_programme, go_live
from tests import factories
from tests.referrals import portals

AT = datetime(2026, 5, 3, tzinfo=UTC)


@pytest.fixture
def programme(cast):
    with brand_scope(cast.floral):
        row = create_programme("Give 10, get 10")
        go_live(row)
        yield row


def code(advocate, text, *, leaked_at=None):
    return ReferralCode.objects.create(
        advocate=advocate, code=text, code_norm=text.casefold(), leaked_at=leaked_at
    )


def test_a_code_that_leaked_stands_until_another_took_its_place(cast, programme):
    advocate = Advocate.objects.create(programme=programme, customer=cast.rae, source="api")
    assert standing_of(programme.pk, cast.rae.pk).code == ""
    code(advocate, "OLD", leaked_at=AT), code(advocate, "NEWER", leaked_at=AT)
    found = standing_of(programme.pk, cast.rae.pk)
    assert (found.code, found.has_leaked) == ("NEWER", True)
    code(advocate, "SAFE")
    found = standing_of(programme.pk, cast.rae.pk)
    assert (found.code, found.has_leaked) == ("SAFE", True)


def test_who_became_one_stands_in_their_own_part_and_has_what_both_brought(cast, programme):
    bob = factories.customer(email="bob@example.com")
    first, own = (join(programme, customer=each, source="api") for each in (bob, cast.rae))
    Customer.objects.filter(pk=bob.pk).update(merged_into=cast.rae)
    earlier = portals.reward(first, portals.ordered(first, "Ada L.", date(2026, 5, 3)))
    later = portals.reward(own, portals.friend(own, "Ben H."))
    found = standing_of(programme.pk, cast.rae.pk)
    assert sorted(found.customer_ids) == sorted([bob.pk, cast.rae.pk])
    assert (sorted(found.advocate_ids), found.code) == (
        sorted([first.pk, own.pk]),
        own.codes.get().code,
    )
    friends = friend_rows(found.advocate_ids, before=None, most=5)
    assert [(each.label, each.ordered_on, each.reward.id) for each in friends] == [
        ("Ben H.", None, later.pk),
        ("Ada L.", date(2026, 5, 3), earlier.pk),
    ]
    assert [each.id for each in reward_rows(found.customer_ids, most=1)] == [later.pk]
    assert standing_of(programme.pk + 1, cast.rae.pk) is None
