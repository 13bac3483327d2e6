"""Whether an address was erased at its owner's wish, and so must not come back."""

from collections.abc import Callable
from functools import partial

from django.conf import settings

from accounts.scope import current_brand_id
from customers.models.consents import Channel, Suppression
from customers.rules.erasure import brand_key, erased_hash, pads


def hash_of(address: str) -> str:
    """What the brand in scope keeps of an erased address (its normal form), 64 hex digits."""
    return erased_hash(address, key=_key(current_brand_id()))


def hash_params(brand_id: int | None = None) -> dict[str, bytes]:
    """`erased_inner` and `erased_outer` for SQL that hashes many addresses (see rules.erasure);
    without `brand_id` for the brand in scope."""
    both = pads(_key(brand_id or current_brand_id()))
    return {"erased_inner": both.inner, "erased_outer": both.outer}


def erased_hashes() -> frozenset[str]:
    """Of every address the brand in scope has erased."""
    rows = Suppression.objects.filter(reason=Suppression.Reason.ERASED)
    return frozenset(rows.values_list("address", flat=True))


def hasher(brand_id: int) -> Callable[[str], str]:
    """`hash_of` for a brand whose scope need not be open."""
    return partial(erased_hash, key=_key(brand_id))


def is_erased(address: str, *, channel: Channel = Channel.EMAIL) -> bool:
    """Whether the customer with this address (its normal form) was erased."""
    return (
        bool(address)
        and Suppression.objects.filter(
            channel=channel, address=hash_of(address), reason=Suppression.Reason.ERASED
        ).exists()
    )


def _key(brand_id: int) -> bytes:
    return brand_key(settings.ERASURE_KEY, brand_id)
