"""The same blocks in another language: every text by itself, so that what is not translated yet is
read in the brand's own language."""

from collections.abc import Mapping, Sequence
from typing import Any

from campaigns.blocks.base import Field
from campaigns.blocks.registry import KINDS

Stored = Mapping[str, Any]
Texts = Mapping[str, Mapping[str, str]]
"""Block id to field name to text."""

_WORDS = {"line", "rich", "address", "picture"}


def translatable(kind: str) -> tuple[Field, ...]:
    """The fields of a kind that hold words, or lead to a place that may speak another language."""
    return tuple(field for field in KINDS[kind].fields if field.control in _WORDS)


def translated(blocks: Sequence[Stored], texts: Texts) -> list[dict[str, Any]]:
    """The blocks with all texts that there are."""
    return [{**block, **_of(block, texts)} for block in blocks]


def untranslated(blocks: Sequence[Stored], texts: Texts) -> list[tuple[int, str]]:
    """Place (from 1) and label of the blocks with words that are not translated yet; links and
    pictures may well be the same."""
    return [
        (number, KINDS[block["kind"]].label)
        for number, block in enumerate(blocks, start=1)
        if any(
            block.get(field.name) and not _of(block, texts).get(field.name)
            for field in translatable(block["kind"])
            if field.control in {"line", "rich"}
        )
    ]


def _of(block: Stored, texts: Texts) -> dict[str, str]:
    given = texts.get(str(block.get("id")), {})
    names = {field.name for field in translatable(block["kind"])}
    return {name: text for name, text in given.items() if name in names and text}
