"""A sample brand's gift pack: two of its needs are filled, the others look for a partner."""

from config.samples.businesses import Story
from customers.models.products import Product
from partners.models.packs import Pack
from partners.models.partnerships import Partnership
from partners.rules.occasions import NEEDS
from partners.services.packs import create_pack, fill_with_pool, fill_with_product, set_split
from partners.services.vouchers import add_codes, create_pool

_OCCASION = "Valentine's Day"
_PRICE, _ROSES, _WINE = 5_900, 4_200, 1_700
_CODES = 80


def prepare_pack(story: Story, wines: Partnership) -> Pack:
    """A draft, from the occasion's list of needs: roses of the brand's own, a bottle of the wine
    partner's; dinner is wanted."""
    with story.by_brand(6):
        pack = create_pack(
            name="A Valentine's evening",
            sku="VALENTINE",
            price_minor=_PRICE,
            occasion=_OCCASION,
            needs=NEEDS[_OCCASION],
        )
        parts = {part.need: part for part in pack.parts.all()}
        roses = Product.objects.filter(title__startswith="Rose").order_by("source_id").first()
        if roses is not None:
            fill_with_product(parts["flowers"], roses)
        bottles = create_pool(
            wines,
            name="Gift packs",
            kind="item",
            item="A bottle of Lambrusco",
            value=_WINE,
            valid_days=365,
        )
        add_codes(bottles, [f"BOTTLE-{number:04}" for number in range(1, _CODES + 1)])
        fill_with_pool(parts["wine"], bottles)
        weights = {parts["flowers"].pk: _ROSES, parts["wine"].pk: _WINE}
        set_split(pack, weights=weights, keepers={parts["wine"].pk: "partner"})
    return pack
