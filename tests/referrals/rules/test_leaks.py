"""Where codes are traded."""

import pytest

from referrals.rules.leaks import public_site


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("retailmenot.com", "retailmenot.com"),
        ("www.RetailMeNot.com", "retailmenot.com"),
        ("de.groupon.co.uk.", "groupon.co.uk"),
        ("notretailmenot.com", ""),
        ("retailmenot.com.example", ""),
        ("friends.example", ""),
        ("", ""),
    ],
)
def test_a_coupon_site_is_known_with_all_its_parts(host, site):
    assert public_site(host) == site
