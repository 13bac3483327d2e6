"""A partner's own offers: how they stand, writing one, and what customers will see of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import get_by_public_id
from campaigns.services.images import MAX_BYTES, keep_image
from config.kit import ids
from config.kit.errors import Conflict, DomainError
from config.kit.paging import row_id
from partners.access import partner_view
from partners.forms.offers import OfferForm, again, start_of
from partners.models.offers import Offer
from partners.models.partnerships import Partnership
from partners.rules.content import OfferContent
from partners.rules.revenue_share import Deal
from partners.selectors import offer_lists as lists
from partners.selectors import offers as selectors
from partners.selectors import wording
from partners.selectors.names import OFFER
from partners.selectors.partnerships import public_id, terms_of
from partners.selectors.preview import MAIL_POLICY, mail_of, preview_of
from partners.services import offers as services
from partners.services.reach import band_for


@partner_view
@require_safe
def index(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    is_active = partnership.state == Partnership.State.ACTIVE
    page = lists.offers_of(
        partnership,
        reverse("partner_offers", args=[public_id(partnership)]),
        request.GET.get("show", lists.ALL),
        below=row_id(request.GET.get("below", "")),
    )
    context = {"page": page, "rows": selectors.rows_of(page.offers), "is_active": is_active}
    return render(request, "partners/portal/offers/offers.html", context)


@partner_view
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Three fields; what is under "more" comes from the brand's template and the agreed deal."""
    try:
        deal = terms_of(partnership).deal
    except Conflict as refused:
        messages.error(request, refused.message)
        return redirect("partner_offers", public_id(partnership))
    content = start_of(partnership, selectors.template_of_brand(), deal)
    if before := request.GET.get("from"):
        row = _own(partnership, before)
        content = again(content, selectors.version_content(row, selectors.shown_number(row)))
    return _write(request, partnership, None, content)


@partner_view
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, partnership: Partnership, offer_id: str) -> HttpResponse:
    """The next version of an offer; begins with the one saved last."""
    offer = _own(partnership, offer_id)
    return _write(request, partnership, offer, selectors.version_content(offer, offer.saved))


@partner_view
@require_POST
def preview(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """What customers would see of what stands in the form right now; nothing is kept."""
    content = start_of(partnership, selectors.template_of_brand(), Deal())
    if offer_id := request.POST.get("offer"):
        row = _own(partnership, offer_id)
        content = selectors.version_content(row, row.saved)
    form = OfferForm(request.POST, content=content, base=0, brand=partnership.brand)
    shown = preview_of(form.as_typed(), partnership)
    return render(request, "partners/offers/preview.html", {"preview": shown})


@partner_view
@require_POST
def reach(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """How many that stands in the form would reach, in a band; asking costs of the day's budget."""
    content = start_of(partnership, selectors.template_of_brand(), Deal())
    form = OfferForm(request.POST, content=content, base=0, brand=partnership.brand)
    try:
        told, refused = band_for(partnership, form.wish()), ""
    except DomainError as error:
        told, refused = "", error.message
    return render(request, "partners/offers/reach.html", {"told": told, "refused": refused})


@partner_view
@require_safe
def offer(request: HttpRequest, partnership: Partnership, offer_id: str) -> HttpResponse:
    """One offer: what it says, how it stands, and what happened to it."""
    row = _own(partnership, offer_id)
    content = selectors.version_content(row, row.saved)
    context: dict[str, Any] = {
        "offer": row,
        "offer_id": offer_id,
        "row": selectors.row_of(row),
        "ways": selectors.ways_on(row),
        "is_over": not selectors.can_edit(row),
        "preview": preview_of(content, partnership),
        "facts": wording.facts(content, brand=partnership.brand, partner=partnership.name),
        "history": selectors.history(row, for_partner=True),
    }
    return render(request, "partners/portal/offers/offer.html", context)


@partner_view
@require_safe
def mail(request: HttpRequest, partnership: Partnership, offer_id: str) -> HttpResponse:
    """The mail that would carry it, to somebody invented, for a frame."""
    row = _own(partnership, offer_id)
    response = HttpResponse(mail_of(selectors.version_content(row, row.saved), partnership))
    response["Content-Security-Policy"] = MAIL_POLICY
    return response


@partner_view
@require_POST
def submit(request: HttpRequest, partnership: Partnership, offer_id: str) -> HttpResponse:
    row = _own(partnership, offer_id)
    try:
        services.submit_offer(row, number=_number(request))
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        said = _("Submitted. %(brand)s looks at it next.") % {"brand": partnership.brand.name}
        messages.success(request, said)
    return redirect("partner_offer", public_id(partnership), offer_id)


@partner_view
@require_POST
def withdraw(request: HttpRequest, partnership: Partnership, offer_id: str) -> HttpResponse:
    """The offer; of one that runs, the change that waits."""
    row = _own(partnership, offer_id)
    try:
        if request.POST.get("what") == "change":
            services.withdraw_change(row)
        else:
            services.withdraw_offer(row)
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Withdrawn."))
    return redirect("partner_offer", public_id(partnership), offer_id)


def _write(
    request: HttpRequest, partnership: Partnership, row: Offer | None, content: OfferContent
) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    base = row.saved if row else 0
    files = request.FILES or None
    form = OfferForm(data, files, content=content, base=base, brand=partnership.brand)
    kept = _kept(form, partnership, row) if form.is_valid() else None
    if kept is not None:
        return redirect("partner_offer", public_id(partnership), ids.encode(OFFER, kept.uid))
    context = {
        "form": form,
        "offer": row,
        "offer_id": ids.encode(OFFER, row.uid) if row else "",
        "advice": selectors.template_of_brand().advice,
        "preview": preview_of(form.as_typed(), partnership),
    }
    context |= _theirs(form, partnership, row)
    return render(request, "partners/portal/offers/write.html", context)


def _kept(form: OfferForm, partnership: Partnership, row: Offer | None) -> Offer | None:
    """The offer with the version that was typed; None when it was refused, with what is wrong."""
    try:
        content = form.content(image=_picture(form, partnership))
        return services.save_offer(partnership, content, offer=row, base=form.cleaned_data["base"])
    except DomainError as refused:
        form.show(refused)
    return None


def _picture(form: OfferForm, partnership: Partnership) -> str:
    """The name of the picture that came along, written anew by us; "" for none."""
    upload = form.cleaned_data["picture"]
    if not upload:
        return ""
    image = keep_image(
        brand_id=partnership.brand.pk,
        content=upload.read(MAX_BYTES + 1),
        title=upload.name or "",
        alt=form.cleaned_data["alt"],
    )
    return image.name


def _theirs(form: OfferForm, partnership: Partnership, row: Offer | None) -> dict[str, Any]:
    """What somebody saved while this was typed, beside it; saving again then keeps this."""
    if row is None or not form.is_bound or str(row.saved) == form.data.get("base"):
        return {}
    theirs = selectors.version_content(row, row.saved)
    form.begin_from(row.saved)
    mine = form.as_typed()
    return {
        "theirs": wording.changes(mine, theirs, brand=partnership.brand, partner=partnership.name),
        "their_number": row.saved,
    }


def _own(partnership: Partnership, offer_id: str) -> Offer:
    rows = Offer.objects.filter(partnership=partnership)
    return get_by_public_id(rows.select_related("category", "partnership__brand"), OFFER, offer_id)


def _number(request: HttpRequest) -> int:
    text = request.POST.get("number", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0
