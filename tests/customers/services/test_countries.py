"""Countries have one name at every door, and what was kept before follows at night."""

import pytest

from accounts.models.brands import Brand
from customers import tasks
from customers.models.consents import PermissionRule
from customers.models.customers import Customer
from customers.models.segments import DirtyCustomer
from customers.services import countries
from customers.services.customers import Details, upsert_customer
from customers.services.permissions import set_permission_rule

pytestmark = pytest.mark.django_db


def _kept(email: str, written: str) -> Customer:
    """Somebody whose country was written before we knew its name."""
    customer = upsert_customer(email=email).customer
    Customer.objects.filter(pk=customer.pk).update(country=written)
    DirtyCustomer.objects.all().delete()
    return customer


def test_a_rule_for_gb_is_the_rule_for_the_united_kingdom(floral: Brand) -> None:
    rule = set_permission_rule(country="GB", bases=["consent"])
    again = set_permission_rule(country="United Kingdom", bases=["consent", "business"])
    customer = upsert_customer(email="a@example.com", details=Details(country="uk")).customer
    assert rule.pk == again.pk
    assert (again.country, customer.country) == ("United Kingdom", "United Kingdom")


def test_text_that_is_no_country_is_kept_as_it_was_written(floral: Brand) -> None:
    customer = upsert_customer(email="a@example.com", details=Details(country="Atlantis")).customer
    assert customer.country == "Atlantis"


def test_what_was_kept_before_gets_its_name_in_slices_and_segments_look_again(
    floral: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(countries, "_SLICE", 2)
    people = [_kept(f"{at}@example.com", text) for at, text in enumerate(("GB", "UK", "DEU"))]
    other = _kept("other@example.com", "Atlantis")
    before = Customer.objects.get(pk=people[0].pk).updated_at

    assert tasks.name_countries.run(floral.pk, floral.pk) is not None
    assert tasks.name_countries.run(floral.pk, floral.pk) is None

    kept = dict(Customer.objects.values_list("pk", "country"))
    assert [kept[person.pk] for person in people] == ["United Kingdom", "United Kingdom", "Germany"]
    assert kept[other.pk] == "Atlantis"
    assert Customer.objects.get(pk=people[0].pk).updated_at == before
    dirty = set(DirtyCustomer.objects.values_list("customer_id", flat=True))
    assert dirty == {person.pk for person in people}

    DirtyCustomer.objects.all().delete()
    assert tasks.name_countries.run(floral.pk, floral.pk) is None
    assert not DirtyCustomer.objects.exists()


def test_two_rules_for_one_country_become_one_that_allows_what_both_did(floral: Brand) -> None:
    PermissionRule.objects.create(country="GB", bases=["consent", "implied"], implied_days=90)
    PermissionRule.objects.create(country="UK", bases=["consent", "business"], implied_days=30)
    PermissionRule.objects.create(country="", bases=["business"], implied_days=10)

    tasks.name_countries.run(floral.pk, floral.pk)

    rules = PermissionRule.objects.order_by("country")
    assert [(rule.country, rule.bases, rule.implied_days) for rule in rules] == [
        ("", ["business"], 10),
        ("United Kingdom", ["consent"], 30),
    ]
