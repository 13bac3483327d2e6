"""Lists put together by hand: made, filled, emptied; and the names of all segments."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import brand_view, get_by_public_id
from accounts.models.brands import Brand
from config.kit import formats, ids
from config.kit.errors import Invalid
from config.kit.forms import show_refusal
from customers.forms.lists import ListForm, PeopleForm, RenameForm
from customers.models.segments import Segment
from customers.segments.segment.leaf import PREFIX
from customers.services.named_lists import Filled, put_on_list, start_list, take_off_list
from customers.services.segments import update_segment

_NAMED = 5


@brand_view("segments.edit")
@require_http_methods(["GET", "POST"])
def segment_list_new(request: HttpRequest, brand: Brand) -> HttpResponse:
    form = ListForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            filled = start_list(
                name=form.cleaned_data["name"],
                names=form.cleaned_data["people"],
                segment=form.cleaned_data["segment"],
            )
        except Invalid as error:
            show_refusal(form, error)
        else:
            _tell(request, brand, filled, "put on")
            return redirect("segment", brand.slug, ids.encode(PREFIX, filled.segment.uid))
    status = 422 if form.errors else 200
    return render(request, "customers/segments/list_new.html", {"form": form}, status=status)


@brand_view("segments.edit")
@require_POST
def segment_add(request: HttpRequest, brand: Brand, public_id: str) -> HttpResponse:
    kept = get_by_public_id(Segment, PREFIX, public_id)
    form = PeopleForm(request.POST)
    if form.is_valid():
        filled = put_on_list(segment=kept, names=form.cleaned_data["people"])
        _tell(request, brand, filled, "put on")
    else:
        messages.error(request, "Name at least one person to put on the list.")
    return redirect("segment", brand.slug, public_id)


@brand_view("segments.edit")
@require_POST
def segment_remove(request: HttpRequest, brand: Brand, public_id: str) -> HttpResponse:
    kept = get_by_public_id(Segment, PREFIX, public_id)
    filled = take_off_list(segment=kept, names=request.POST.getlist("person"))
    _tell(request, brand, filled, "taken off")
    return redirect("segment", brand.slug, public_id)


@brand_view("segments.edit")
@require_POST
def segment_rename(request: HttpRequest, brand: Brand, public_id: str) -> HttpResponse:
    kept = get_by_public_id(Segment, PREFIX, public_id)
    form = RenameForm(request.POST)
    name = form.cleaned_data["name"] if form.is_valid() else ""
    renamed = update_segment(segment=kept, name=name, rule=kept.rule)
    messages.success(request, f"It is called “{renamed.name}” now.")
    return redirect("segment", brand.slug, public_id)


def _tell(request: HttpRequest, brand: Brand, filled: Filled, done: str) -> None:
    people = f"{formats.number(filled.moved, brand.locale)} people were"
    if filled.moved == 1:
        people = "1 person was"
    messages.success(request, f"{people} {done} “{filled.segment.name}”.")
    if filled.unknown:
        named = ", ".join(filled.unknown[:_NAMED])
        more = len(filled.unknown) - _NAMED
        others = f" and {formats.number(more, brand.locale)} more" if more > 0 else ""
        messages.warning(request, f"Nobody is known by {named}{others}.")
