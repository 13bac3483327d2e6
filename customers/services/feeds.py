"""Product feeds: a file, or an address that is read again and again; the last good one holds."""

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from accounts.services.events import record
from config.kit.clock import now
from config.kit.egress import check_url, fetch
from config.kit.errors import Conflict, DomainError, Invalid
from customers.events.orders import ProductFeedRequested, ProductFeedSaved, ProductFeedTaken
from customers.models.products import Product, ProductCost, ProductFeed
from customers.rules.feeds import MAX_BYTES, Feed, FeedProduct, FeedUnreadable, read_feed
from customers.services.products import ProductDetails, products_moved

FETCH_SECONDS = 20.0
# A task may run for 60 s.
RUN_SECONDS = 25.0
_BATCH = 500
# Products that no order has named yet are kept as of these sources.
_SOURCES = {"shopify_products": "shopify", "google_xml": "google", "google_csv": "google"}
_COLUMNS = [
    "title",
    "category",
    "tags",
    "vendor",
    "price_minor",
    "compare_at_minor",
    "image_url",
    "url",
    "stock",
]


@dataclass(frozen=True, slots=True)
class _Job:
    """A feed outside of any scope."""

    brand_id: int
    brand_uid: uuid.UUID
    currency: str
    feed_id: int
    kind: str
    url: str
    every: timedelta


def save_feed(*, name: str, kind: str, url: str = "", every_hours: int = 24) -> ProductFeed:
    """A new feed; one with an address is read at once. Raises Invalid, Conflict, EgressRefused."""
    if kind not in ProductFeed.Kind.values or every_hours < 1:
        raise Invalid("Choose one of the kinds of feed, read once an hour at most.")
    if url:
        check_url(url)
    try:
        with transaction.atomic():
            feed = ProductFeed.objects.create(
                name=name, kind=kind, url=url, every_hours=every_hours
            )
    except IntegrityError as error:
        if "product_feed_name" not in str(error):
            raise
        raise Conflict.at("name", "Another feed has this name.", code="name_taken") from error
    feed.refresh_from_db(fields=["uid"])
    record(ProductFeedSaved(subject_id=feed.pk))
    return feed


def take_file(*, brand: Brand, feed: ProductFeed, data: bytes) -> None:
    """Read a file by hand; its products follow in the background.

    Raises Invalid for a file that is no such feed: the last good one stays in force."""
    try:
        found = read_feed(feed.kind, data, currency=brand.currency)
    except FeedUnreadable as error:
        raise Invalid(str(error), fields={"file": str(error)}) from error
    path = _store(brand.uid, data)
    _take(feed.pk, path, found)
    record(ProductFeedTaken(subject_id=feed.pk))


def request_feed(*, feed: ProductFeed) -> None:
    """Read the feed's address now, not only when its time has come."""
    ProductFeed.objects.filter(pk=feed.pk).update(last_tried_at=None)
    record(ProductFeedRequested(subject_id=feed.pk))


def delete_feed(*, feed: ProductFeed) -> None:
    """Its products stay; its background work ends by itself."""
    path = str(feed.last_good_file)
    feed.delete()
    if path:
        transaction.on_commit(lambda: default_storage.delete(path))


def follow_feed(*, brand_id: int, feed_id: int, seconds: float = RUN_SECONDS) -> float | None:
    """Fetch the feed when it is due, and write what was read.

    Returns the seconds after which to go on: 0 at once, None never."""
    deadline = time.monotonic() + seconds
    job, is_due = _job(brand_id, feed_id)
    if job is None:
        return None
    if is_due:
        _fetch(job)
    if not _apply(job, deadline):
        return 0.0
    return job.every.total_seconds() if job.url else None


def _job(brand_id: int, feed_id: int) -> tuple[_Job | None, bool]:
    with brand_scope(brand_id):
        feed = ProductFeed.objects.filter(pk=feed_id).first()
        if feed is None:
            return None, False
        brand = Brand.objects.get(pk=brand_id)
        every = timedelta(hours=feed.every_hours)
        is_due = feed.last_tried_at is None or feed.last_tried_at + every <= now()
        job = _Job(brand_id, brand.uid, brand.currency, feed_id, feed.kind, feed.url, every)
        return job, bool(feed.url) and is_due


def _fetch(job: _Job) -> None:
    """Read the address with no scope open; what goes wrong is kept for the page."""
    try:
        fetched = fetch(job.url, max_bytes=MAX_BYTES, timeout=FETCH_SECONDS)
        found = read_feed(job.kind, fetched.body, currency=job.currency)
    except (DomainError, FeedUnreadable) as error:
        message = error.message if isinstance(error, DomainError) else str(error)
        with brand_scope(job.brand_id):
            ProductFeed.objects.filter(pk=job.feed_id).update(
                last_error=message, last_tried_at=now()
            )
        return
    path = _store(job.brand_uid, fetched.body)
    with brand_scope(job.brand_id):
        _take(job.feed_id, path, found)


def _store(brand_uid: uuid.UUID, data: bytes) -> str:
    return default_storage.save(f"brand/{brand_uid}/feeds/{uuid.uuid4().hex}", ContentFile(data))


def _take(feed_id: int, path: str, found: Feed) -> None:
    """From now on this is the last good file; the one before goes."""
    feed = ProductFeed.objects.select_for_update().filter(pk=feed_id).first()
    former = str(feed.last_good_file) if feed else path
    counts = {
        "rows": len(found.products),
        "applied": 0,
        "created": 0,
        "changed": 0,
        "unchanged": 0,
        "left_out": len(found.problems),
        "problems": [[one.row, one.code, one.reason] for one in found.problems[:200]],
    }
    ProductFeed.objects.filter(pk=feed_id).update(
        last_good_file=path,
        last_good_at=now(),
        last_tried_at=now(),
        last_error="",
        counts=counts,
    )
    if former:
        transaction.on_commit(lambda: default_storage.delete(former))


def _apply(job: _Job, deadline: float) -> bool:
    """Write the products of the last good file from where it stopped; True when all are."""
    with brand_scope(job.brand_id):
        feed = ProductFeed.objects.filter(pk=job.feed_id).first()
        path = str(feed.last_good_file) if feed else ""
        applied = feed.counts.get("applied", 0) if feed else 0
        if not path or feed is None or applied >= feed.counts["rows"]:
            return True
    with default_storage.open(path, "rb") as file:
        products = read_feed(job.kind, file.read(), currency=job.currency).products
    for start in range(applied, len(products), _BATCH):
        if time.monotonic() > deadline:
            return False
        with brand_scope(job.brand_id):
            feed = ProductFeed.objects.select_for_update().filter(pk=job.feed_id).first()
            if feed is None or str(feed.last_good_file) != path:
                return False
            _write(feed, products[start : start + _BATCH])
    return True


def _write(feed: ProductFeed, batch: Sequence[FeedProduct]) -> None:
    """One batch: products of these codes whatever their source, made where there is none."""
    told = {one.code: one for one in batch}
    known = list(Product.objects.filter(source_id__in=told))
    former = {product.pk: product.category for product in known}
    changed = [product for product in known if _changes(product, told[product.source_id])]
    moved = {product.pk for product in changed if product.category != former[product.pk]}
    Product.objects.bulk_update(changed, _COLUMNS)
    new = _new(feed.kind, [one for code, one in told.items() if code not in _codes(known)])
    Product.objects.bulk_create(new, ignore_conflicts=True)
    _write_costs(feed, told)
    feed.counts["applied"] += len(batch)
    feed.counts["created"] += len(new)
    feed.counts["changed"] += len(_codes(changed))
    feed.counts["unchanged"] += len(batch) - len(new) - len(_codes(changed))
    feed.save(update_fields=["counts"])
    products_moved(moved)


def _codes(products: Sequence[Product]) -> set[str]:
    return {product.source_id for product in products}


def _details(one: FeedProduct) -> dict[str, Any]:
    """The columns a feed's row changes; an empty cell says nothing."""
    return ProductDetails(
        title=one.title or None,
        category=one.category or None,
        tags=one.tags or None,
        vendor=one.vendor or None,
        price_minor=one.price_minor,
        compare_at_minor=one.compare_at_minor,
        image_url=one.image_url or None,
        url=one.url or None,
        stock=one.stock,
    ).said()


def _changes(product: Product, one: FeedProduct) -> bool:
    """Write the row into the product; True when that changed it."""
    is_changed = False
    for name, value in _details(one).items():
        if getattr(product, name) != value:
            setattr(product, name, value)
            is_changed = True
    return is_changed


def _new(kind: str, missing: Sequence[FeedProduct]) -> list[Product]:
    source = _SOURCES[kind]
    return [Product(source=source, source_id=one.code, **_details(one)) for one in missing]


def _write_costs(feed: ProductFeed, told: dict[str, FeedProduct]) -> None:
    """A cost that differs from the one in force holds from today on."""
    today = feed.brand.today
    costs = {code: one.cost_minor for code, one in told.items() if one.cost_minor is not None}
    products = {p.pk: p for p in Product.objects.filter(source_id__in=costs)}
    in_force = dict(
        ProductCost.objects.filter(product__in=products, valid_from__lte=today)
        .order_by("product", "valid_from")
        .values_list("product", "cost_minor")
    )
    for pk, product in products.items():
        cost = costs[product.source_id]
        if in_force.get(pk) != cost:
            ProductCost.objects.update_or_create(
                product=product, valid_from=today, defaults={"cost_minor": cost}
            )
