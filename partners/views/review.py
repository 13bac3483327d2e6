"""The review queue: one offer at a time, and what to know about it, by keyboard if one likes."""

from typing import Any

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import brand_view, get_by_public_id, get_or_404
from accounts.models.brands import Brand
from config.kit import ids
from config.kit.errors import DomainError
from config.kit.forms import show_refusal
from customers.selectors import audience
from partners.forms.reviews import OfferTemplateForm, ReplyTemplateForm
from partners.models.offers import Offer, ReplyTemplate
from partners.selectors import offers as offer_selectors
from partners.selectors import review as selectors
from partners.selectors.names import OFFER
from partners.selectors.preview import preview_of
from partners.selectors.reach import matched
from partners.selectors.relevance import relevance_of
from partners.services import approvals, replies

_DONE = {
    "approve": "Approved: both sides agreed to exactly this version.",
    "changes": "Asked for. The partner gets a mail with your words.",
    "decline": "Declined. The partner gets a mail with your words.",
}


@brand_view("partners.review")
@require_safe
def index(request: HttpRequest, brand: Brand) -> HttpResponse:
    """The one that has waited longest."""
    first = selectors.waiting().first()
    if first is None:
        return render(request, "partners/staff/offers/review_empty.html", {})
    return _case(request, brand, first)


@brand_view("partners.review")
@require_safe
def case(request: HttpRequest, brand: Brand, offer_id: str) -> HttpResponse:
    offer = get_by_public_id(selectors.waiting(), OFFER, offer_id)
    return _case(request, brand, offer)


@brand_view("partners.review")
@require_safe
def beside(request: HttpRequest, brand: Brand, offer_id: str) -> HttpResponse:
    """Whom it would reach and what to expect: counted anew, so it comes after the page."""
    offer = get_by_public_id(selectors.waiting(), OFFER, offer_id)
    content = offer_selectors.version_content(offer, offer.submitted)
    found = matched(content, offer.partnership)
    left_out = [(audience.words(code), count) for code, count in found.reach.left_out.items()]
    context = {
        "offer": offer,
        "content": content,
        "matched": found,
        "left_out": left_out,
        "relevance": relevance_of(content),
    }
    return render(request, "partners/staff/offers/beside.html", context)


@brand_view("partners.review")
@require_POST
def decide(request: HttpRequest, brand: Brand, offer_id: str) -> HttpResponse:
    offer = get_by_public_id(Offer, OFFER, offer_id)
    act = request.POST.get("act", "")
    try:
        _decide(request, offer, act)
    except DomainError as refused:
        messages.error(request, refused.message)
        back = "partner_review_offer" if offer_selectors.waits(offer) else "offer"
        return redirect(back, brand.slug, offer_id)
    messages.success(request, _DONE.get(act, ""))
    return redirect("partner_review", brand.slug)


@brand_view("partners.review")
@require_safe
def reply(request: HttpRequest, brand: Brand, offer_id: str) -> HttpResponse:
    """The words of a kept reply, as the box they are changed in."""
    offer = get_by_public_id(Offer.objects.select_related("partnership"), OFFER, offer_id)
    chosen = request.GET.get("reply", "")
    text = ""
    if chosen.isdecimal():
        row = get_or_404(ReplyTemplate, pk=chosen)
        text = replies.reply_words(row, offer)
    context = {"act": request.GET.get("act", ""), "note": text}
    return render(request, "partners/staff/offers/note.html", context)


@brand_view("partners.review")
@require_http_methods(["GET", "HEAD", "POST"])
def kept_replies(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Words that are sent often."""
    form = ReplyTemplateForm(request.POST or None)
    if form.is_valid():
        try:
            replies.save_reply(**form.cleaned_data)
        except DomainError as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, "Kept.")
            return redirect("offer_replies", brand.slug)
    context = {"form": form, "replies": ReplyTemplate.objects.order_by("name")}
    return render(request, "partners/staff/offers/replies.html", context)


@brand_view("partners.review")
@require_http_methods(["GET", "HEAD", "POST"])
def kept_reply(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    row = get_or_404(ReplyTemplate, pk=pk)
    said = {"name": row.name, "text": row.text}
    form = ReplyTemplateForm(request.POST or None, initial=said)
    if form.is_valid():
        try:
            replies.save_reply(reply=row, **form.cleaned_data)
        except DomainError as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, "Kept.")
            return redirect("offer_replies", brand.slug)
    return render(request, "partners/staff/offers/reply.html", {"form": form, "reply": row})


@brand_view("partners.review")
@require_POST
def delete_reply(request: HttpRequest, brand: Brand, pk: int) -> HttpResponse:
    replies.delete_reply(get_or_404(ReplyTemplate, pk=pk))
    messages.success(request, "Deleted.")
    return redirect("offer_replies", brand.slug)


@brand_view("partners.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def template(request: HttpRequest, brand: Brand) -> HttpResponse:
    """What partners' new offers begin with."""
    row = offer_selectors.template_of_brand()
    form = OfferTemplateForm(request.POST or None, initial=model_to_dict(row))
    if form.is_valid():
        try:
            replies.save_offer_template(**form.cleaned_data)
        except DomainError as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, "New offers begin with this from now on.")
            return redirect("offer_template", brand.slug)
    return render(request, "partners/staff/offers/template.html", {"form": form})


def _decide(request: HttpRequest, offer: Offer, act: str) -> None:
    said = request.POST
    text = said.get("number", "")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0
    note = said.get("note", "")
    if act == "approve":
        approvals.approve_offer(offer, number=number, content_hash=said.get("hash", ""), note=note)
    elif act == "changes":
        approvals.request_changes(offer, number=number, note=note)
    elif act == "decline":
        approvals.decline_offer(offer, number=number, note=note)


def _case(request: HttpRequest, brand: Brand, offer: Offer) -> HttpResponse:
    queue = list(selectors.waiting()[: selectors.MOST_SHOWN])
    place = next((n for n, row in enumerate(queue) if row.pk == offer.pk), 0)
    shown = selectors.case_of(offer)
    context: dict[str, Any] = {
        "case": shown,
        "offer": offer,
        "preview": preview_of(shown.content, offer.partnership),
        "history": offer_selectors.history(offer, for_partner=False),
        "past": selectors.past_of(offer.partnership),
        "replies": ReplyTemplate.objects.order_by("name"),
        "queue": queue,
        "place": place + 1,
        "before_url": _url(brand, queue[place - 1]) if place else "",
        "after_url": _url(brand, queue[place + 1]) if place + 1 < len(queue) else "",
    }
    return render(request, "partners/staff/offers/review.html", context)


def _url(brand: Brand, offer: Offer) -> str:
    return reverse("partner_review_offer", args=[brand.slug, ids.encode(OFFER, offer.uid)])
