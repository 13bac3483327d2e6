"""A file of orders is news only where somebody said so, and what was decided keeps its orders."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.scope import brand_scope
from config.kit.clock import now
from customers.models.imports import Import
from customers.models.orders import Order
from customers.services.imports_undo import request_undo
from referrals.models.links import TouchKind
from referrals.models.programmes import Programme
from referrals.models.referrals import Decision, Referral
from referrals.services.advocates import join
from referrals.services.programmes import create_programme, go_live
from referrals.services.touches import record_touch
from tests.conftest import Cast
from tests.customers.services.test_imports import HEADER, run, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def tell_of_orders(cast: Cast, run_due_work: Callable[[], int]) -> Callable[[bool], Import]:
    """Two orders of yesterday come in a file, one of a friend who claimed two days ago."""
    with brand_scope(cast.floral):
        programme = create_programme("Give 10, get 10")
        go_live(programme)
        Programme.objects.update(started_at=now() - timedelta(days=9))
        advocate = join(programme, customer=cast.rae, source="api")
        record_touch(
            advocate,
            kind=TouchKind.CLAIM,
            email_norm="fay@example.com",
            at=now() - timedelta(days=2),
        )
    day = (now() - timedelta(days=1)).date()
    rows = (
        f"A1,{day} 10:00,fay@example.com,Fay,,no,ROSE,1,40.00\n"
        f"A2,{day} 10:00,gil@example.com,Gil,,no,ROSE,1,40.00\n"
    )

    def tell(is_live: bool) -> Import:
        imported = run(
            cast.floral, upload(cast.floral, HEADER + rows, options={"is_live": is_live})
        )
        run_due_work()
        return imported

    return tell


def test_a_file_of_news_qualifies_the_orders_that_are_tied(
    cast: Cast, tell_of_orders: Callable[[bool], Import], run_due_work: Callable[[], int]
) -> None:
    imported = tell_of_orders(True)
    with brand_scope(cast.floral):
        referral = Referral.objects.get()
        assert referral.order is not None
        assert (referral.state, referral.order.source_id) == ("qualified", "A1")
        assert Decision.objects.count() == 1
        request_undo(imported=imported)
    run_due_work()
    with brand_scope(cast.floral):
        # What something was decided of stays; the other order went with its file.
        assert [order.source_id for order in Order.objects.all()] == ["A1"]
        assert Referral.objects.get().state == "qualified"


def test_a_file_of_the_past_qualifies_nothing(
    cast: Cast, tell_of_orders: Callable[[bool], Import]
) -> None:
    tell_of_orders(False)
    with brand_scope(cast.floral):
        assert Order.objects.count() == 2
        assert not Decision.objects.exists()
        assert not Referral.objects.exists()
