"""What others change while a file comes in is seen before its rows are written."""

from collections.abc import Callable

import pytest

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from config.kit.clock import now
from customers.imports.workbench import Job, Slice, Workbench
from customers.models.customers import Customer
from customers.models.imports import ImportChange
from customers.services import imports
from customers.services.customers import Details, upsert_customer
from customers.services.facts import Written, audit_facts
from customers.services.orders import record_order
from tests.conftest import Cast
from tests.customers.services.test_imports import SMALL, contents, run, upload

pytestmark = pytest.mark.django_db


def once_before_its_slice(
    monkeypatch: pytest.MonkeyPatch, brand: Brand, change: Callable[[], object]
) -> None:
    """Do this when the file was held against the brand's rows and no slice is written yet."""
    merge = imports._merge
    waiting = [change]

    def late(job: Job, bench: Workbench, part: Slice) -> None:
        while waiting:
            with brand_scope(brand):
                waiting.pop()()
        merge(job, bench, part)

    monkeypatch.setattr(imports, "_merge", late)


def test_what_others_change_while_a_file_comes_in_is_not_undone_by_what_was_seen_before(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with brand_scope(cast.grocer):
        kept = Details(first_name="Ann", city="Leeds")
        ann = upsert_customer(email="ann@example.com", details=kept).customer
        Customer.objects.filter(pk=ann.pk).update(tags=["vip"])
    imported = upload(cast.grocer, "Email,First name,City,Tags\nann@example.com,Anna,,new\n")
    assert imported.foreseen["customers_updated"] == 1
    once_before_its_slice(
        monkeypatch,
        cast.grocer,
        lambda: Customer.objects.filter(pk=ann.pk).update(city="York", tags=["vip", "press"]),
    )
    imported = run(cast.grocer, imported)
    assert imported.counts == imported.foreseen
    with brand_scope(cast.grocer):
        ann.refresh_from_db()
        assert (ann.first_name, ann.city) == ("Anna", "York")
        assert sorted(ann.tags) == ["new", "press", "vip"]
        before = ImportChange.objects.get(of=imported).before
        assert (before["first_name"], before["city"]) == ("Ann", "York")


def test_an_order_that_goes_to_another_customer_while_its_file_comes_in_leaves_no_stale_facts(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(cast.grocer, upload(cast.grocer, SMALL))
    imported = upload(cast.grocer, SMALL.replace("ROSE,1,5.00", "ROSE,1,6.00"))
    with brand_scope(cast.grocer):
        cy = upsert_customer(email="cy@example.com").customer
    once_before_its_slice(
        monkeypatch,
        cast.grocer,
        lambda: record_order(
            source="csv", source_id="A2", placed_at=now(), customer=cy, gross_minor=700
        ),
    )
    imported = run(cast.grocer, imported)
    assert imported.counts == imported.foreseen
    assert contents(cast.grocer)["facts"] == [
        ("ann@example.com", 2, 2216),
        ("ben@example.com", 1, 600),
        ("cy@example.com", 0, 0),
    ]
    with brand_scope(cast.grocer):
        assert audit_facts() == Written(0, 0)
