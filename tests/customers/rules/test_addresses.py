"""Marketplaces' stand-in addresses are told from people's own."""

import pytest

from customers.rules.addresses import is_relay_address


@pytest.mark.parametrize(
    "address",
    [
        "x1y2@marketplace.amazon.com",
        "x1y2@marketplace.amazon.co.uk",
        "x1y2@marketplace.amazon.de",
        "j_do@members.ebay.com",
        "J_DO@Members.eBay.co.uk",
        "abc@relay.walmart.com",
        "abc@verkopen.bol.com",
        "abc@scs2.tiktok.com",
    ],
)
def test_addresses_that_marketplaces_give_out(address):
    assert is_relay_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "jo@example.com",
        "jo@amazon.com",
        "jo@ebay.com",
        "jo@notmarketplace.amazon.com.example.org",
        "jo@fakemembers.ebay.com",
        "x@privaterelay.appleid.com",
    ],
)
def test_addresses_of_people(address):
    assert not is_relay_address(address)
