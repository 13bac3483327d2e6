"""A card to the sample brand's regulars: a list for the printer, made and waiting to go.

The addresses are made up, of a street that does not exist; who is on the list is not."""

import hashlib

from accounts.models.brands import Brand
from accounts.models.users import User
from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from campaigns.services.coupons import add_codes, choose_batch, create_batch
from campaigns.services.lists import approve_list, create_list, make_further
from customers.models.customers import CustomerFacts
from customers.selectors.attributes import definitions
from customers.services.attributes import define_attribute, set_attributes_of
from customers.services.segments import create_segment

CARD = "A card for our regulars"
SHOP = "https://floral.example"
_OFTEN = 3
_LABELS = {"street": "Street", "postcode": "Postcode"}


def prepare_letters(brand: Brand, by: User) -> None:
    """Once; whoever bought three times or more has an address, but for a tenth of them."""
    with brand_scope(brand):
        if Campaign.objects.filter(name=CARD).exists():
            return
        known = definitions()
        for name, label in _LABELS.items():
            if name not in known:
                define_attribute(name=name, label=label)
        regulars = CustomerFacts.objects.filter(orders_count__gte=_OFTEN)
        ids = regulars.order_by("customer_id").values_list("customer_id", flat=True)
        set_attributes_of({each: _address(each) for each in ids if _dice(each) >= 26})
        rule = {"all": [{"kind": "rung", "op": "at_least", "value": _OFTEN}]}
        segment = create_segment(name="Bought three times or more", rule=rule)
        batch = create_batch(name="Card, ten per cent", kind="percent", value=10)
        add_codes(batch, [f"CARD-{number:04}" for number in range(1, 1001)])
        card = create_list(
            name=CARD,
            channel=Campaign.Channel.POST,
            segment=segment,
            intent=Campaign.Intent.THANK,
            control_percent=10,
            notes="A5, heavy paper, the tulips in front. By hand: the first name.",
            link=f"{SHOP}/card",
            by=by,
        )
        choose_batch(card, batch)
        approve_list(card, by=by)
        while not make_further(card.pk):
            pass


def _address(customer_id: int) -> dict[str, str]:
    return {"street": f"{_dice(customer_id) + 1} Sample Street", "postcode": "43004"}


def _dice(customer_id: int) -> int:
    """0 to 255, the same each time."""
    return hashlib.sha256(f"letter {customer_id}".encode()).digest()[0]
