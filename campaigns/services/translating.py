"""The words of a draft or template in more languages."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from campaigns.blocks.registry import parse_blocks
from campaigns.blocks.translating import translatable
from campaigns.rules import arranging
from campaigns.rules.languages import NAMES
from campaigns.selectors.content import Translation
from campaigns.services.editing import Document, checked, opened, stored_blocks
from config.kit.errors import Invalid, NotFound

MAX_LANGUAGES = 12


def add_language(document: Document, language: str, *, main: str) -> None:
    """Begin a translation; `main` is the language the words themselves are in."""
    if language not in NAMES or language == main:
        raise Invalid("Choose another language.")
    with opened(document) as current:
        if len(current.translations) >= MAX_LANGUAGES:
            raise Invalid(f"A mail can have at most {MAX_LANGUAGES} more languages.")
        empty = {"subject": "", "preheader": "", "texts": {}}
        current.translations = {language: empty, **current.translations}


def remove_language(document: Document, language: str) -> None:
    """Its readers get the main language again."""
    with opened(document) as current:
        _of(current, language)
        rest = {code: words for code, words in current.translations.items() if code != language}
        current.translations = rest


def translate_words(document: Document, language: str, **words: str) -> None:
    """Subject, preview line, or both, in another language; empty: as in the main one."""
    values = checked(words)
    with opened(document, what=f"{language} {' '.join(sorted(values))}") as current:
        _put(current, language, {**_of(current, language), **values})


def translate_block(
    document: Document, language: str, *, block_id: str, values: Mapping[str, Any]
) -> None:
    """The texts of one block in another language; empty or equal ones are as in the main one.

    Raises BadBlocks with the field that does not fit."""
    with opened(document, what=f"{language} {block_id}") as current:
        block = current.blocks[arranging.position(current.blocks, block_id)]
        own = _texts(block, values)
        words = _of(current, language)
        _put(current, language, {**words, "texts": {**words["texts"], block_id: own}})


def checked_translations(blocks: Sequence[object], given: object) -> dict[str, Any]:
    """Translations as a program sends them, as they may be stored beside these blocks.

    Raises Invalid with the language that does not fit, or BadBlocks with the field."""
    try:
        wanted = msgspec.convert(given, dict[str, Translation])
    except msgspec.ValidationError as error:
        raise Invalid.at("translations", f"The translations cannot be read: {error}.") from error
    if len(wanted) > MAX_LANGUAGES or wanted.keys() - NAMES.keys():
        known = ", ".join(NAMES)
        text = f"At most {MAX_LANGUAGES} languages, of these: {known}."
        raise Invalid.at("translations", text)
    stored = {str(block["id"]): block for block in stored_blocks(blocks)}
    return {
        language: {
            **checked({"subject": words.subject, "preheader": words.preheader}),
            "texts": {
                block_id: _texts(stored[block_id], texts)
                for block_id, texts in words.texts.items()
                if block_id in stored
            },
        }
        for language, words in wanted.items()
    }


def _texts(block: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, str]:
    """The words that differ from the main ones; raises BadBlocks."""
    names = [field.name for field in translatable(block["kind"])]
    given = {name: str(values[name]) for name in names if values.get(name)}
    (stored,) = stored_blocks([parse_blocks([{**block, **given}])[0].stored()])
    return {name: stored[name] for name in given if stored[name] != block.get(name)}


def _of(document: Document, language: str) -> dict[str, Any]:
    words = document.translations.get(language)
    if words is None:
        raise NotFound("This language has been taken out of the mail. Reload the page.")
    return {"subject": "", "preheader": "", "texts": {}, **words}


def _put(document: Document, language: str, words: Mapping[str, Any]) -> None:
    document.translations = {**document.translations, language: dict(words)}
