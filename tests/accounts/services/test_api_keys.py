"""Keys are shown once, kept as hashes, bound to one brand and stopped at once."""

import re
from datetime import timedelta

import pytest

from accounts.models.api_keys import ApiKey
from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from accounts.services.api_keys import (
    authenticate_key,
    create_api_key,
    revoke_api_key,
    revoke_keys_of,
)
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid
from tests.conftest import Cast


def make_key(cast: Cast) -> tuple[ApiKey, str]:
    with brand_scope(cast.floral):
        return create_api_key(brand=cast.floral, name="Shop", scopes=["orders:write"], by=cast.ana)


def test_a_key_opens_its_brand(cast: Cast) -> None:
    key, text = make_key(cast)
    assert re.fullmatch(r"rk_live_[0-9A-Za-z]{32}", text)
    found = authenticate_key(text)
    assert found == key
    assert found.brand == cast.floral
    assert found.scopes == ["orders:write"]


def test_the_text_of_a_key_is_not_kept(cast: Cast) -> None:
    key, text = make_key(cast)
    assert key.hint == text[:12]
    assert text[12:] not in str(ApiKey.objects.filter(pk=key.pk).values().get())
    with brand_scope(cast.floral):
        assert DomainEvent.objects.get(type="api_key.created").payload == {}


@pytest.mark.parametrize(
    "text", ["", "rk_live_", "rk_live_" + "a" * 32, "rk_test_" + "a" * 32, "x" * 5000, "\x00" * 40]
)
def test_other_texts_open_nothing(cast: Cast, text: str) -> None:
    make_key(cast)
    assert authenticate_key(text) is None
    assert ApiKey.objects.get().last_used_at is None


def test_a_revoked_key_opens_nothing(cast: Cast) -> None:
    key, text = make_key(cast)
    with brand_scope(cast.floral):
        revoke_api_key(key=key)
    assert authenticate_key(text) is None
    with brand_scope(cast.floral):
        assert DomainEvent.objects.filter(type="api_key.revoked").count() == 1


def test_a_key_is_revoked_once(cast: Cast) -> None:
    key, _ = make_key(cast)
    with brand_scope(cast.floral):
        revoke_api_key(key=key)
        revoked_at = ApiKey.objects.get(pk=key.pk).revoked_at
        with pytest.raises(Conflict):
            revoke_api_key(key=key)
        assert ApiKey.objects.get(pk=key.pk).revoked_at == revoked_at
        assert DomainEvent.objects.filter(type="api_key.revoked").count() == 1


@pytest.mark.parametrize("scopes", [[], ["customers:read", "everything"]])
def test_unknown_or_no_scopes_are_refused(cast: Cast, scopes: list[str]) -> None:
    with brand_scope(cast.floral), pytest.raises(Invalid):
        create_api_key(brand=cast.floral, name="Shop", scopes=scopes, by=cast.ana)
    assert ApiKey.objects.count() == 0


def test_use_is_noted_about_once_a_minute(cast: Cast) -> None:
    key, text = make_key(cast)
    first = authenticate_key(text)
    assert first is not None
    assert first.last_used_at is not None
    again = authenticate_key(text)
    assert again is not None
    assert again.last_used_at == first.last_used_at
    ApiKey.objects.filter(pk=key.pk).update(last_used_at=now() - timedelta(minutes=2))
    later = authenticate_key(text)
    assert later is not None
    assert later.last_used_at is not None
    assert later.last_used_at > first.last_used_at


def test_a_partners_key_may_do_nothing_of_the_brand(cast: Cast) -> None:
    with brand_scope(cast.floral):
        for scope, partnership_id in (("orders:write", 7), ("own_offers:read", None)):
            with pytest.raises(Invalid, match="There is no scope"):
                create_api_key(
                    brand=cast.floral,
                    name="Till",
                    scopes=[scope],
                    by=cast.ana,
                    partnership_id=partnership_id,
                )
    assert not ApiKey.objects.exists()


def test_all_keys_of_a_partnership_are_stopped_and_no_others(cast: Cast) -> None:
    own, _ = make_key(cast)
    with brand_scope(cast.floral):
        of_partners = [
            create_api_key(
                brand=cast.floral,
                name="Till",
                scopes=["own_vouchers:redeem"],
                by=cast.ana,
                partnership_id=partnership_id,
            )[0]
            for partnership_id in (7, 7, 8)
        ]
        revoke_keys_of(7)
        revoke_keys_of(7)
        assert DomainEvent.objects.filter(type="api_key.revoked").count() == 2
    live = ApiKey.objects.filter(revoked_at__isnull=True)
    assert set(live) == {own, of_partners[2]}
