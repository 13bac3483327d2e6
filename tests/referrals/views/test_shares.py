"""A share button on a customer's page: counted for them, and for nobody else."""

from urllib.parse import urlsplit

import pytest
from django.test import Client

from accounts.scope import brand_scope
from referrals.models.links import Share
from referrals.selectors.addresses import portal_address
from referrals.services.advocates import join
from referrals.services.programmes import create_programme, go_live
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(cast):
    with brand_scope(cast.floral):
        programme = create_programme("Give 10, get 10")
        go_live(programme)
        return programme


def pressed(cast, programme, customer, channel="mail"):
    with brand_scope(cast.floral):
        page = portal_address(programme_id=programme.pk, customer_id=customer.pk)
    answer = Client().post(f"{urlsplit(page).path}/shared", {"channel": channel})
    with brand_scope(cast.floral):
        return answer.status_code, list(Share.objects.values_list("advocate", "channel"))


def test_a_press_is_counted_for_whose_page_it_is(cast, programme):
    with brand_scope(cast.floral):
        advocate = join(programme, customer=cast.rae, source="portal")
        other = factories.customer(email="kim@example.com")
    assert pressed(cast, programme, cast.rae) == (204, [(advocate.pk, "mail")])
    assert pressed(cast, programme, cast.rae) == (204, [(advocate.pk, "mail")])
    # Who has not joined has nothing to share.
    assert pressed(cast, programme, other) == (204, [(advocate.pk, "mail")])


def test_other_ways_and_forged_pages_count_nothing(cast, programme):
    with brand_scope(cast.floral):
        join(programme, customer=cast.rae, source="portal")
    assert pressed(cast, programme, cast.rae, channel="fax") == (422, [])
    assert Client().post("/me/forged/shared", {"channel": "mail"}).status_code == 404
    with brand_scope(cast.floral):
        page = portal_address(programme_id=programme.pk, customer_id=cast.rae.pk)
    assert Client().get(f"{urlsplit(page).path}/shared").status_code == 405
    with brand_scope(cast.floral):
        assert not Share.objects.exists()
