"""Product feeds: files and addresses, the last good one kept, products made and changed once."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.core.files.storage import default_storage

from accounts.models.work import WorkItem
from accounts.scope import brand_scope
from config.kit.clock import now
from config.kit.egress import EgressRefused
from config.kit.errors import Conflict, Invalid
from customers.models.products import Product, ProductCost, ProductFeed
from customers.services.feeds import delete_feed, request_feed, save_feed, take_file
from tests.conftest import Cast

FILE = (
    b"id,title,price,product_type,cost_of_goods_sold\nR,Rose,4.50,Roses,1.20\nT,Tulip,2,,\n,x,1,\n"
)


class _Shop(BaseHTTPRequestHandler):
    """A shop's server; `answers` are handed out one after the other, the last for good."""

    answers: list[tuple[int, bytes]] = []

    def do_GET(self) -> None:
        status, body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def shop(settings: Any) -> Iterator[str]:
    settings.EGRESS_LOOPBACK = True
    server = HTTPServer(("127.0.0.1", 0), _Shop)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/feed"
    server.shutdown()
    server.server_close()


def feed_of(cast: Cast) -> ProductFeed:
    with brand_scope(cast.floral):
        return ProductFeed.objects.get()


@pytest.mark.django_db(transaction=True)
def test_a_file_makes_products_and_a_second_one_changes_what_differs(
    cast: Cast, run_due_work: Any
) -> None:
    with brand_scope(cast.floral):
        Product.objects.create(source="csv", source_id="R", title="Old", vendor="Green Ltd")
        feed = save_feed(name="Shop", kind="google_csv")
        take_file(brand=cast.floral, feed=feed, data=FILE)
    run_due_work()
    found = feed_of(cast)
    assert {name: found.counts[name] for name in ("rows", "applied", "created", "changed")} == {
        "rows": 2,
        "applied": 2,
        "created": 1,
        "changed": 1,
    }
    assert found.counts["problems"][0][0] == 3
    with brand_scope(cast.floral):
        rose = Product.objects.get(source_id="R")
        assert (rose.source, rose.title, rose.vendor, rose.category, rose.price_minor) == (
            "csv",
            "Rose",
            "Green Ltd",
            "Roses",
            450,
        )
        assert Product.objects.get(source_id="T").source == "google"
        assert ProductCost.objects.get().cost_minor == 120
        take_file(brand=cast.floral, feed=found, data=FILE)
    run_due_work()
    again = feed_of(cast)
    assert (again.counts["created"], again.counts["changed"], again.counts["unchanged"]) == (
        0,
        0,
        2,
    )
    with brand_scope(cast.floral):
        assert ProductCost.objects.count() == 1
    assert not default_storage.exists(found.last_good_file.name)
    assert default_storage.exists(again.last_good_file.name)
    assert not WorkItem.objects.filter(kind="customers.tasks.follow_feed").exists()


@pytest.mark.django_db(transaction=True)
def test_a_bad_file_is_refused_and_the_last_good_one_stays(cast: Cast, run_due_work: Any) -> None:
    with brand_scope(cast.floral):
        feed = save_feed(name="Shop", kind="google_csv")
        take_file(brand=cast.floral, feed=feed, data=FILE)
    run_due_work()
    before = feed_of(cast)
    with brand_scope(cast.floral), pytest.raises(Invalid) as refused:
        take_file(brand=cast.floral, feed=feed, data=b"id,title\n")
    assert refused.value.fields == {"file": "A column is missing: price."}
    after = feed_of(cast)
    assert (after.last_good_file.name, after.counts) == (before.last_good_file.name, before.counts)


@pytest.mark.django_db(transaction=True)
def test_an_address_is_read_at_once_and_again_when_its_hours_have_passed(
    cast: Cast, shop: str, run_due_work: Any
) -> None:
    _Shop.answers = [(200, FILE), (500, b"no"), (200, FILE.replace(b"4.50", b"4.80"))]
    with brand_scope(cast.floral):
        save_feed(name="Shop", kind="google_csv", url=shop, every_hours=6)
    run_due_work()
    first = feed_of(cast)
    assert (first.counts["created"], first.last_error) == (2, "")
    item = WorkItem.objects.get(kind="customers.tasks.follow_feed")
    assert timedelta(hours=5) < item.due_at - now() <= timedelta(hours=6)

    with brand_scope(cast.floral):
        request_feed(feed=first)
    run_due_work()
    failed = feed_of(cast)
    assert "500" in failed.last_error
    assert failed.last_good_file == first.last_good_file
    with brand_scope(cast.floral):
        assert Product.objects.get(source_id="R").price_minor == 450

    past = now() - timedelta(hours=7)
    with brand_scope(cast.floral):
        ProductFeed.objects.update(last_tried_at=past)
    WorkItem.objects.filter(pk=item.pk).update(due_at=past)
    run_due_work()
    assert feed_of(cast).last_error == ""
    with brand_scope(cast.floral):
        assert Product.objects.get(source_id="R").price_minor == 480


@pytest.mark.django_db(transaction=True)
def test_a_deleted_feed_is_not_read_any_more_and_its_products_stay(
    cast: Cast, shop: str, run_due_work: Any
) -> None:
    _Shop.answers = [(200, FILE)]
    with brand_scope(cast.floral):
        save_feed(name="Shop", kind="google_csv", url=shop)
    run_due_work()
    kept = feed_of(cast)
    with brand_scope(cast.floral):
        delete_feed(feed=kept)
    WorkItem.objects.update(due_at=now())
    run_due_work()
    assert not WorkItem.objects.exists()
    assert not default_storage.exists(kept.last_good_file.name)
    with brand_scope(cast.floral):
        assert Product.objects.count() == 2


def test_a_feed_that_cannot_be_is_refused(cast: Cast) -> None:
    with brand_scope(cast.floral):
        with pytest.raises(EgressRefused):
            save_feed(name="Ours", kind="google_csv", url="https://user@shop.example/")
        with pytest.raises(Invalid):
            save_feed(name="Shop", kind="letter")
        assert not ProductFeed.objects.exists()
        save_feed(name="Shop", kind="google_csv")
        with pytest.raises(Conflict) as refused:
            save_feed(name="Shop", kind="google_xml")
        assert list(refused.value.fields) == ["name"]
        assert ProductFeed.objects.count() == 1
