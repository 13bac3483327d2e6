"""Mails of the sign-in pages lead to us, whoever asked for them."""

from typing import Any

from django.test import Client

from tests.conftest import Cast


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
