"""The duplicates queue and the comparison: what people see and decide."""

from typing import Any

import pytest
from django.test import Client

from accounts.scope import brand_scope
from config.kit import ids
from customers.models.customers import Customer
from customers.models.merges import DuplicatePair, Merge
from customers.services.customers import Details, upsert_customer
from customers.services.duplicates import find_duplicates
from tests.conftest import Cast

QUEUE = "/b/floral/duplicates/"


def _person(email: str, **details: Any) -> Customer:
    return upsert_customer(email=email, details=Details(**details)).customer


@pytest.fixture
def pair(cast: Cast) -> tuple[Customer, Customer]:
    """Two records with one phone; the second has more to say."""
    with brand_scope(cast.floral):
        first = _person(
            "ana@example.com",
            first_name="Ana",
            last_name="Roy",
            phone="020 7946 0958",
            city="Leeds",
            attributes={"pet": "cat"},
        )
        second = _person(
            "a.roy@example.com",
            first_name="Ana",
            last_name="Roy",
            phone="+44 20 7946 0958",
            city="York",
            attributes={"pet": "dog", "size": "L"},
        )
        find_duplicates()
        return first, second


def _compare(pair: tuple[Customer, Customer]) -> str:
    return f"{QUEUE}{'/'.join(ids.encode('cus', customer.uid) for customer in pair)}/"


def test_an_empty_queue_says_what_will_be_here(ana: Client) -> None:
    page = ana.get(QUEUE).content.decode()
    assert "Nobody is here twice" in page


def test_the_queue_shows_pairs_and_why(ana: Client, pair: tuple[Customer, Customer]) -> None:
    page = ana.get(QUEUE).content.decode()
    assert "The same telephone number" in page
    assert _compare(pair) in page
    assert "everybody was compared on" in page


def test_two_records_stand_side_by_side(ana: Client, pair: tuple[Customer, Customer]) -> None:
    page = ana.get(_compare(pair)).content.decode()
    assert page.count("compare-differs") == 4  # e-mail, town, pet, size
    assert 'name="take:city" value="gone"' in page
    assert 'name="take:attributes/pet" value="gone"' in page
    assert 'name="take:name"' not in page
    assert "is filled" in page
    assert "+44 20 7946 0958" in page


def test_a_merge_takes_what_was_chosen_and_can_be_undone(
    cast: Cast, ana: Client, pair: tuple[Customer, Customer]
) -> None:
    first, second = pair
    keep = ids.encode("cus", second.uid)
    said = {"act": "merge", "keep": keep, "take:city": "gone", "take:attributes/pet": "kept"}
    answer = ana.post(_compare(pair), said, follow=True)
    assert "Merged into Ana Roy" in answer.content.decode()
    assert "Nobody is here twice" in answer.content.decode()
    with brand_scope(cast.floral):
        merge = Merge.objects.get()
        kept = Customer.objects.get(pk=second.pk)
        assert (merge.gone_id, merge.by_id) == (first.pk, cast.ana.pk)
        assert (kept.city, kept.attributes) == ("Leeds", {"pet": "dog", "size": "L"})
        undo = f"/b/floral/merges/{ids.encode('mrg', merge.uid)}/undo/"
    assert undo in answer.content.decode()
    assert "two customers again" in ana.post(undo, follow=True).content.decode()
    with brand_scope(cast.floral):
        assert Customer.objects.get(pk=second.pk).city == "York"
        assert Customer.objects.get(pk=first.pk).merged_into_id is None


def test_two_people_leave_the_queue(
    cast: Cast, ana: Client, pair: tuple[Customer, Customer]
) -> None:
    ana.post(_compare(pair), {"act": "dismiss"})
    with brand_scope(cast.floral):
        assert DuplicatePair.objects.get().state == "dismissed"
        assert not Merge.objects.exists()
    assert "Nobody is here twice" in ana.get(QUEUE).content.decode()


def test_the_next_pair_follows(cast: Cast, ana: Client, pair: tuple[Customer, Customer]) -> None:
    with brand_scope(cast.floral):
        third = _person("b@gmail.com", first_name="Bo", phone="+4930901820")
        fourth = _person("b+x@gmail.com", first_name="Bo", phone="+4930901820")
        find_duplicates()
    onward = ana.post(_compare(pair), {"act": "dismiss"})
    assert onward["Location"] == _compare((third, fourth))


def test_a_merged_or_strange_record_is_not_compared(
    cast: Cast, ana: Client, pair: tuple[Customer, Customer]
) -> None:
    first, second = pair
    assert ana.get(_compare((first, first))).status_code == 404
    with brand_scope(cast.floral):
        Customer.objects.filter(pk=first.pk).update(merged_into=second)
    assert ana.get(_compare(pair)).status_code == 404
    assert ana.post(_compare(pair), {"act": "merge"}).status_code == 404
    with brand_scope(cast.floral):
        assert not Merge.objects.exists()


def test_the_queue_costs_the_same_queries_for_one_and_for_ten(
    cast: Cast, ana: Client, django_assert_max_num_queries: Any
) -> None:
    for pairs in (1, 10):
        with brand_scope(cast.floral):
            for n in range(pairs):
                for letter in "ab":
                    _person(f"{letter}{n}@example.com", phone=f"+44207946095{n}")
            find_duplicates()
        with django_assert_max_num_queries(16):
            ana.get(QUEUE)
