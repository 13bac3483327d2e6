"""Blocks worth using again: kept from one mail, put into others."""

from campaigns.blocks.registry import KINDS
from campaigns.models.editor import SavedBlock
from campaigns.rules import arranging
from campaigns.services.editing import Document, new_block_id, opened, stored_blocks
from config.kit.errors import Conflict, Invalid

MOST_BLOCKS = 50


def keep_block(document: Document, *, block_id: str, words: str) -> SavedBlock:
    """Keep a block as it is now; `words` are its first ones, to know it by.

    Raises Invalid for the footer, which every mail has, and Conflict when the library is full."""
    block = document.blocks[arranging.position(document.blocks, block_id)]
    if KINDS[block["kind"]].zone == "footer":
        raise Invalid("Every mail has its footer already.")
    if SavedBlock.objects.count() >= MOST_BLOCKS:
        raise Conflict(f"{MOST_BLOCKS} blocks are kept already; remove one first.")
    label = KINDS[block["kind"]].label
    name = f"{label}: {words}" if words else label
    return SavedBlock.objects.create(name=name[:120], block=block)


def insert_block(document: Document, saved: SavedBlock) -> str:
    """Put a copy at the end of the body; returns its id."""
    block_id = new_block_id()
    with opened(document) as current:
        blocks = arranging.added(current.blocks, {**saved.block, "id": block_id})
        current.blocks = stored_blocks(blocks)
    return block_id


def forget_block(saved: SavedBlock) -> None:
    """Mails that hold a copy keep it."""
    saved.delete()
