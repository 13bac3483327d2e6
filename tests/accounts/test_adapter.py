"""Mails of the sign-in pages lead to us, whoever asked for them, and to whoever has the mailbox."""

import re
from typing import Any

from django.test import Client

from accounts.models.users import User
from tests.conftest import Cast

OWNER = "owner@trattoria.example"
PASSWORD = "a long enough password"


def _is_let_in(client: Client) -> bool:
    return client.get("/accounts/email/").status_code == 200


def test_a_reset_link_leads_to_our_own_address_whatever_host_asked_for_it(
    cast: Cast, client: Client, settings: Any, mailoutbox: list[Any]
) -> None:
    settings.BASE_URL = "https://rapport.example"
    client.post(
        "/accounts/password/reset/",
        {"email": cast.ana.email},
        headers={"Host": "evil.example"},
    )
    [mail] = mailoutbox
    assert "https://rapport.example/accounts/password/reset/key/" in mail.body
    assert "evil.example" not in mail.body


def test_a_code_from_the_mailbox_ends_the_password_of_whoever_signed_up_with_the_address(
    db: None, mailoutbox: list[Any]
) -> None:
    stranger, owner = Client(), Client()
    stranger.post("/accounts/signup/", {"email": OWNER, "password1": PASSWORD})
    owner.post("/accounts/login/code/", {"email": OWNER})
    code = re.search(r"^ {4}(\S+)$", mailoutbox[-1].body, re.MULTILINE)
    assert code is not None
    owner.post("/accounts/login/code/confirm/", {"code": code[1]})
    assert _is_let_in(owner)

    again = Client()
    again.post("/accounts/login/", {"login": OWNER, "password": PASSWORD})
    stranger.get("/accounts/confirm-email/")
    assert not _is_let_in(again)
    assert not _is_let_in(stranger)
    user = User.objects.get(email=OWNER)
    assert (user.has_usable_password(), user.session_epoch) == (False, 1)


def test_whoever_confirms_where_the_password_was_typed_keeps_it(
    db: None, client: Client, mailoutbox: list[Any]
) -> None:
    client.post("/accounts/signup/", {"email": "nia@florist.example", "password1": PASSWORD})
    code = mailoutbox[-1].subject.split()[0]
    client.post("/accounts/confirm-email/", {"code": code})
    assert _is_let_in(client)
    user = User.objects.get(email="nia@florist.example")
    assert user.check_password(PASSWORD)

    # So does whoever signs in with a code later on.
    elsewhere = Client()
    elsewhere.post("/accounts/login/code/", {"email": user.email})
    found = re.search(r"^ {4}(\S+)$", mailoutbox[-1].body, re.MULTILINE)
    assert found is not None
    elsewhere.post("/accounts/login/code/confirm/", {"code": found[1]})
    assert _is_let_in(elsewhere)
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)
