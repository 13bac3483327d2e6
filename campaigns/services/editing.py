"""Editing the blocks of a draft or template, one change at a time, safe beside other windows."""

import copy
import secrets
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from campaigns.blocks.registry import KINDS, BadBlocks, parse_blocks
from campaigns.models.campaigns import Campaign
from campaigns.models.variants import CampaignVariant
from campaigns.rules import arranging
from campaigns.rules.merge import clean_header
from campaigns.rules.richtext import MAX_RICH
from campaigns.services import history
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid, NotFound
from config.kit.text import clean_text

Document = history.Document
Change = Callable[[Sequence[arranging.Stored]], Sequence[arranging.Stored]]

FOOTER: dict[str, object] = {"kind": "footer"}
_LIMITS = {"name": 120, "subject": 200, "preheader": 200}  # as in the columns

# What a new block says until somebody writes something better.
_FIRST_WORDS: dict[str, dict[str, Any]] = {
    "heading": {"text": "A new heading"},
    "text": {"html": "<p>Write something your customers will be glad to read.</p>"},
    "button": {"text": "Have a look", "href": "https://example.com/"},
    "image": {"src": "https://example.com/picture.jpg", "alt": "Describe the picture"},
    "columns": {
        "left_html": "<p>Something on the left,</p>",
        "right_html": "<p>and something on the right.</p>",
    },
    "quote": {"text": "What a customer said about you", "author": "A customer"},
    "social": {"website": "https://example.com/"},
}


def add_block(document: Document, *, kind: str) -> str:
    """Put a new block at the end of the body; returns its id."""
    if kind not in KINDS:
        raise BadBlocks("There is no block of this kind.")
    block_id = new_block_id()
    block = {"kind": kind, "id": block_id, **_FIRST_WORDS.get(kind, {})}
    _edit(document, lambda blocks: arranging.added(blocks, block))
    return block_id


def change_block(document: Document, *, block_id: str, values: Mapping[str, Any]) -> None:
    """Replace what the block says; raises BadBlocks with the field that does not fit."""

    def change(blocks: Sequence[arranging.Stored]) -> list[arranging.Stored]:
        kind = blocks[arranging.position(blocks, block_id)]["kind"]
        block = parse_blocks([{**values, "kind": kind, "id": block_id}])[0]
        return arranging.changed(blocks, block.stored())

    _edit(document, change, what=block_id)


def move_block(document: Document, *, block_id: str, to: int) -> None:
    """Put the block at place `to`, counted from 0."""
    _edit(document, lambda blocks: arranging.moved(blocks, block_id, to))


def remove_block(document: Document, *, block_id: str) -> None:
    _edit(document, lambda blocks: arranging.removed(blocks, block_id))


def new_block_id() -> str:
    return secrets.token_hex(6)


def stored_blocks(blocks: Sequence[object]) -> list[dict[str, Any]]:
    """Checked and cleaned blocks, each with an id of its own; raises BadBlocks."""
    stored = [_readable(block.stored()) for block in parse_blocks(blocks)]
    seen: set[object] = {""}
    for block in stored:
        if block["id"] in seen:
            block["id"] = new_block_id()
        seen.add(block["id"])
    return stored


def _readable(block: dict[str, Any]) -> dict[str, Any]:
    """The block with its texts in one normal form (trust rule 26); only running text has lines."""
    try:
        return {
            name: clean_text(value, max_length=MAX_RICH, multiline=name.endswith("html"))
            if isinstance(value, str)
            else value
            for name, value in block.items()
        }
    except ValueError as error:
        raise BadBlocks(str(error)) from error


def checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Name, subject, preheader and blocks as they may be stored; raises Invalid or BadBlocks."""
    values = dict(changes)
    if "blocks" in values:
        values["blocks"] = stored_blocks(values["blocks"])
    for field, limit in _LIMITS.items():
        if field in values:
            values[field] = _line(field, str(values[field]), limit)
    if values.get("name") == "":
        raise Invalid("Give it a name.", fields={"name": "Give it a name."})
    return values


def _line(field: str, text: str, limit: int) -> str:
    cleaned = clean_header(unicodedata.normalize("NFC", text).strip())
    if len(cleaned) > limit:
        problem = f"At most {limit} characters."
        raise Invalid(f"The {field} is too long. {problem}", fields={field: problem})
    return cleaned


def is_open(document: Document) -> bool:
    """Whether its content may still change: until its campaign is launched."""
    campaign = document.campaign if isinstance(document, CampaignVariant) else document
    return not isinstance(campaign, Campaign) or campaign.state == Campaign.State.DRAFT


@contextmanager
def opened(document: Document, *, what: str = "") -> Iterator[Document]:
    """The document as it is now, not as the page last saw it, to be changed inside.

    Afterwards it is saved, and what it said before can be brought back; `what` was changed."""
    with transaction.atomic():
        current = _locked(document)
        before = copy.deepcopy(history.content_in(current))
        yield current
        if history.content_in(current) != before:
            history.remember(current, before, what=what)
            _save(current)
    _take_over(document, current)


def undo(document: Document, *, back: bool = True) -> None:
    """Take the last change back, or do it again; raises Conflict when there is none."""
    with transaction.atomic():
        current = _locked(document)
        content = history.step(current, back=back)
        if content is None:
            raise Conflict(f"There is nothing to {'undo' if back else 'redo'}.")
        for name, value in content.items():
            setattr(current, name, value)
        _save(current)
    _take_over(document, current)


def _locked(document: Document) -> Document:
    rows = type(document)._default_manager.select_for_update(no_key=True)
    current = rows.filter(pk=document.pk).first()
    if current is None:
        raise NotFound("This draft has been deleted.")
    if not is_open(current):
        raise Conflict("This campaign has been launched; its content can no longer change.")
    return current


def change_words(document: Document, **words: str) -> None:
    """Change the subject, the preview line, or both."""
    values = checked(words)
    with opened(document, what=" ".join(sorted(values))) as current:
        for name, value in values.items():
            setattr(current, name, value)


def _save(current: Document) -> None:
    current.updated_at = now()
    current.save(update_fields=[*history.CONTENT, "updated_at"])


def _take_over(document: Document, current: Document) -> None:
    for name in history.CONTENT:
        setattr(document, name, getattr(current, name))


def _edit(document: Document, change: Change, *, what: str = "") -> None:
    with opened(document, what=what) as current:
        current.blocks = stored_blocks(change(current.blocks))
