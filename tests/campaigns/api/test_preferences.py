"""A shop says for its customer how often mail may come; what is off is refused."""

from datetime import timedelta

import pytest

from accounts.scope import brand_scope
from accounts.services.api_keys import create_api_key
from campaigns.models.preferences import Preference
from config.kit import ids
from config.kit.clock import day_in
from tests.api import Api, new_key


@pytest.fixture
def path(cast):
    with brand_scope(cast.floral):
        cast.rae.refresh_from_db(fields=["uid"])
    return f"/customers/{ids.encode('cus', cast.rae.uid)}/preferences"


@pytest.fixture
def api(cast):
    return Api(new_key(cast.floral, cast.ana))


def kept(cast):
    with brand_scope(cast.floral):
        return list(Preference.objects.values_list("customer_id", "at_most_days", "paused_until"))


def test_preferences_are_set_and_read(cast, api, path):
    assert api.get(path).json() == {"at_most_days": None, "paused_until": None}
    until = day_in(cast.floral.time_zone) + timedelta(days=20)
    said = {"at_most_days": 14, "paused_until": str(until)}
    assert api.put(path, said).json() == said
    assert api.get(path).json() == said
    assert kept(cast) == [(cast.rae.pk, 14, until)]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"at_most_days": 0, "paused_until": None},
        {"at_most_days": "7", "paused_until": None},
        {"at_most_days": None, "paused_until": "2001-01-01"},
        {"at_most_days": None, "paused_until": None, "often": 1},
    ],
)
def test_what_cannot_be_is_refused(cast, api, path, body):
    assert api.put(path, body).status_code == 422
    assert kept(cast) == []


def test_another_brands_customer_and_a_key_without_the_scope(cast, path):
    said = {"at_most_days": 7, "paused_until": None}
    assert Api(new_key(cast.grocer, cast.ana)).put(path, said).status_code == 404
    with brand_scope(cast.floral):
        _, key = create_api_key(
            brand=cast.floral, name="reads", scopes=["customers:read"], by=cast.ana
        )
    assert Api(key).put(path, said).status_code == 403
    assert kept(cast) == []
