"""Campaigns and templates share one editor: what their views have in common."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import reswap, retarget, trigger_client_event

from accounts.access import get_or_404
from accounts.models.brands import Brand
from campaigns.blocks.registry import KINDS
from campaigns.forms.blocks import block_form, excerpt, translation_form
from campaigns.models.campaigns import Campaign
from campaigns.models.editor import SavedBlock
from campaigns.models.templates import EmailTemplate
from campaigns.models.transactional import TransactionalTemplate
from campaigns.models.variants import CampaignVariant
from campaigns.rules.languages import NAMES, primary
from campaigns.rules.messages import loop_over, read_data
from campaigns.rules.tags import Tag
from campaigns.selectors.content import (
    Content,
    content_of,
    frozen_content,
    in_variant,
    only_in,
)
from campaigns.selectors.further import all_tags
from campaigns.selectors.variants import tabs_of
from campaigns.services.editing import Document
from config.kit.errors import DomainError, Invalid

View = Callable[..., HttpResponse]

# The kinds of the editor's "add" menu: the footer is always there already.
ADDABLE = [(name, kind.label, kind.icon) for name, kind in KINDS.items() if kind.zone == "body"]


def document_or_404(owner: str, pk: int) -> Document:
    if owner == "campaign":
        mails = Campaign.objects.filter(channel=Campaign.Channel.EMAIL)
        return get_or_404(mails.select_related("segment"), pk=pk)
    if owner == "variant":
        return get_or_404(CampaignVariant.objects.select_related("campaign__segment"), pk=pk)
    if owner == "transactional":
        return get_or_404(TransactionalTemplate, pk=pk)
    return get_or_404(EmailTemplate, pk=pk)


_OWNERS: dict[type[object], str] = {
    Campaign: "campaign",
    EmailTemplate: "template",
    CampaignVariant: "variant",
    TransactionalTemplate: "transactional",
}


def owner_of(document: Document) -> str:
    return _OWNERS[type(document)]


def campaign_of(document: Document) -> Campaign | None:
    """The campaign that a document is, or is a variant of."""
    if isinstance(document, CampaignVariant):
        return document.campaign
    return document if isinstance(document, Campaign) else None


def shown_content(document: Document, brand: Brand, language: str = "") -> Content:
    """A launched campaign as it was sent, everything else as it is now; with `language` in that
    one, else in each reader's own."""
    campaign = campaign_of(document)
    if campaign is not None and campaign.frozen:
        letter = document.letter if isinstance(document, CampaignVariant) else ""
        content = in_variant(frozen_content(campaign), letter)
    else:
        content = content_of(document, brand)
    return only_in(content, language) if language else content


def language_of(request: HttpRequest, document: Document) -> str:
    """The language that is being written; "" for the main one."""
    asked = request.POST.get("lang") or request.GET.get("lang", "")
    return asked if asked in document.translations else ""


def address(name: str, document: Document, brand: Brand) -> str:
    """The URL `name` of this document, such as "save" for `campaign_save`."""
    return reverse(f"{owner_of(document)}_{name}", args=[brand.slug, document.pk])


def editor_context(
    document: Document, brand: Brand, *, opened: str = "", language: str = ""
) -> dict[str, Any]:
    """What the editor's templates need; `opened` is the block whose form is unfolded."""
    names = (
        *("edit", "save", "blocks", "checks", "preview", "people", "mail", "test"),
        *("undo", "languages"),
    )
    body = [block for block in document.blocks if block["kind"] != "footer"]
    data_tags = _data_tags(document)
    return {
        "document": document,
        "owner": owner_of(document),
        "urls": {name: address(name, document, brand) for name in names},
        "blocks": [
            _shown(block, number, document, language)
            for number, block in enumerate(document.blocks)
        ],
        "last": len(body) - 1,
        "opened": opened,
        "kinds": ADDABLE,
        "kept": SavedBlock.objects.order_by("name", "pk"),
        "tags": [*data_tags, *all_tags()],
        "data_tags": data_tags,
        "variants": _variants(document, brand),
        **_languages(document, brand, language),
    }


def _data_tags(document: Document) -> list[Tag]:
    """The personal fields of what a program sends along with the mail."""
    if not isinstance(document, TransactionalTemplate):
        return []
    data = read_data(document.example)
    fields = [Tag(name, name, value) for name, value in data.values.items()]
    return [*fields, *(Tag(name, name, "", loop_over(name, data)) for name in data.lists)]


def _languages(document: Document, brand: Brand, language: str) -> dict[str, Any]:
    """The languages of a mail, which of them is written, and which may be added."""
    main = primary(brand.locale)
    codes = [*sorted(document.translations)]
    return {
        "language": language,
        "language_name": NAMES.get(language, language),
        "main_language": NAMES.get(main, main),
        "languages": [(code, NAMES.get(code, code)) for code in codes],
        "other_languages": [
            (code, name) for code, name in NAMES.items() if code not in {main, *codes}
        ],
    }


def _variants(document: Document, brand: Brand) -> list[dict[str, object]]:
    """The campaign's own words and its variants, each with its editor."""
    campaign = campaign_of(document)
    if campaign is None:
        return []
    return [
        {"letter": letter, "url": address("edit", each, brand), "is_shown": each == document}
        for letter, each in tabs_of(campaign)
    ]


def _shown(block: dict[str, Any], number: int, document: Document, language: str) -> dict[str, Any]:
    kind = KINDS[block["kind"]]
    if language:
        texts = document.translations[language].get("texts", {}).get(block["id"], {})
        form = translation_form(block, texts)
    else:
        form = block_form(block)
    return {
        "id": block["id"],
        "number": number,
        "label": kind.label,
        "icon": kind.icon,
        "is_footer": kind.zone == "footer",
        "excerpt": excerpt(block),
        "form": form if form.fields else None,
    }


class FormRefused(Invalid):
    """Values that do not fit their block; the form says which, beside each field."""

    def __init__(self, form: BaseForm) -> None:
        name, problems = next(iter(form.errors.items()))
        super().__init__(f"{form.fields[name].label}: {problems[0]}")
        self.form = form


def saving(view: View) -> View:
    """A change of the editor: a refusal is told beside "Saved", in place, without losing words.

    Without htmx the editor is shown again."""

    @wraps(view)
    def wrapped(request: HttpRequest, brand: Brand, **kwargs: Any) -> HttpResponse:
        if not getattr(request, "htmx", False):
            view(request, brand, **kwargs)
            return redirect(f"{kwargs['owner']}_edit", brand.slug, kwargs["pk"])
        try:
            response = view(request, brand, **kwargs)
        except FormRefused as error:
            return not_saved(request, error.message, form=error.form)
        except DomainError as error:
            return not_saved(request, error.message)
        return trigger_client_event(response, "mail-saved", after="settle")

    return wrapped


def saved(request: HttpRequest) -> HttpResponse:
    return render(request, "campaigns/editor/save_state.html", {"saved": True})


def not_saved(request: HttpRequest, problem: str, *, form: BaseForm | None = None) -> HttpResponse:
    """What is wrong, at the top and beside the block's fields; what was typed stays as it is."""
    context = {"problem": problem, "form": form}
    response = render(
        request,
        "campaigns/editor/block_saved.html" if form else "campaigns/editor/save_state.html",
        context,
    )
    return reswap(retarget(response, "#save-state"), "outerHTML")
