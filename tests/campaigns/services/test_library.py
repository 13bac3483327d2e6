"""Blocks kept from one mail and put into others."""

import pytest

from accounts.models.brands import Brand
from campaigns.models.editor import SavedBlock
from campaigns.services import drafts, editing, library, templates
from config.kit.errors import Conflict, Invalid

QUOTE = {"kind": "quote", "id": "q", "text": "Lovely", "author": "Rae"}


def test_a_kept_block_is_put_into_another_mail_as_a_copy(floral: Brand) -> None:
    source = drafts.create_campaign(name="May", blocks=[QUOTE, {"kind": "footer", "id": "f"}])
    kept = library.keep_block(source, block_id="q", words="Lovely")
    assert kept.name == "Quote: Lovely"
    template = templates.create_template(name="Plain")
    block_id = library.insert_block(template, kept)
    template.refresh_from_db()
    assert [block["kind"] for block in template.blocks] == ["quote", "footer"]
    assert template.blocks[0] == {**QUOTE, "id": block_id}
    editing.change_block(template, block_id=block_id, values={"text": "Other", "author": ""})
    kept.refresh_from_db()
    assert kept.block["text"] == "Lovely"
    library.forget_block(kept)
    assert not SavedBlock.objects.exists()


def test_the_footer_is_not_kept(floral: Brand) -> None:
    source = drafts.create_campaign(name="May", blocks=[{"kind": "footer", "id": "f"}])
    with pytest.raises(Invalid):
        library.keep_block(source, block_id="f", words="")
    assert not SavedBlock.objects.exists()


def test_a_library_ends_somewhere(floral: Brand, monkeypatch) -> None:
    monkeypatch.setattr(library, "MOST_BLOCKS", 1)
    source = drafts.create_campaign(name="May", blocks=[QUOTE, {"kind": "footer"}])
    library.keep_block(source, block_id="q", words="")
    with pytest.raises(Conflict):
        library.keep_block(source, block_id="q", words="")
    assert SavedBlock.objects.count() == 1
