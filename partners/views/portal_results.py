"""What came of a partner's offers: never a number of few people."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partners.access import partner_view
from partners.models.partnerships import Partnership
from partners.rules.results import LEAST
from partners.selectors.partnerships import public_id
from partners.selectors.results import rows_for


@partner_view
@require_safe
def index(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    context = {
        "brand": partnership.brand,
        "partnership": partnership,
        "partnership_id": public_id(partnership),
        "rows": rows_for(partnership),
        "least": LEAST,
    }
    return render(request, "partners/portal/results.html", context)
