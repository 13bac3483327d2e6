"""What is counted of sharing."""

import pytest

from config.kit.errors import Invalid
from referrals.models.links import Share
from referrals.services.shares import count_share

pytestmark = pytest.mark.django_db


def test_a_person_counts_once_a_day_by_each_way(advocate, cast):
    for channel in ("qr", "qr", "mail"):
        count_share(advocate, channel=channel)
    count_share(advocate, channel="qr", kind=Share.Kind.SHOWN, placement="mail")
    counted = Share.objects.order_by("pk").values_list("kind", "channel", "placement", "on")
    today = cast.floral.today
    assert list(counted) == [
        ("shared", "qr", "portal", today),
        ("shared", "mail", "portal", today),
        ("shown", "qr", "mail", today),
    ]


@pytest.mark.parametrize("said", [{"channel": "fax"}, {"channel": "qr", "placement": "moon"}])
def test_other_ways_and_places_are_refused(advocate, said):
    with pytest.raises(Invalid):
        count_share(advocate, **said)
    assert not Share.objects.exists()
