"""The three rings, tried as the app role on the real database."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.utils import IntegrityError, InternalError

from accounts.events import BrandChanged
from accounts.models.events import DomainEvent
from accounts.scope import ScopeMissing, ScopeNested, brand_scope, brands_scope
from accounts.services.events import record
from customers.models.customers import Customer
from customers.models.orders import Order
from tests import factories
from tests.conftest import Cast


@contextmanager
def _refused(error: type[Exception], message: str) -> Iterator[None]:
    with pytest.raises(error, match=message), transaction.atomic():
        yield


def test_rows_are_out_of_reach_without_a_scope(cast: Cast) -> None:
    with pytest.raises(ScopeMissing):
        Customer.objects.count()


def test_the_database_shows_nothing_when_no_brand_is_set(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM customers_customer")
        assert cursor.fetchone() == (0,)


def test_the_database_hides_other_brands_without_the_manager(cast: Cast) -> None:
    with brand_scope(cast.other_brand), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM customers_customer")
        assert cursor.fetchone() == (0,)
    with brand_scope(cast.floral), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM customers_customer")
        assert cursor.fetchone() == (1,)


def test_a_row_cannot_be_written_for_another_brand(cast: Cast) -> None:
    with brand_scope(cast.floral), _refused(ProgrammingError, "row-level security"):
        Customer.objects.create(brand=cast.grocer, email="x@example.com")
    with brand_scope(cast.grocer):
        assert Customer.objects.count() == 0


def test_a_row_cannot_point_at_another_brands_row(cast: Cast) -> None:
    with brand_scope(cast.grocer), _refused(IntegrityError, "order_customer_same_brand"):
        factories.order(cast.rae, source_id="1", on=cast.floral.created_at.date())
    with brand_scope(cast.grocer):
        assert Order.objects.count() == 0


def test_a_second_brand_cannot_be_opened_inside_the_first(cast: Cast) -> None:
    with brand_scope(cast.floral), pytest.raises(ScopeNested), brand_scope(cast.grocer):
        pass


def test_leaving_a_scope_restores_the_setting(cast: Cast) -> None:
    with brand_scope(cast.floral), brand_scope(cast.floral):
        pass
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.brands', true)")
        assert cursor.fetchone() == ("",)


def test_several_brands_can_be_read_and_not_written(cast: Cast) -> None:
    with brands_scope([cast.floral.pk, cast.grocer.pk]):
        assert Customer.objects.count() == 1
        with _refused(InternalError, "read-only"):
            Customer.objects.create(brand=cast.floral, email="x@example.com")
    with brand_scope(cast.floral):
        assert Customer.objects.count() == 1


def test_append_only_rows_cannot_be_changed(cast: Cast) -> None:
    with brand_scope(cast.floral):
        event = record(BrandChanged(subject_id=cast.floral.pk))
        with _refused(ProgrammingError, "permission denied"):
            DomainEvent.objects.filter(pk=event.pk).update(reason="changed")
        with _refused(ProgrammingError, "permission denied"):
            DomainEvent.objects.filter(pk=event.pk).delete()
        assert DomainEvent.objects.get(pk=event.pk).reason == ""
