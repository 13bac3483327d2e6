"""Editing the blocks of a campaign or template, one small request per change."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from accounts.access import brand_view, get_or_404
from accounts.models.brands import Brand
from campaigns.forms.blocks import block_form, excerpt, translation_form
from campaigns.models.editor import SavedBlock
from campaigns.rules import arranging
from campaigns.services import editing, library, translating
from campaigns.services.editing import Document
from campaigns.views.documents import (
    FormRefused,
    document_or_404,
    editor_context,
    language_of,
    saving,
)
from config.kit.errors import Invalid


@brand_view("campaigns.edit")
@require_POST
@saving
def add(request: HttpRequest, brand: Brand, owner: str, pk: int) -> HttpResponse:
    """A new block of a `kind`, or a copy of a kept one (`kept`)."""
    document = document_or_404(owner, pk)
    if "kept" in request.POST:
        block_id = library.insert_block(document, _kept(request.POST["kept"]))
    else:
        block_id = editing.add_block(document, kind=request.POST.get("kind", ""))
    return _list(request, brand, document, opened=block_id)


@brand_view("campaigns.edit")
@require_POST
def kept(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Take a block out of the library (`forget`); the menu is drawn anew."""
    library.forget_block(_kept(request.POST.get("forget", "")))
    return render(request, "campaigns/editor/kept_gone.html")


def _kept(asked: str) -> SavedBlock:
    return get_or_404(SavedBlock, pk=int(asked) if asked.isdecimal() and len(asked) < 19 else 0)


@brand_view("campaigns.edit")
@require_POST
@saving
def change(
    request: HttpRequest, brand: Brand, owner: str, pk: int, *, block_id: str
) -> HttpResponse:
    """`do` says what: save (the block's form), up, down, remove, keep; without it, move to
    `place`."""
    document = document_or_404(owner, pk)
    act = _ACTS.get(request.POST.get("do", "move"))
    if act is None:
        raise Invalid("This cannot be done with a block.")
    return act(request, brand, document, block_id)


def _save(request: HttpRequest, brand: Brand, document: Document, block_id: str) -> HttpResponse:
    block = document.blocks[arranging.position(document.blocks, block_id)]
    language = language_of(request, document)
    form = (
        translation_form(block, {}, request.POST) if language else block_form(block, request.POST)
    )
    if not form.is_valid():
        raise FormRefused(form)
    values = form.cleaned_data
    if language:
        translating.translate_block(document, language, block_id=block_id, values=values)
    else:
        editing.change_block(document, block_id=block_id, values=values)
    block = document.blocks[arranging.position(document.blocks, block_id)]
    context = {"saved": True, "block_id": block_id, "excerpt": excerpt(block), "form": form}
    return render(request, "campaigns/editor/block_saved.html", context)


def _move(request: HttpRequest, brand: Brand, document: Document, block_id: str) -> HttpResponse:
    """Dragged to `place`."""
    place = request.POST.get("place", "")
    if not place.isdecimal() or len(place) > 4:
        raise Invalid("This place does not exist.")
    editing.move_block(document, block_id=block_id, to=int(place))
    return _list(request, brand, document)


def _up(request: HttpRequest, brand: Brand, document: Document, block_id: str) -> HttpResponse:
    at = arranging.position(document.blocks, block_id)
    editing.move_block(document, block_id=block_id, to=at - 1)
    return _list(request, brand, document)


def _down(request: HttpRequest, brand: Brand, document: Document, block_id: str) -> HttpResponse:
    at = arranging.position(document.blocks, block_id)
    editing.move_block(document, block_id=block_id, to=at + 1)
    return _list(request, brand, document)


def _remove(request: HttpRequest, brand: Brand, document: Document, block_id: str) -> HttpResponse:
    editing.remove_block(document, block_id=block_id)
    return _list(request, brand, document)


def _keep(request: HttpRequest, brand: Brand, document: Document, block_id: str) -> HttpResponse:
    block = document.blocks[arranging.position(document.blocks, block_id)]
    library.keep_block(document, block_id=block_id, words=excerpt(block))
    return _list(request, brand, document)


_ACTS: dict[str, Callable[[HttpRequest, Brand, Document, str], HttpResponse]] = {
    "save": _save,
    "move": _move,
    "up": _up,
    "down": _down,
    "remove": _remove,
    "keep": _keep,
}


def _list(
    request: HttpRequest, brand: Brand, document: Document, *, opened: str = ""
) -> HttpResponse:
    context = {**editor_context(document, brand, opened=opened), "saved": True}
    return render(request, "campaigns/editor/blocks_saved.html", context)
