"""Product feeds: where products are read from, what came of it, and rows to fix."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import brand_view, get_by_public_id
from accounts.models.brands import Brand
from config.kit import ids
from config.kit.errors import DomainError
from config.kit.forms import show_refusal
from customers.forms.feeds import FeedFileForm, FeedForm
from customers.models.products import ProductFeed
from customers.services import feeds as services

PREFIX = "fed"


@brand_view("products.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def product_feeds(request: HttpRequest, brand: Brand) -> HttpResponse:
    form = FeedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            feed = services.save_feed(**form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            return redirect("product_feed", brand.slug, ids.encode(PREFIX, feed.uid))
    rows = ProductFeed.objects.order_by("name")
    known = [(feed, ids.encode(PREFIX, feed.uid)) for feed in rows]
    return render(request, "customers/products/feeds.html", {"form": form, "feeds": known})


@brand_view("products.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def product_feed(request: HttpRequest, brand: Brand, feed_id: str) -> HttpResponse:
    """One feed; a file that is uploaded here is read at once."""
    feed = get_by_public_id(ProductFeed, PREFIX, feed_id)
    form = FeedFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.take_file(brand=brand, feed=feed, data=form.cleaned_data["file"].read())
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "The file is read. Its products follow in the background.")
            return redirect("product_feed", brand.slug, feed_id)
    is_part = request.htmx  # type: ignore[attr-defined]
    page = "customers/products/feed_state.html" if is_part else "customers/products/feed.html"
    return render(
        request,
        page,
        {"feed": feed, "feed_id": feed_id, "form": form, "is_waiting": _is_waiting(feed)},
    )


@brand_view("products.edit")
@require_POST
def product_feed_read(request: HttpRequest, brand: Brand, feed_id: str) -> HttpResponse:
    services.request_feed(feed=get_by_public_id(ProductFeed, PREFIX, feed_id))
    messages.success(request, "The feed is read now, in the background.")
    return redirect("product_feed", brand.slug, feed_id)


@brand_view("products.edit")
@require_POST
def product_feed_delete(request: HttpRequest, brand: Brand, feed_id: str) -> HttpResponse:
    services.delete_feed(feed=get_by_public_id(ProductFeed, PREFIX, feed_id))
    messages.success(request, "Deleted. The products it brought stay.")
    return redirect("product_feeds", brand.slug)


def _is_waiting(feed: ProductFeed) -> bool:
    """Whether something is still to come without anybody doing anything."""
    is_unread = bool(feed.url) and feed.last_tried_at is None
    return is_unread or feed.counts.get("applied", 0) < feed.counts.get("rows", 0)
