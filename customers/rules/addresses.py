"""Marketplaces' stand-in addresses: they count in figures and are never mailed."""

import re

# Domains (in IDNA, lower case) whose addresses marketplaces give to sellers in place of the
# customer's own; each country has its ending.
_RELAYS = re.compile(
    r"(?:.+\.)?(?:"
    r"marketplace\.amazon\.[a-z]{2,3}(?:\.[a-z]{2})?"
    r"|members\.ebay\.[a-z]{2,3}(?:\.[a-z]{2})?"
    r"|relay\.walmart\.com"
    r"|verkopen\.bol\.com"
    r"|message\.manomano\.com"
    r"|scs[0-9]*\.tiktokw?\.(?:com|us)"
    r")"
)


def is_relay_address(email: str) -> bool:
    """Whether a marketplace gave this address in place of the customer's own.

    Private relays that people choose themselves (Apple, Firefox) are theirs and may be mailed."""
    return _RELAYS.fullmatch(email.rpartition("@")[2].casefold()) is not None
