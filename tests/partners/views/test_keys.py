"""Keys of a partner's own system: made by partner or brand, stopped by a ban."""

import pytest
from django.test import Client

from accounts.models.api_keys import ApiKey
from accounts.models.users import User
from accounts.services.api_keys import authenticate_key
from config.kit import ids
from config.kit.errors import Conflict
from partners.events import PartnershipMoved
from partners.handlers import stop_keys
from partners.models.partnerships import Partnership
from partners.models.vouchers import Redemption
from partners.services.keys import create_partner_key
from tests.conftest import Cast
from tests.partners.conftest import partner_path
from tests.partners.keys import system_of
from tests.partners.vouchers import given, pool_of
from tests.second_factor import proven, set_up

SAID = {"name": "Till", "scopes": ["own_vouchers:redeem"]}


def _staff_path(partnership: Partnership, page: str = "") -> str:
    return f"/b/floral/partners/partnerships/{ids.encode('prt', partnership.uid)}/keys/{page}"


def test_a_partner_makes_and_revokes_a_key_with_a_second_factor(
    dinner: Partnership, pia: User, pia_client: Client
) -> None:
    path = partner_path(dinner, "keys/")
    assert pia_client.post(path, SAID).status_code == 403
    assert not ApiKey.objects.exists()

    set_up(pia)
    made = proven(pia_client).post(path, SAID)
    assert "no-store" in made["Cache-Control"]
    text = made.context["new_key"]
    key = authenticate_key(text)
    assert key is not None
    assert (key.partnership_id, key.scopes, key.created_by) == (dinner.pk, SAID["scopes"], pia)
    again = pia_client.get(path).content.decode()
    assert key.hint in again
    assert text not in again

    pia_client.post(partner_path(dinner, f"keys/{key.pk}/revoke/"))
    assert authenticate_key(text) is None


def test_a_key_of_the_brand_or_of_another_partner_is_not_theirs_to_revoke(
    dinner: Partnership, wines: Partnership, pia: User, otto: User, pia_client: Client, cast: Cast
) -> None:
    set_up(pia)
    proven(pia_client)
    system_of(wines, otto)
    theirs = ApiKey.objects.get()
    assert pia_client.post(partner_path(dinner, f"keys/{theirs.pk}/revoke/")).status_code == 404
    assert ApiKey.objects.get().revoked_at is None
    assert theirs.hint not in pia_client.get(partner_path(dinner, "keys/")).content.decode()


def test_only_scopes_of_partners_can_be_chosen(
    dinner: Partnership, ana: Client, cast: Cast
) -> None:
    refused = ana.post(_staff_path(dinner), {"name": "Till", "scopes": ["customers:read"]})
    assert refused.context["form"].errors["scopes"]
    assert not ApiKey.objects.exists()

    made = ana.post(_staff_path(dinner), SAID)
    key = authenticate_key(made.context["new_key"])
    assert key is not None
    assert key.partnership_id == dinner.pk
    assert ana.post(_staff_path(dinner, f"{key.pk}/revoke/")).status_code == 302
    assert authenticate_key(made.context["new_key"]) is None


def test_staff_who_have_a_second_factor_are_asked_for_it(
    dinner: Partnership, ana: Client, cast: Cast
) -> None:
    set_up(cast.ana)
    assert ana.post(_staff_path(dinner), SAID)["Location"].startswith("/accounts/2fa/")
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("state", ["suspended", "ended"])
def test_keys_of_a_partnership_that_rests_redeem_what_customers_hold_and_nothing_else(
    dinner: Partnership, pia: User, cast: Cast, state: str
) -> None:
    mine = system_of(dinner, pia)
    given(pool_of(dinner, "DINE-1"), cast.rae)
    Partnership.objects.filter(pk=dinner.pk).update(state=state)
    stop_keys(PartnershipMoved(subject_id=dinner.pk, state=state))

    said = {"code": "DINE-1"}
    assert mine.post("/partner/vouchers/check", said).json()["valid"]
    done = mine.post("/partner/vouchers/redeem", said, idempotency="k1")
    assert (done.status_code, Redemption.objects.count()) == (200, 1)
    assert mine.get("/partner").status_code == 404
    with pytest.raises(Conflict, match="while the partnership is active"):
        create_partner_key(dinner, name="Till", scopes=["own_offers:read"], by=pia)
    assert ApiKey.objects.count() == 1

    Partnership.objects.filter(pk=dinner.pk).update(state="active")
    assert mine.get("/partner").status_code == 200


def test_a_ban_stops_the_keys_and_what_is_told_late_stops_none(
    dinner: Partnership, wines: Partnership, pia: User, otto: User
) -> None:
    mine, other = system_of(dinner, pia), system_of(wines, otto)
    stop_keys(PartnershipMoved(subject_id=wines.pk, state="banned"))
    assert authenticate_key(other.key) is not None
    Partnership.objects.filter(pk=dinner.pk).update(state="banned")
    stop_keys(PartnershipMoved(subject_id=dinner.pk, state="suspended"))
    assert authenticate_key(mine.key) is None
    assert authenticate_key(other.key) is not None
    with pytest.raises(Conflict, match="while the partnership is active"):
        create_partner_key(dinner, name="Till", scopes=["own_offers:read"], by=pia)
