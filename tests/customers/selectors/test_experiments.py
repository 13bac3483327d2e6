"""The brand's control group: what holds, what it costs, what it shows, counted by hand."""

from datetime import UTC, datetime, timedelta
from random import Random

from django.db import connection

from config.kit.clock import now
from customers.models.customers import Customer
from customers.models.experiments import BrandControl
from customers.models.orders import Refund
from customers.rules.splits import is_held_out, place
from customers.selectors.experiments import brand_control, brand_lift, effect_of
from customers.services.merges import merge_customers
from tests import factories

SALT = bytes(range(32))
SINCE = datetime(2024, 6, 1, tzinfo=UTC)


def control(percent: int = 50, since: datetime = SINCE) -> BrandControl:
    return BrandControl.objects.create(percent=percent, salt=SALT, since=since)


def known_before(count: int) -> list[Customer]:
    """Customers who were there before the group was drawn; none of the cast."""
    people = [factories.customer(email=f"p{n}@example.com") for n in range(count)]
    Customer.objects.update(created_at=SINCE - timedelta(days=1))
    return people


def test_the_database_finds_the_same_places_as_the_rule(db):
    random = Random(4)
    ids = [1, 2**63 - 1, -(2**63), *(random.randrange(2**63) for _ in range(2000))]
    for _ in range(5):
        key = random.randbytes(32)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT mod(substring(sha256(%s::bytea || int8send(id)) FOR 6)::bigint, 10000)"
                " FROM unnest(%s::bigint[]) WITH ORDINALITY AS given (id, number) ORDER BY number",
                [key, ids],
            )
            assert [row[0] for row in cursor] == [place(key, each) for each in ids]


def test_the_newest_change_holds(floral):
    assert brand_control() is None
    control(5)
    later = control(10, SINCE + timedelta(days=9))
    control(0, SINCE + timedelta(days=3))
    assert brand_control() == later


def test_the_effect_counts_who_could_be_written_to_and_would_not_be(floral):
    people = known_before(40)
    for person in people[:30]:
        factories.consent(person)
    control()
    effect = effect_of(50)
    everybody = list(Customer.objects.all())
    assert effect.customers == len(everybody) == 41
    assert effect.held == sum(is_held_out(SALT, each.pk, percent=50) for each in everybody)
    assert effect.mailable == 30
    assert effect.mailable_held == sum(is_held_out(SALT, p.pk, percent=50) for p in people[:30])
    assert effect.detectable_minor == 0


def test_each_arm_counts_its_people_buyers_and_net_money_since_the_change(floral):
    known_before(80)
    group = control()
    held = [p for p in Customer.objects.all() if is_held_out(SALT, p.pk, percent=50)]
    written = [p for p in Customer.objects.all() if p not in held]
    factories.order(held[0], source_id="1", on=SINCE.date(), minor=700)
    factories.order(written[0], source_id="2", on=SINCE.date(), minor=900)
    paid_back = factories.order(written[0], source_id="3", on=SINCE.date(), minor=100)
    factories.order(written[1], source_id="4", on=SINCE.date() - timedelta(days=1), minor=5000)
    Refund.objects.create(
        customer=written[0],
        order=paid_back,
        source="test",
        source_id="r",
        refunded_at=now(),
        refunded_on=now().date(),
        amount_minor=40,
        content_hash=b"x",
    )
    factories.customer(email="late@example.com")
    lift = brand_lift(group)
    assert (lift.held.people, lift.held.buyers, lift.held.net_minor) == (len(held), 1, 700)
    assert (lift.written.people, lift.written.buyers) == (len(written), 1)
    assert lift.written.net_minor == 960
    assert (lift.in_both, lift.share, lift.doubt) == (0, 0.5, "few_people")


def test_who_was_in_both_arms_before_a_merge_counts_in_neither(floral):
    known_before(80)
    group = control()
    held = [p for p in Customer.objects.all() if is_held_out(SALT, p.pk, percent=50)]
    written = [p for p in Customer.objects.all() if p not in held]
    merge_customers(kept=written[0], gone=held[0])
    merge_customers(kept=written[1], gone=written[2])
    lift = brand_lift(group)
    assert (lift.held.people, lift.written.people) == (len(held) - 1, len(written) - 2)
    assert lift.in_both == 1


def test_nothing_is_judged_in_the_first_ninety_days(floral):
    known_before(5)
    assert brand_lift(control(since=now() - timedelta(days=89))).is_over is False
    assert brand_lift(control(since=now() - timedelta(days=91))).is_over is True
