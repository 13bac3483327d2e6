"""Settings, look of mails: logo, letters, corners and colours, with a mail that shows them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import brand_view
from accounts.models.brands import Brand
from campaigns.blocks.starters import STARTERS
from campaigns.forms.look import LookForm
from campaigns.models.templates import EmailTemplate
from campaigns.selectors.content import content_of, look_of
from campaigns.selectors.preview import preview_of
from campaigns.services.look import set_look
from campaigns.views.preview import MAIL_POLICY, completed
from config.kit.errors import DomainError
from config.kit.forms import show_refusal


@brand_view("brand.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, brand: Brand) -> HttpResponse:
    form = LookForm(request.POST or None, look=look_of(brand))
    if request.method == "POST" and form.is_valid():
        try:
            set_look(brand=brand, look=form.look())
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Saved. Drafts have the new look; sent mails keep theirs.")
            return redirect("mail_look", brand.slug)
    return render(request, "campaigns/look.html", {"form": form})


@brand_view("brand.edit")
@require_safe
def sample(request: HttpRequest, brand: Brand) -> HttpResponse:
    """A short mail in the brand's look, for the frame."""
    document = EmailTemplate(**{**STARTERS[0], "blocks": STARTERS[0]["blocks"]})
    response = HttpResponse(preview_of(completed(content_of(document, brand))).html)
    response["Content-Security-Policy"] = MAIL_POLICY
    return response
