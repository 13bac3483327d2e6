"""Switching the brand's control group on, off and to another size."""

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from accounts.models.events import DomainEvent
from config.kit.errors import Invalid
from customers.models.experiments import BrandControl
from customers.services.experiments import set_brand_control


def events() -> list[dict[str, object]]:
    rows = DomainEvent.objects.filter(type="brand_control.changed").order_by("id")
    return list(rows.values_list("payload", flat=True))


def test_each_change_is_kept_and_all_have_one_salt(floral):
    for percent in (5, 10, 0, 5):
        set_brand_control(percent)
    rows = list(BrandControl.objects.order_by("id"))
    assert [row.percent for row in rows] == [5, 10, 0, 5]
    assert len({bytes(row.salt) for row in rows}) == 1
    assert len(bytes(rows[0].salt)) == 32
    assert [event["percent"] for event in events()] == [5, 10, 0, 5]


def test_the_same_share_again_changes_nothing(floral):
    assert set_brand_control(0) is None
    set_brand_control(5)
    assert set_brand_control(5) is None
    assert (BrandControl.objects.count(), len(events())) == (1, 1)


@pytest.mark.parametrize("percent", [-1, 51])
def test_a_share_that_is_no_share_is_refused(floral, percent):
    with pytest.raises(Invalid, match="0 to 50"):
        set_brand_control(percent)
    assert (BrandControl.objects.count(), events()) == (0, [])


def test_history_cannot_be_rewritten(floral):
    set_brand_control(5)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE customers_brandcontrol SET percent = 6")
    assert BrandControl.objects.get().percent == 5
