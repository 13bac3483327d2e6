"""The way mail leaves, through the API."""

import re

import pytest

from accounts.scope import brand_scope
from campaigns.models.transports import Transport
from campaigns.selectors.transports import hook_address, hook_key
from tests.api import Api, new_key
from tests.conftest import Cast

SERVER = {"host": "mail.floral.example", "port": 587, "security": "starttls", "username": "floral"}
NOTHING = {"server": None, "provider": None, "per_minute": None, "domains": {}}


@pytest.fixture
def api(cast: Cast) -> Api:
    return Api(new_key(cast.floral, cast.ana))


def test_it_is_read_as_it_was_written_but_for_the_password(cast: Cast, api: Api) -> None:
    assert api.get("/sending").json() == NOTHING
    whole = {**NOTHING, "server": SERVER, "per_minute": 600, "domains": {"gmail.com": 300}}
    secret = {**whole, "server": {**SERVER, "password": "pass phrase"}}
    written = api.put("/sending", secret)
    assert (written.status_code, written.json()) == (200, whole)
    assert api.put("/sending", whole).json() == api.get("/sending").json() == whole
    named = {**NOTHING, "provider": {"name": "postmark", "user": ""}}
    keyed = {"provider": {"name": "postmark", "key": "secret"}}
    assert api.put("/sending", keyed).json() == api.put("/sending", named).json() == named
    assert api.put("/sending", {}).json() == NOTHING


@pytest.mark.parametrize(
    "wrong",
    [
        {"server": {**SERVER, "host": "127.0.0.1", "password": "p"}},
        {"server": SERVER},
        {"server": {"port": 587}},
        {"server": {**SERVER, "security": "ssl", "password": "p"}},
        {"provider": {"name": "postmark"}},
        {"provider": {"name": "pigeon", "key": "k"}},
        {"provider": {"name": "mailjet", "key": "k"}},
        {"provider": {"name": "postmark", "key": "k"}, "server": {"host": "mail.floral.example"}},
        {"per_minute": 0},
        {"domains": {"gmail": 5}},
        {"speed": 5},
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(cast: Cast, api: Api, wrong: object) -> None:
    answer = api.put("/sending", wrong)
    assert answer.status_code == 422, answer.content
    with brand_scope(cast.floral):
        assert not Transport.objects.exists()


def test_a_webhook_is_set_up_by_the_providers_key_or_a_password_of_ours(
    cast: Cast, api: Api
) -> None:
    typed = api.put("/sending/webhook", {"provider": "resend", "key": "whsec_c2VjcmV0"})
    assert (typed.status_code, typed.json()["address"]) == (
        200,
        hook_address(cast.floral, "resend"),
    )
    made = api.put("/sending/webhook", {"provider": "postmark"}).json()["address"]
    before, password, after = re.split("rapport:(.{32})@", made)
    assert before + after == hook_address(cast.floral, "postmark")
    with brand_scope(cast.floral):
        kept = Transport.objects.get().hook_keys
        assert hook_key("postmark") == password
    assert set(kept) == {"resend", "postmark"}
    for wrong in (
        {"provider": "resend"},
        {"provider": "postmark", "key": "mine"},
        {"provider": "smtp", "key": "k"},
    ):
        assert api.put("/sending/webhook", wrong).status_code == 422
    with brand_scope(cast.floral):
        assert Transport.objects.get().hook_keys == kept
