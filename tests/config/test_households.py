"""What is known of the sample households reaches the customers with their numbers."""

from accounts.models.brands import Brand
from config.samples.households import describe_households
from customers.models.attributes import AttributeValue
from customers.models.customers import Customer
from customers.models.segments import DirtyCustomer
from customers.services.attributes import define_attribute
from customers.services.customers import upsert_customer


def test_households_get_what_is_known_of_them_once(floral: Brand) -> None:
    define_attribute(name="pet")
    for number in ("1", "7", "8", "2"):
        upsert_customer(external_id=number, source="csv")
    upsert_customer(external_id="13", source="shop")
    assert describe_households(floral, source="csv") == 3
    known = Customer.objects.get(identities__value_norm="1").attributes
    assert known == {
        "age": "65+",
        "income": "35-49K",
        "home_ownership": "Homeowner",
        "marital_status": "Married",
        "household_size": "2",
        "household_comp": "2 Adults No Kids",
        "kids_count": "0",
    }
    assert "marital_status" not in Customer.objects.get(identities__value_norm="8").attributes
    assert sorted(AttributeValue.objects.values_list("text", flat=True)) == [
        "25-34",
        "45-54",
        "65+",
    ]
    DirtyCustomer.objects.all().delete()
    assert describe_households(floral, source="csv") == 0
    assert not DirtyCustomer.objects.exists()
