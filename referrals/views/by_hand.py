"""Staff say who brought somebody: their word beats every other evidence, the rules still hold."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import brand_view
from accounts.models.brands import Brand
from config.kit import ids
from config.kit.errors import DomainError
from config.kit.forms import show_refusal
from referrals.forms.by_hand import ByHandForm
from referrals.selectors.report import REFERRAL
from referrals.services.referrals import refer_by_hand


@brand_view("referrals.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def by_hand(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Staff say who brought somebody; every rule but the evidence still holds."""
    form = ByHandForm(request.POST or None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            referral = refer_by_hand(
                said["code"], reason=said["reason"], order=said["order"], customer=said["email"]
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "Attributed. The receipt says that you decided it.")
            return redirect("referral", brand.slug, ids.encode(REFERRAL, referral.uid))
    return render(request, "referrals/staff/by_hand.html", {"form": form})
