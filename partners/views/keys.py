"""Keys of a partner's own system, made by the partner or by the brand."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import brand_view, get_by_public_id, get_or_404
from accounts.models.brands import Brand
from accounts.models.users import User
from accounts.second_factor import second_factor_if_set_up, second_factor_required
from accounts.services.api_keys import revoke_api_key
from config.kit.errors import DomainError
from config.kit.forms import show_refusal
from partners.access import partner_view
from partners.forms.keys import PartnerKeyForm
from partners.models.partnerships import Partnership
from partners.selectors.keys import key_rows, keys_of
from partners.selectors.names import PARTNERSHIP
from partners.selectors.partnerships import confirmed, public_id
from partners.services.keys import create_partner_key


# A key is shown once: the answer with it must not be kept anywhere.
@partner_view
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@second_factor_required
def own(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    return _page(request, partnership, "partners/portal/keys.html")


@partner_view
@require_POST
@second_factor_required
def own_revoke(request: HttpRequest, partnership: Partnership, pk: int) -> HttpResponse:
    _revoke(request, partnership, pk)
    return redirect("partner_keys", public_id(partnership))


@brand_view("api_keys.manage")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@second_factor_if_set_up
def of_partner(request: HttpRequest, brand: Brand, partnership_id: str) -> HttpResponse:
    return _page(request, _behind(partnership_id), "partners/staff/keys.html")


@brand_view("api_keys.manage")
@require_POST
def of_partner_revoke(
    request: HttpRequest, brand: Brand, partnership_id: str, pk: int
) -> HttpResponse:
    _revoke(request, _behind(partnership_id), pk)
    return redirect("partnership_keys", brand.slug, partnership_id)


def _behind(partnership_id: str) -> Partnership:
    rows = confirmed().select_related("brand")
    return get_by_public_id(rows, PARTNERSHIP, partnership_id)


def _page(request: HttpRequest, partnership: Partnership, template: str) -> HttpResponse:
    form = PartnerKeyForm(request.POST if request.method == "POST" else None)
    new_key = ""
    if request.method == "POST" and form.is_valid():
        try:
            by = cast(User, request.user)
            _key, new_key = create_partner_key(partnership, by=by, **form.cleaned_data)
            form = PartnerKeyForm()
        except DomainError as error:
            show_refusal(form, error)
    rows = key_rows(partnership)
    context = {
        "partnership": partnership,
        "partnership_id": public_id(partnership),
        "form": form,
        "new_key": new_key,
        "rows": rows,
    }
    return render(request, template, context)


def _revoke(request: HttpRequest, partnership: Partnership, pk: int) -> None:
    key = get_or_404(keys_of(partnership), pk=pk)
    revoke_api_key(key=key)
    done = _("“%(name)s” is revoked and opens nothing any more.") % {"name": key.name}
    messages.success(request, done)
