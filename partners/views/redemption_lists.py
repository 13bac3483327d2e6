"""A list of redemptions on a brand's or a partner's page: looked at first, then taken in."""

from collections.abc import Callable, Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from accounts.models.brands import Brand
from config.kit import formats
from config.kit.csvs import csv_lines
from config.kit.downloads import csv_file
from config.kit.errors import DomainError
from config.kit.forms import show_refusal
from partners.forms.vouchers import RedemptionsForm
from partners.models.partnerships import Partnership
from partners.rules.redemption_files import Wrong
from partners.services.redemption_files import Taken, redeem_file


def list_page(
    request: HttpRequest, partnership: Partnership, *, template: str, back: str
) -> HttpResponseBase:
    """Choose a file, see what it would do, and do it; or take away the rows to fix."""
    form = RedemptionsForm(request.POST or None, request.FILES or None)
    context = {"form": form, "partnership": partnership, "back": back}
    if request.method == "POST" and form.is_valid():
        act = request.POST.get("act", "look")
        try:
            text = form.list_text()
            taken = redeem_file(partnership, text, is_dry=act != "redeem")
        except DomainError as error:
            show_refusal(form, error)
        else:
            if act in _ANSWERS:
                return _ANSWERS[act](request, partnership.brand, taken, back)
            context |= {"taken": taken, "text": text}
    return render(request, template, context)


def _done(request: HttpRequest, brand: Brand, taken: Taken, back: str) -> HttpResponseBase:
    messages.success(request, _said(taken, brand))
    return redirect(back)


def _rows_to_fix(request: HttpRequest, brand: Brand, taken: Taken, back: str) -> HttpResponseBase:
    return csv_file(csv_lines(_rows(taken.wrong)), name="rows-to-fix")


_ANSWERS: dict[str, Callable[[HttpRequest, Brand, Taken, str], HttpResponseBase]] = {
    "redeem": _done,
    "rows": _rows_to_fix,
}


def _rows(wrong: Iterable[Wrong]) -> Iterable[tuple[str, ...]]:
    yield ("Line", "Code", "Date", "Paid", "To fix")
    for each in wrong:
        yield (str(each.number), *each.cells, each.reason)


def _said(taken: Taken, brand: Brand) -> str:
    count = formats.number(taken.redeemed, brand.locale)
    words = ngettext(
        "%(count)s voucher redeemed.", "%(count)s vouchers redeemed.", taken.redeemed
    ) % {"count": count}
    if taken.known:
        known = ngettext(
            "%(count)s was known already.", "%(count)s were known already.", taken.known
        )
        words += " " + known % {"count": taken.known}
    if taken.wrong:
        lines = ngettext(
            "%(count)s line is to fix.", "%(count)s lines are to fix.", len(taken.wrong)
        )
        words += " " + lines % {"count": len(taken.wrong)}
    return words
