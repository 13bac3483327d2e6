"""Changing the order of a mail's blocks. The footer always stays last.

Blocks are their stored form, a dict with at least `id` and `kind`; every function returns a new
list and raises UnknownBlock for an id that is not in it."""

from collections.abc import Mapping, Sequence
from typing import Any

from config.kit.errors import NotFound

Stored = Mapping[str, Any]


class UnknownBlock(NotFound):
    """The block is gone: removed in another window, or never there."""

    code = "unknown_block"


def added(blocks: Sequence[Stored], block: Stored) -> list[Stored]:
    """With one more block at the end."""
    return _footer_last([*blocks, block])


def changed(blocks: Sequence[Stored], block: Stored) -> list[Stored]:
    """With the block of the same id replaced."""
    at = position(blocks, str(block["id"]))
    return [*blocks[:at], block, *blocks[at + 1 :]]


def moved(blocks: Sequence[Stored], block_id: str, to: int) -> list[Stored]:
    """With the block at place `to` (from 0; beyond an end means at that end)."""
    at = position(blocks, block_id)
    rest = [*blocks[:at], *blocks[at + 1 :]]
    rest.insert(min(max(to, 0), len(rest)), blocks[at])
    return _footer_last(rest)


def removed(blocks: Sequence[Stored], block_id: str) -> list[Stored]:
    """Without the block."""
    at = position(blocks, block_id)
    return [*blocks[:at], *blocks[at + 1 :]]


def position(blocks: Sequence[Stored], block_id: str) -> int:
    """Where the block stands, from 0."""
    for at, block in enumerate(blocks):
        if block["id"] == block_id:
            return at
    raise UnknownBlock("This block is no longer in the mail. Reload the page to see it as it is.")


def _footer_last(blocks: Sequence[Stored]) -> list[Stored]:
    return sorted(blocks, key=lambda block: block["kind"] == "footer")
