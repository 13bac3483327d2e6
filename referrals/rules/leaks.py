"""When a code stands in public: too many strangers use it at once, or come from where codes are
traded. Friends come a few at a time."""

from datetime import timedelta

# So many different people by one code within so long.
STRANGERS = 50
STRANGERS_WITHIN = timedelta(hours=1)
# So many networks that came from coupon sites within so long.
FROM_PUBLIC = 10
FROM_PUBLIC_WITHIN = timedelta(days=1)
# Whoever came so long before it was noticed is part of the burst.
BURST = timedelta(hours=1)

# Sites that collect codes for everybody, with all their parts.
COUPON_SITES = frozenset(
    {
        *("retailmenot.com", "vouchercodes.co.uk", "myvouchercodes.co.uk", "hotukdeals.com"),
        *("topcashback.co.uk", "quidco.com", "savoo.co.uk", "groupon.com", "groupon.co.uk"),
        *("joinhoney.com", "couponfollow.com", "wethrift.com", "slickdeals.net", "coupons.com"),
        *("simplycodes.com", "dealspotr.com", "mydealz.de", "gutscheinpony.de", "sparwelt.de"),
        *("dealabs.com", "ma-reduc.com", "pepper.com", "chollometro.com", "ozbargain.com.au"),
    }
)


def public_site(host: str) -> str:
    """The coupon site that a host belongs to; "" for none."""
    parts = host.casefold().rstrip(".").split(".")
    names = (".".join(parts[start:]) for start in range(len(parts)))
    return next((name for name in names if name in COUPON_SITES), "")
