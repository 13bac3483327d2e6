"""What came of a partner's offers: never a number of few people."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.kit.paging import page_of, row_id
from partners.access import partner_view
from partners.models.partnerships import Partnership
from partners.rules.results import LEAST
from partners.selectors.results import rows_of, sent_offers

_SHOWN = 8


@partner_view
@require_safe
def index(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    # Few at a time: results are counted anew each time somebody looks.
    page = page_of(
        sent_offers(partnership), limit=_SHOWN, after=row_id(request.GET.get("after", ""))
    )
    context = {
        "rows": rows_of(page.items),
        "next_url": f"?after={page.items[-1].pk}" if page.has_more else "",
        "least": LEAST,
    }
    return render(request, "partners/portal/results.html", context)
