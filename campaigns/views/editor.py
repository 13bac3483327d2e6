"""The campaign editor: one page from audience to launch, saving itself."""

from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import brand_view
from accounts.models.brands import Brand
from accounts.scope import brand_scope
from campaigns.channels.email.outgoing import send_now
from campaigns.forms.campaigns import TestForm, words_form
from campaigns.forms.coupons import ChoiceForm
from campaigns.forms.variants import ShareForm
from campaigns.models.campaigns import Campaign
from campaigns.models.templates import EmailTemplate
from campaigns.rules import reasons
from campaigns.rules.languages import primary
from campaigns.rules.program import Recipient
from campaigns.selectors.audience import Audience
from campaigns.selectors.checks import check_campaign, check_template
from campaigns.selectors.content import content_of
from campaigns.selectors.coupons import batch_of
from campaigns.selectors.preview import preview_of, recipient_of
from campaigns.selectors.transports import pace_words, transport
from campaigns.services import drafts, editing, templates, translating
from campaigns.services.editing import Document, is_open
from campaigns.services.testsend import build_test
from campaigns.services.transports import own_target
from campaigns.views.documents import (
    address,
    campaign_of,
    document_or_404,
    editor_context,
    language_of,
    saved,
    saving,
    shown_content,
)
from campaigns.views.preview import pane_context, previewed
from config.kit.errors import Conflict, DomainError, Invalid
from config.kit.figures import Part, Split, Unit
from config.kit.limits import count_within

# A brand writes tests to itself; more than this would be a way to mail strangers.
TESTS_PER_HOUR = 60
# What undo brings back, and what is translated.
_WORDS = {"subject", "preheader"}
_TONES = ("neutral", "venture", "value", "referral", "cross-sell")


@brand_view("campaigns.edit")
@require_safe
def edit(request: HttpRequest, brand: Brand, owner: str, pk: int) -> HttpResponse:
    document = document_or_404(owner, pk)
    campaign = campaign_of(document)
    if campaign is not None and not is_open(document):
        return redirect("campaign", brand.slug, campaign.pk)
    language = language_of(request, document)
    content = shown_content(document, brand, language)
    context = {
        **editor_context(document, brand, language=language),
        **pane_context(request, content, address("preview", document, brand)),
        "words": words_form(document, language=language),
        "coupon_form": ChoiceForm(initial={"batch": batch_of(campaign) if campaign else None}),
        "share_form": ShareForm(initial={"percent": campaign.test_percent if campaign else 0}),
        "test_form": TestForm(initial={"address": request.user.email}),  # type: ignore[union-attr]
    }
    return render(request, f"campaigns/edit_{owner}.html", context)


@brand_view("campaigns.edit")
@require_POST
@saving
def save(request: HttpRequest, brand: Brand, owner: str, pk: int) -> HttpResponse:
    """Whichever of name, segment, subject and preview line were sent."""
    document = document_or_404(owner, pk)
    language = language_of(request, document)
    form = words_form(document, request.POST)
    if not form.is_valid():
        name, problems = next(iter(form.errors.items()))
        raise Invalid(f"{form.fields[name].label}: {problems[0]}")
    _save_words(document, language, form.cleaned_data)
    if form.cleaned_data and isinstance(document, Campaign):
        drafts.update_campaign(document, **form.cleaned_data)
    elif form.cleaned_data and isinstance(document, EmailTemplate):
        templates.update_template(document, **form.cleaned_data)
    return saved(request)


def _save_words(document: Document, language: str, said: dict[str, Any]) -> None:
    """Those that can be undone and translated; they are taken out of `said`."""
    words = {name: said.pop(name) for name in _WORDS & said.keys()}
    if words and language:
        translating.translate_words(document, language, **words)
    elif words:
        editing.change_words(document, **words)


@brand_view("campaigns.edit")
@require_POST
@saving
def undo(request: HttpRequest, brand: Brand, owner: str, pk: int) -> HttpResponse:
    """Take the last change back; with `do=redo` do it again. The page is drawn anew."""
    editing.undo(document_or_404(owner, pk), back=request.POST.get("do") != "redo")
    response = saved(request)
    response["HX-Refresh"] = "true"
    return response


@brand_view("campaigns.edit")
@require_POST
def languages(request: HttpRequest, brand: Brand, owner: str, pk: int) -> HttpResponse:
    """Begin another language (`add`), or take one out of the mail (`remove`)."""
    document = document_or_404(owner, pk)
    added, removed = request.POST.get("add", ""), request.POST.get("remove", "")
    if removed:
        translating.remove_language(document, removed)
    else:
        translating.add_language(document, added, main=primary(brand.locale))
    url = address("edit", document, brand)
    return redirect(url if removed else f"{url}?lang={added}")


@brand_view("campaigns.edit")
@require_safe
def checks(request: HttpRequest, brand: Brand, owner: str, pk: int) -> HttpResponse:
    """Pre-flight as it stands now, with the audience and what the launch dialog says."""
    document = document_or_404(owner, pk)
    context: dict[str, Any]
    if not isinstance(document, Campaign):
        context = {"report": check_template(document, brand), "owner": owner}
        return render(request, "campaigns/editor/checks.html", context)
    report = check_campaign(document)
    context = {"report": report, "document": document}
    if report.audience is not None:
        context |= _audience_context(report.audience, brand)
    if report.can_launch and report.audience is not None:
        context |= _subject_context(request, document, brand)
        context["pace"] = pace_words(transport(), report.audience.reachable)
    return render(request, "campaigns/editor/checks_campaign.html", context)


def _audience_context(audience: Audience, brand: Brand) -> dict[str, Any]:
    """The bar of who can be written to, and the reasons why not the others."""
    left_out = [(reasons.words(code), count) for code, count in audience.left_out.items()]
    parts = [Part("Can be written to", audience.reachable, "repeat")]
    parts += [
        Part(words, count, _TONES[at % len(_TONES)]) for at, (words, count) in enumerate(left_out)
    ]
    split = Split("Who can be written to", parts, Unit(locale=brand.locale))
    return {"split": split, "left_out": left_out}


def _subject_context(request: HttpRequest, campaign: Campaign, brand: Brand) -> dict[str, str]:
    """The subject as the person in the preview reads it; as written when they cannot be shown."""
    content = content_of(campaign, brand)
    person = previewed(request, content)
    try:
        subject = preview_of(content, person).subject
    except DomainError:
        return {"shown_subject": campaign.subject}
    return {"shown_subject": subject, "reader": _name(person) if "{{" in campaign.subject else ""}


def _name(person: Recipient | None) -> str:
    if person is None:
        return "an example customer"
    return person.values.get("name") or person.address


@brand_view("campaigns.edit", opens_scope=False)
@require_POST
def send_test(request: HttpRequest, brand: Brand, owner: str, pk: int) -> HttpResponse:
    """The mail as the chosen customer would read it, to one address."""
    context: dict[str, Any] = {}
    try:
        left, _ = count_within(f"tests:{brand.pk}", most=TESTS_PER_HOUR, seconds=3600)
        if left < 0:
            raise Conflict("That is enough tests for this hour. Try again in the next one.")
        with brand_scope(brand):
            mail, own = _test_mail(request, brand, owner, pk), own_target()
        send_now(mail, through=own)
        context["sent_to"] = mail.to[0]
    except DomainError as error:
        context["problem"] = error.message
    return render(request, "campaigns/editor/test_result.html", context)


def _test_mail(request: HttpRequest, brand: Brand, owner: str, pk: int) -> EmailMultiAlternatives:
    document = document_or_404(owner, pk)
    content = shown_content(document, brand, language_of(request, document))
    form = TestForm(request.POST)
    if not form.is_valid():
        raise Invalid("Write an e-mail address, for example your own.")
    chosen = form.cleaned_data["as"]
    return build_test(
        content,
        recipient=recipient_of(chosen) if chosen else None,
        address=form.cleaned_data["address"],
    )
