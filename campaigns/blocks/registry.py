"""The block kinds there are, and the one way from stored JSON to checked blocks."""

import re
from collections.abc import Sequence
from typing import get_args

import msgspec

from campaigns.blocks.base import BlockBase
from campaigns.blocks.button.block import Button
from campaigns.blocks.columns.block import Columns
from campaigns.blocks.coupon.block import Coupon
from campaigns.blocks.divider.block import Divider
from campaigns.blocks.footer.block import Footer
from campaigns.blocks.heading.block import Heading
from campaigns.blocks.image.block import Image
from campaigns.blocks.order.block import Order
from campaigns.blocks.partner_offer.block import PartnerOffer
from campaigns.blocks.products.block import Products
from campaigns.blocks.quote.block import Quote
from campaigns.blocks.referral.block import Referral
from campaigns.blocks.social.block import Social
from campaigns.blocks.spacer.block import Spacer
from campaigns.blocks.text.block import Text
from campaigns.rules.richtext import clean_rich
from config.kit.errors import Invalid

MAX_BLOCKS = 100
AnyBlock = (
    Heading
    | Text
    | Image
    | Button
    | Columns
    | Products
    | Order
    | Coupon
    | Quote
    | Referral
    | PartnerOffer
    | Social
    | Divider
    | Spacer
    | Footer
)
KINDS: dict[str, type[BlockBase]] = {
    str(kind.__struct_config__.tag): kind for kind in get_args(AnyBlock)
}
_PLACE = re.compile(r" - at `\$\[(\d+)\](?:\.(\w+))?`$")


class BadBlocks(Invalid):
    """Stored or submitted blocks do not fit; the message names block and field."""

    code = "bad_blocks"


def parse_blocks(stored: Sequence[object]) -> list[AnyBlock]:
    """Checked blocks of a JSON list; raises BadBlocks."""
    if len(stored) > MAX_BLOCKS:
        raise BadBlocks(f"There are too many blocks: at most {MAX_BLOCKS}.")
    try:
        blocks = msgspec.convert(stored, list[AnyBlock], strict=False)
    except msgspec.ValidationError as error:
        raise _explained(str(error), stored) from error
    return [_cleaned(block) for block in blocks]


def _cleaned(block: AnyBlock) -> AnyBlock:
    rich = [field.name for field in block.fields if field.control == "rich"]
    if not rich:
        return block
    cleaned = {name: clean_rich(getattr(block, name)) for name in rich}
    return msgspec.structs.replace(block, **cleaned)


def _explained(problem: str, stored: Sequence[object]) -> BadBlocks:
    """msgspec says "Expected ... - at `$[2].text`"; people count blocks from one."""
    match = _PLACE.search(problem)
    if match is None:
        return BadBlocks(f"These blocks cannot be read: {problem}.")
    number = int(match[1])
    block = stored[number]
    kind = block.get("kind") if isinstance(block, dict) else None
    label = KINDS[kind].label if isinstance(kind, str) and kind in KINDS else "unknown kind"
    field = f", {match[2]}" if match[2] else ""
    what = _PLACE.sub("", problem).replace("`", '"')
    return BadBlocks(f"Block {number + 1} ({label}{field}): {what}.", fields={match[0][7:-1]: what})
