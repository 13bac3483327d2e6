"""Blocks keep the order people give them; the footer stays last."""

import pytest

from campaigns.rules import arranging
from campaigns.rules.arranging import UnknownBlock

HEADING = {"id": "a", "kind": "heading"}
TEXT = {"id": "b", "kind": "text"}
BUTTON = {"id": "c", "kind": "button"}
FOOTER = {"id": "z", "kind": "footer"}
BLOCKS = [HEADING, TEXT, BUTTON, FOOTER]


def test_a_new_block_goes_above_the_footer() -> None:
    image = {"id": "d", "kind": "image"}
    assert arranging.added(BLOCKS, image) == [HEADING, TEXT, BUTTON, image, FOOTER]


@pytest.mark.parametrize(
    ("block_id", "to", "order"),
    [
        ("a", 1, "bacz"),
        ("c", 0, "cabz"),
        ("b", 1, "abcz"),
        ("a", 99, "bcaz"),
        ("c", -5, "cabz"),
        ("z", 0, "abcz"),
    ],
)
def test_moving_a_block_shifts_the_others(block_id: str, to: int, order: str) -> None:
    assert "".join(str(b["id"]) for b in arranging.moved(BLOCKS, block_id, to)) == order


def test_changing_a_block_keeps_its_place() -> None:
    new = {"id": "b", "kind": "text", "html": "<p>New</p>"}
    assert arranging.changed(BLOCKS, new) == [HEADING, new, BUTTON, FOOTER]


def test_removing_a_block_leaves_the_rest() -> None:
    assert arranging.removed(BLOCKS, "b") == [HEADING, BUTTON, FOOTER]


def test_a_block_that_is_gone_is_named_as_such() -> None:
    with pytest.raises(UnknownBlock, match="no longer in the mail"):
        arranging.removed(BLOCKS, "nope")
